#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gen/dirlist.h"
#include "gen/source_internal.h"
#include "gen/text_file.h"
#include "imu/trace.h"

#define LAYOUT "rgb.txt and depth.txt (lines \"timestamp filename\") and the images they name"

/* As associate.py of the TUM RGB-D tools has it by default. */
#define MAX_DIFFERENCE_NS 20000000

/* A list of a day at 30 frames a second is 130 MB. */
#define MAX_LIST_BYTES ((size_t)256 << 20)

typedef struct row {
    int64_t t_ns;
    const char *file; /* in the list's text */
    size_t line;
} row;

typedef struct list {
    const char *name; /* "rgb.txt" */
    char *text;       /* owned */
    row *row;         /* owned; ascending in time once put in order */
    int64_t *t_ns;    /* owned; the rows' times once put in order */
    size_t n, capacity;
} list;

/* associate.py takes blanks, tabs and commas alike. */
static const char separators[] = " \t,";

/* Reads one line, without its newline; nothing if it is empty or a comment. */
static int read_row(const bs_source *src, list *l, char *s, size_t line, bs_err *err)
{
    char *end = s + strlen(s);
    const char *after, *file;
    int64_t t_ns;
    row *grown;

    while (end > s && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
        *--end = '\0';
    s += strspn(s, separators);
    if (!*s || *s == '#')
        return BS_OK;
    after = bs_parse_time_ns(s, &t_ns);
    file = after ? after + strspn(after, separators) : NULL;
    if (!file || file == after || !*file)
        return bs_fail(err, BS_EFORMAT, "%s/%s:%zu: \"%.80s\" is not \"timestamp filename\"", src->dir,
                       l->name, line, s);
    grown = bs_grow(l->row, l->n, &l->capacity, sizeof *grown);
    if (!grown)
        return bs_source_no_memory(src, err);
    l->row = grown;
    grown[l->n++] = (row){ .t_ns = t_ns, .file = file, .line = line };
    return BS_OK;
}

static int read_list(const bs_source *src, list *l, bs_err *err)
{
    char *path = bs_path_join(src->dir, l->name), *next = NULL;
    size_t line = 1;
    int rc;

    if (!path)
        return bs_source_no_memory(src, err);
    rc = access(path, F_OK) == 0 ? bs_text_read(path, MAX_LIST_BYTES, &l->text, err)
                                 : bs_source_wrong_layout(src, LAYOUT, err);
    free(path);
    for (char *s = l->text; rc == BS_OK && s; s = next, line++) {
        next = strchr(s, '\n');
        if (next)
            *next++ = '\0';
        rc = read_row(src, l, s, line, err);
    }
    if (rc == BS_OK && !l->n)
        rc = bs_fail(err, BS_EFORMAT, "%s/%s: lists no image; expected lines \"timestamp filename\"",
                     src->dir, l->name);
    return rc;
}

/* Whether a name from a list stays below the source's folder. */
static int stays_inside(const char *file)
{
    if (*file == '/')
        return 0;
    while (*file) {
        const size_t n = strcspn(file, "/");

        if (n == 2 && memcmp(file, "..", 2) == 0)
            return 0;
        file += n + strspn(file + n, "/");
    }
    return 1;
}

static int cmp_rows(const void *a, const void *b)
{
    const row *p = a, *q = b;

    if (p->t_ns != q->t_ns)
        return p->t_ns < q->t_ns ? -1 : 1;
    return (p->line > q->line) - (p->line < q->line);
}

/* Sorts the rows by time and keeps those that can be used; of equal times the last, as associate.py does. */
static int put_in_order(bs_source *src, list *l, bs_err *err)
{
    size_t n = 0;
    int rc = BS_OK;

    l->t_ns = malloc(l->n * sizeof *l->t_ns);
    if (!l->t_ns)
        return bs_source_no_memory(src, err);
    qsort(l->row, l->n, sizeof *l->row, cmp_rows);
    for (size_t i = 0; i < l->n && rc == BS_OK; i++) {
        const row r = l->row[i];

        if (!stays_inside(r.file)) {
            rc = bs_source_add_skip(src, "", r.file, err, "%s:%zu leads out of the source's folder", l->name,
                                    r.line);
            continue;
        }
        if (n && l->row[n - 1].t_ns == r.t_ns) {
            n--;
            rc = bs_source_add_skip(src, "", l->row[n].file, err, "%s:%zu has the same time as line %zu",
                                    l->name, l->row[n].line, r.line);
        }
        l->t_ns[n] = r.t_ns;
        l->row[n++] = r;
    }
    l->n = n;
    return rc;
}

static int find_file(const bs_source *src, const char *file, int *is_there, bs_err *err)
{
    char *path = bs_path_join(src->dir, file);

    if (!path)
        return bs_source_no_memory(src, err);
    *is_there = access(path, F_OK) == 0;
    free(path);
    return BS_OK;
}

/* Appends the pairs whose files are there.  Copies of a part of a sequence come with the lists of all of it,
 * so what is missing is one skip, not hundreds. */
static int add_pairs(bs_source *src, const list *rgb, const list *depth, const size_t *depth_of, bs_err *err)
{
    const char *first_missing = NULL;
    size_t n_missing = 0;
    int rc = BS_OK;

    for (size_t i = 0; i < rgb->n && rc == BS_OK; i++) {
        const int is_paired = depth_of[i] != SIZE_MAX;
        const char *photo = rgb->row[i].file, *range = is_paired ? depth->row[depth_of[i]].file : NULL;
        int has_photo = 0, has_depth = 0;

        rc = find_file(src, photo, &has_photo, err);
        if (rc == BS_OK && is_paired)
            rc = find_file(src, range, &has_depth, err);
        if (rc != BS_OK)
            break;
        if (has_photo && has_depth) {
            src->time_ns[src->n_frames] = rgb->row[i].t_ns;
            rc = bs_source_add_frame(src, "", photo, "", range, err);
        } else if (is_paired) {
            first_missing = n_missing++ ? first_missing : photo;
        } else if (has_photo) {
            rc = bs_source_add_skip(src, "", photo, err, "no depth within 0.02 s");
        }
    }
    if (rc == BS_OK && n_missing)
        rc = bs_source_add_skip(src, rgb->name, "", err, "%zu listed pairs are not on disk (first: %s)",
                                n_missing, first_missing);
    return rc;
}

static int pair_lists(bs_source *src, const list *rgb, const list *depth, bs_err *err)
{
    size_t *depth_of = malloc((rgb->n + 1) * sizeof *depth_of);
    int rc;

    src->time_ns = malloc((rgb->n + 1) * sizeof *src->time_ns);
    if (!depth_of || !src->time_ns)
        rc = bs_source_no_memory(src, err);
    else
        rc = bs_associate(rgb->t_ns, rgb->n, depth->t_ns, depth->n, MAX_DIFFERENCE_NS, depth_of, err);
    if (rc == BS_OK)
        rc = add_pairs(src, rgb, depth, depth_of, err);
    free(depth_of);
    return rc;
}

static void free_list(list *l)
{
    free(l->text);
    free(l->row);
    free(l->t_ns);
}

int bs_source_find_tum(bs_source *src, bs_err *err)
{
    list rgb = { .name = "rgb.txt" }, depth = { .name = "depth.txt" };
    int rc = read_list(src, &rgb, err);

    if (rc == BS_OK)
        rc = read_list(src, &depth, err);
    if (rc == BS_OK)
        rc = put_in_order(src, &rgb, err);
    if (rc == BS_OK)
        rc = put_in_order(src, &depth, err);
    if (rc == BS_OK)
        rc = pair_lists(src, &rgb, &depth, err);
    if (rc == BS_OK)
        rc = bs_source_add_trajectory(src, ".", 0, err);
    if (rc == BS_OK && !src->n_frames)
        rc = bs_source_wrong_layout(src, LAYOUT, err);
    free_list(&rgb);
    free_list(&depth);
    return rc;
}
