#define _DEFAULT_SOURCE /* DT_DIR */

#include "gen/dirlist.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static int is_folder(DIR *dir, const struct dirent *e)
{
    struct stat st;

    if (e->d_type != DT_LNK && e->d_type != DT_UNKNOWN)
        return e->d_type == DT_DIR;
    return fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static int is_noise(const char *name)
{
    return name[0] == '.' || strcasecmp(name, "Thumbs.db") == 0 || strcasecmp(name, "desktop.ini") == 0;
}

static int add_entry(bs_dirlist *list, const char *name, int folder)
{
    bs_dir_entry *entry = bs_grow(list->entry, list->n, &list->capacity, sizeof *entry);
    const char *copy, *dot;

    if (!entry)
        return ENOMEM;
    list->entry = entry;
    copy = bs_arena_copy(&list->names, name);
    if (!copy)
        return ENOMEM;
    dot = strrchr(copy, '.');
    entry[list->n++] = (bs_dir_entry){
        .name = copy,
        .stem = (uint32_t)(dot ? (size_t)(dot - copy) : strlen(copy)),
        .is_folder = (uint32_t)folder,
    };
    return 0;
}

int bs_dirlist_read(const char *path, int folders_only, bs_dirlist *out)
{
    bs_dirlist list = { 0 };
    DIR *dir = opendir(path);
    int error = 0;

    if (!dir)
        return errno;
    while (!error) {
        const struct dirent *e;
        int folder;

        errno = 0; /* readdir() returns NULL at the end and on failure; only errno tells which */
        e = readdir(dir);
        if (!e) {
            error = errno;
            break;
        }
        if (is_noise(e->d_name))
            continue;
        folder = is_folder(dir, e);
        if (folder || !folders_only)
            error = add_entry(&list, e->d_name, folder);
    }
    closedir(dir);
    if (error)
        bs_dirlist_free(&list);
    else
        *out = list;
    return error;
}

void bs_dirlist_free(bs_dirlist *list)
{
    free(list->entry);
    bs_arena_free(&list->names);
    *list = (bs_dirlist){ 0 };
}

char *bs_path_join(const char *dir, const char *name)
{
    const int has_dir = strcmp(dir, ".") != 0, has_name = !has_dir || strcmp(name, ".") != 0;
    const size_t n_dir = has_dir ? strlen(dir) : 0, n_name = has_name ? strlen(name) : 0;
    char *path = malloc(n_dir + n_name + 2), *end = path;

    if (!path)
        return NULL;
    if (has_dir)
        end = (char *)memcpy(path, dir, n_dir) + n_dir;
    if (has_dir && has_name && n_dir && end[-1] != '/')
        *end++ = '/';
    if (has_name)
        end = (char *)memcpy(end, name, n_name) + n_name;
    *end = '\0';
    return path;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Compares the runs of digits at '*a' and '*b' as numbers, and steps over them. */
static int cmp_run(const char **a, const char *end_a, const char **b, const char *end_b)
{
    const char *p, *q;
    size_t n_p, n_q;

    while (*a < end_a && **a == '0')
        ++*a;
    while (*b < end_b && **b == '0')
        ++*b;
    for (p = *a; *a < end_a && is_digit(**a);)
        ++*a;
    for (q = *b; *b < end_b && is_digit(**b);)
        ++*b;
    n_p = (size_t)(*a - p);
    n_q = (size_t)(*b - q);
    if (n_p != n_q)
        return n_p < n_q ? -1 : 1;
    return memcmp(p, q, n_p);
}

int bs_natural_cmp(const char *a, size_t n_a, const char *b, size_t n_b)
{
    const char *p = a, *q = b, *end_a = a + n_a, *end_b = b + n_b;
    int c;

    while (p < end_a && q < end_b) {
        if (is_digit(*p) && is_digit(*q)) {
            c = cmp_run(&p, end_a, &q, end_b);
            if (c)
                return c;
        } else if (*p != *q) {
            return (unsigned char)*p < (unsigned char)*q ? -1 : 1;
        } else {
            p++;
            q++;
        }
    }
    if (p < end_a || q < end_b)
        return p < end_a ? 1 : -1;
    c = memcmp(a, b, n_a < n_b ? n_a : n_b);
    return c ? c : (n_a > n_b) - (n_a < n_b);
}
