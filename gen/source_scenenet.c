#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gen/dirlist.h"
#include "gen/source_internal.h"

#define LAYOUT "<chunk>/<trajectory>/photo/<n>.jpg (or .png) with <chunk>/<trajectory>/depth/<n>.png"

bs_camera bs_scenenet_camera(void)
{
    /* tan(30 deg) and tan(22.5 deg); the middle of the image is 160, 120 where the first pixel's corner is
     * 0, 0, as SceneNet has it, and half a pixel less where its centre is. */
    return (bs_camera){
        .width = 320,
        .height = 240,
        .fx = 160 * sqrt(3.0),
        .fy = 120 / (sqrt(2.0) - 1),
        .cx = 159.5,
        .cy = 119.5,
    };
}

static int is_number(const char *name)
{
    return name[strspn(name, "0123456789")] == '\0';
}

/* Chunks and trajectories: numbers in their order, then all other names as bytes. */
static int cmp_folders(const void *a, const void *b)
{
    const char *p = ((const bs_dir_entry *)a)->name, *q = ((const bs_dir_entry *)b)->name;
    const int p_number = is_number(p), q_number = is_number(q);

    if (p_number != q_number)
        return p_number ? -1 : 1;
    return p_number ? bs_natural_cmp(p, strlen(p), q, strlen(q)) : strcmp(p, q);
}

static int has(const bs_dirlist *folders, const char *name)
{
    for (size_t i = 0; i < folders->n; i++)
        if (strcmp(folders->entry[i].name, name) == 0)
            return 1;
    return 0;
}

static int is_split(const char *name)
{
    return strcmp(name, "train") == 0 || strcmp(name, "val") == 0 || strcmp(name, "test") == 0;
}

static int list_folders(const bs_source *src, const char *rel, bs_dirlist *out)
{
    char *path = bs_path_join(src->dir, rel);
    const int error = path ? bs_dirlist_read(path, 1, out) : ENOMEM;

    free(path);
    return error;
}

/*
 * The folder 'rel' is a trajectory if it has photo/ in it; else trajectories may be up to 'levels' further
 * down.  Other folders, beside chunks or beside trajectories, are nobody's fault.
 */
static int walk(bs_source *src, const char *rel, int levels, bs_err *err)
{
    static const bs_folder_pair pair = { .photo = "photo", .depth = "depth", .numbers_only = 1 };
    const int at_top = strcmp(rel, ".") == 0;
    bs_dirlist list = { 0 };
    const int error = list_folders(src, rel, &list);
    int rc = BS_OK;

    if (error && at_top && error != ENOMEM)
        return bs_fail(err, BS_EIO, "%s: %s", src->dir, strerror(error));
    if (error)
        return bs_source_unlisted(src, rel, error, err);
    if (!at_top && has(&list, "__meta__")) {
        bs_dirlist_free(&list); /* a dataset of ours, made inside the folder of its frames */
        return BS_OK;
    }
    if (list.n)
        qsort(list.entry, list.n, sizeof *list.entry, cmp_folders);
    if (has(&list, "photo")) {
        rc = bs_source_add_folders(src, rel, &pair, err);
        levels = 0;
    } else if (has(&list, "depth") && !at_top) {
        rc = bs_source_add_skip(src, rel, "", err, "depth/ without photo/");
    }
    for (size_t i = 0; i < list.n && levels > 0 && rc == BS_OK; i++) {
        const int is_above_chunks = at_top && is_split(list.entry[i].name);
        char *child = bs_path_join(rel, list.entry[i].name);

        rc = child ? walk(src, child, is_above_chunks ? levels : levels - 1, err)
                   : bs_source_no_memory(src, err);
        free(child);
    }
    bs_dirlist_free(&list);
    return rc;
}

int bs_source_find_scenenet(bs_source *src, bs_err *err)
{
    const int rc = walk(src, ".", 2, err);

    return rc == BS_OK && !src->n_frames ? bs_source_wrong_layout(src, LAYOUT, err) : rc;
}
