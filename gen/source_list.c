#include "gen/source_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/dirlist.h"

/* How many names of a folder an error quotes. */
#define QUOTED_NAMES 8

int bs_source_no_memory(const bs_source *src, bs_err *err)
{
    return bs_fail(err, BS_ENOMEM, "%s: no memory for the list of its frames", src->dir);
}

static char *put_name(char *end, const char *prefix, size_t n_prefix, const char *name, size_t n_name)
{
    memcpy(end, prefix, n_prefix);
    memcpy(end + n_prefix, name, n_name);
    end[n_prefix + n_name] = '\0';
    return end + n_prefix + n_name + 1;
}

int bs_source_add_frame(bs_source *src, const char *photo_prefix, const char *photo, const char *depth_prefix,
                        const char *depth, bs_err *err)
{
    const size_t n_pp = strlen(photo_prefix), n_p = strlen(photo);
    const size_t n_dp = strlen(depth_prefix), n_d = strlen(depth);
    const char **frame = bs_grow(src->frame, src->n_frames, &src->cap_frames, sizeof *frame);
    char *text;

    if (!frame)
        return bs_source_no_memory(src, err);
    src->frame = frame;
    text = bs_arena_chars(&src->text, n_pp + n_p + n_dp + n_d + 2);
    if (!text)
        return bs_source_no_memory(src, err);
    frame[src->n_frames++] = text;
    text = put_name(text, photo_prefix, n_pp, photo, n_p);
    put_name(text, depth_prefix, n_dp, depth, n_d);
    return BS_OK;
}

int bs_source_add_trajectory(bs_source *src, const char *name, size_t first_frame, bs_err *err)
{
    bs_trajectory *trajectory;

    if (src->n_frames == first_frame)
        return BS_OK;
    trajectory = bs_grow(src->trajectory, src->n_trajectories, &src->cap_trajectories, sizeof *trajectory);
    if (!trajectory)
        return bs_source_no_memory(src, err);
    src->trajectory = trajectory;
    name = bs_arena_copy(&src->text, name);
    if (!name)
        return bs_source_no_memory(src, err);
    trajectory[src->n_trajectories++] = (bs_trajectory){
        .name = name,
        .first_frame = first_frame,
        .n_frames = src->n_frames - first_frame,
    };
    return BS_OK;
}

int bs_source_add_skip(bs_source *src, const char *prefix, const char *name, bs_err *err, const char *reason,
                       ...)
{
    const size_t n_prefix = strlen(prefix), n_name = strlen(name);
    bs_skip *skip = bs_grow(src->skip, src->n_skips, &src->cap_skips, sizeof *skip);
    bs_err said = { 0 }; /* its text is made as an error's is: cut to size, control characters gone */
    char raw[BS_ERR_TEXT], *input;
    va_list ap;

    if (!skip)
        return bs_source_no_memory(src, err);
    src->skip = skip;
    va_start(ap, reason);
    vsnprintf(raw, sizeof raw, reason, ap);
    va_end(ap);
    bs_fail(&said, BS_EFORMAT, "%s", raw);
    input = bs_arena_chars(&src->text, n_prefix + n_name + 1);
    reason = bs_arena_copy(&src->text, said.text);
    if (!input || !reason)
        return bs_source_no_memory(src, err);
    put_name(input, prefix, n_prefix, name, n_name);
    skip[src->n_skips++] = (bs_skip){ .input = input, .reason = reason };
    return BS_OK;
}

int bs_source_unlisted(bs_source *src, const char *rel, int error, bs_err *err)
{
    if (error == ENOMEM)
        return bs_source_no_memory(src, err);
    if (error == EMFILE || error == ENFILE)
        return bs_fail(err, BS_EIO, "%s/%s: %s", src->dir, rel, strerror(error));
    return bs_source_add_skip(src, rel, "", err, "cannot be listed: %s", strerror(error));
}

static int cmp_entries(const void *a, const void *b)
{
    const bs_dir_entry *p = a, *q = b;

    return bs_natural_cmp(p->name, strlen(p->name), q->name, strlen(q->name));
}

int bs_source_wrong_layout(const bs_source *src, const char *expected, bs_err *err)
{
    bs_dirlist list = { 0 };
    const int error = bs_dirlist_read(src->dir, 0, &list);
    char found[600] = "", skipped[300] = "";
    size_t n = 0;

    if (error)
        return bs_fail(err, error == ENOMEM ? BS_ENOMEM : BS_EIO, "%s: %s", src->dir, strerror(error));
    if (list.n)
        qsort(list.entry, list.n, sizeof *list.entry, cmp_entries);
    for (size_t i = 0; i < list.n && i < QUOTED_NAMES; i++)
        n += (size_t)snprintf(found + n, sizeof found - n, "%s%.60s%s", i ? ", " : "", list.entry[i].name,
                              list.entry[i].is_folder ? "/" : "");
    if (list.n > QUOTED_NAMES)
        snprintf(found + n, sizeof found - n, " and %zu more", list.n - QUOTED_NAMES);
    if (src->n_skips)
        snprintf(skipped, sizeof skipped, "; not usable: %.100s: %.100s%s", src->skip[0].input,
                 src->skip[0].reason, src->n_skips > 1 ? ", and others" : "");
    bs_dirlist_free(&list);
    return bs_fail(err, BS_EFORMAT, "%s: no frame found; expected %s; found %s%s", src->dir, expected,
                   *found ? found : "nothing", skipped);
}

size_t bs_source_n_trajectories(const bs_source *src)
{
    return src->n_trajectories;
}

const bs_trajectory *bs_source_trajectory(const bs_source *src, size_t i)
{
    assert(i < src->n_trajectories);
    return &src->trajectory[i];
}

size_t bs_source_n_skips(const bs_source *src)
{
    return src->n_skips;
}

const bs_skip *bs_source_skip(const bs_source *src, size_t i)
{
    assert(i < src->n_skips);
    return &src->skip[i];
}

const char *bs_source_frame_name(const bs_source *src, size_t i)
{
    assert(i < src->n_frames);
    return src->frame[i];
}

const char *bs_source_depth_name(const bs_source *src, size_t i)
{
    const char *photo = bs_source_frame_name(src, i);

    return photo + strlen(photo) + 1;
}

int64_t bs_source_frame_time_ns(const bs_source *src, size_t i)
{
    assert(i < src->n_frames);
    return src->time_ns ? src->time_ns[i] : INT64_MIN;
}

bs_camera bs_source_camera(const bs_source *src)
{
    return src->camera;
}

int bs_source_camera_guessed(const bs_source *src)
{
    return src->guessed;
}
