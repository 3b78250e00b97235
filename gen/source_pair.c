#include "gen/source_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gen/dirlist.h"

/* The folders of one trajectory while their files are being paired. */
typedef struct pairing {
    bs_source *src;
    const bs_folder_pair *rule;
    char *photo_prefix, *depth_prefix; /* "0/223/photo/", owned */
    bs_dirlist photos, depths;         /* by base name, owned */
} pairing;

/* PNG sorts before JPEG of the same name, because it is the one without loss. */
static int extension_rank(const bs_dir_entry *e)
{
    const char *extension = e->name + e->stem;

    if (strcasecmp(extension, ".png") == 0)
        return 0;
    return strcasecmp(extension, ".jpg") == 0 ? 1 : strcasecmp(extension, ".jpeg") == 0 ? 2 : 3;
}

static int cmp_stems(const bs_dir_entry *p, const bs_dir_entry *q)
{
    return bs_natural_cmp(p->name, p->stem, q->name, q->stem);
}

static int cmp_files(const void *a, const void *b)
{
    const bs_dir_entry *p = a, *q = b;
    const int c = cmp_stems(p, q), rank_p = extension_rank(p), rank_q = extension_rank(q);

    return c ? c : rank_p != rank_q ? rank_p - rank_q : strcmp(p->name, q->name);
}

static int list_sorted(const bs_source *src, const char *rel, bs_dirlist *out)
{
    char *path = bs_path_join(src->dir, rel);
    const int error = path ? bs_dirlist_read(path, 0, out) : ENOMEM;

    free(path);
    if (!error && out->n)
        qsort(out->entry, out->n, sizeof *out->entry, cmp_files);
    return error;
}

static int is_photo(const pairing *p, const bs_dir_entry *e)
{
    if (e->is_folder || extension_rank(e) == 3 || !e->stem)
        return 0;
    return !p->rule->numbers_only || strspn(e->name, "0123456789") == e->stem;
}

/* The depth file with the photo's base name, or NULL.  '*at' only moves forward, as the photos do. */
static const char *depth_of(const pairing *p, const bs_dir_entry *photo, size_t *at)
{
    const bs_dir_entry *e = p->depths.entry;

    while (*at < p->depths.n && cmp_stems(&e[*at], photo) < 0)
        ++*at;
    for (size_t i = *at; i < p->depths.n && cmp_stems(&e[i], photo) == 0; i++)
        if (!e[i].is_folder && extension_rank(&e[i]) == 0)
            return e[i].name;
    return NULL;
}

static int pair_files(const pairing *p, const char *rel, bs_err *err)
{
    const bs_dir_entry *before = NULL; /* the photo before this one */
    const char *kind = p->rule->numbers_only ? "not a photo <n>.jpg or <n>.png" : "not a .jpg or .png photo";
    size_t at = 0;

    for (size_t i = 0; i < p->photos.n; i++) {
        const bs_dir_entry *e = &p->photos.entry[i];
        const char *depth;
        int rc;

        if (!is_photo(p, e)) {
            rc = bs_source_add_skip(p->src, p->photo_prefix, e->name, err, "%s", kind);
        } else if (before && cmp_stems(before, e) == 0) {
            continue; /* the same frame once more, as JPEG */
        } else {
            before = e;
            depth = depth_of(p, e, &at);
            rc = depth ? bs_source_add_frame(p->src, p->photo_prefix, e->name, p->depth_prefix, depth, err)
                       : bs_source_add_skip(p->src, p->photo_prefix, e->name, err, "no %s/%.*s.png",
                                            p->rule->depth, (int)e->stem, e->name);
        }
        if (rc != BS_OK)
            return rc;
    }
    return before ? BS_OK : bs_source_add_skip(p->src, rel, "", err, "no photos in %s/", p->rule->photo);
}

/* Lists both folders and pairs their files; without one of them there is nothing to pair. */
static int list_and_pair(pairing *p, const char *rel, bs_err *err)
{
    int error = list_sorted(p->src, p->photo_prefix, &p->photos);

    if (error == ENOENT)
        return bs_source_add_skip(p->src, rel, "", err, "no folder %s/", p->rule->photo);
    if (error)
        return bs_source_unlisted(p->src, p->photo_prefix, error, err);
    error = list_sorted(p->src, p->depth_prefix, &p->depths);
    if (error == ENOENT && p->photos.n)
        return bs_source_add_skip(p->src, rel, "", err, "no folder %s/", p->rule->depth);
    if (error && error != ENOENT)
        return bs_source_unlisted(p->src, p->depth_prefix, error, err);
    return pair_files(p, rel, err);
}

/* "0/223/photo/": a name put behind it is relative to the source's folder. */
static char *make_prefix(const char *rel, const char *folder)
{
    char *path = bs_path_join(rel, folder), *prefix;

    prefix = path ? realloc(path, strlen(path) + 2) : NULL;
    if (!prefix)
        free(path);
    return prefix ? strcat(prefix, "/") : NULL;
}

int bs_source_add_folders(bs_source *src, const char *rel, const bs_folder_pair *rule, bs_err *err)
{
    const size_t first_frame = src->n_frames;
    pairing p = {
        .src = src,
        .rule = rule,
        .photo_prefix = make_prefix(rel, rule->photo),
        .depth_prefix = make_prefix(rel, rule->depth),
    };
    int rc = BS_OK;

    if (!p.photo_prefix || !p.depth_prefix)
        rc = bs_source_no_memory(src, err);
    if (rc == BS_OK)
        rc = list_and_pair(&p, rel, err);
    if (rc == BS_OK)
        rc = bs_source_add_trajectory(src, rel, first_frame, err);
    free(p.photo_prefix);
    free(p.depth_prefix);
    bs_dirlist_free(&p.photos);
    bs_dirlist_free(&p.depths);
    return rc;
}
