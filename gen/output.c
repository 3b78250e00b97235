#define _GNU_SOURCE /* syncfs */
#include "gen/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BS_TMP "__meta__/tmp"

struct bs_output {
    char *dir;
    atomic_uint next_tmp;
};

struct bs_output_file {
    int fd;
    char tmp[PATH_MAX], final[PATH_MAX];
};

static int cannot(bs_err *err, const char *what, const char *path)
{
    return bs_fail(err, BS_EOUTPUT, "%s: cannot %s: %s%s", path, what, strerror(errno),
                   errno == ENOSPC || errno == EDQUOT
                       ? "; nothing finished is harmed: make room and run the same command again"
                       : "");
}

static int is_dot(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

int bs_output_look(const char *dir, bs_output_state *state, bs_err *err)
{
    char marker[PATH_MAX];
    struct dirent *e;
    DIR *d = opendir(dir);
    int files = 0;

    *state = BS_OUTPUT_ABSENT;
    if (!d && errno == ENOENT)
        return BS_OK;
    if (!d)
        return cannot(err, "use it as output folder", dir);
    while ((e = readdir(d)))
        files += !is_dot(e->d_name) && strcmp(e->d_name, "__meta__"); /* which a run that died early may leave */
    closedir(d);
    if (files) {
        snprintf(marker, sizeof marker, "%s/dataset.json", dir);
        *state = access(marker, F_OK) == 0 ? BS_OUTPUT_DATASET : BS_OUTPUT_FOREIGN;
    }
    return BS_OK;
}

int bs_output_path(const bs_output *o, const char *path, char *out, size_t n, bs_err *err)
{
    if ((size_t)snprintf(out, n, "%s/%s", o->dir, path) >= n)
        return bs_fail(err, BS_EOUTPUT, "%s/%s: the path is too long", o->dir, path);
    return BS_OK;
}

/* Makes every folder of 'path' up to its last slash, or all of it with 'whole'. */
static int make_folders(const char *path, int whole, bs_err *err)
{
    char part[PATH_MAX];
    size_t n = strlen(path);

    if (n >= sizeof part)
        return bs_fail(err, BS_EOUTPUT, "%s: the path is too long", path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && !(whole && i == n))
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0777) && errno != EEXIST)
            return cannot(err, "make the folder", part);
    }
    return BS_OK;
}

/* Removes the files of DIR/sub for which 'ours' holds; a folder that is not there is fine. */
static int remove_files(const bs_output *o, const char *sub, int (*ours)(const char *), bs_err *err)
{
    char path[PATH_MAX];
    struct dirent *e;
    DIR *d;
    int rc = bs_output_path(o, sub, path, sizeof path, err);

    if (rc != BS_OK)
        return rc;
    d = opendir(path);
    if (!d)
        return errno == ENOENT || errno == ENOTDIR ? BS_OK : cannot(err, "open the folder", path);
    while (rc == BS_OK && (e = readdir(d)))
        if (!is_dot(e->d_name) && ours(e->d_name) && unlinkat(dirfd(d), e->d_name, 0) && errno != ENOENT)
            rc = cannot(err, "remove files from it", path);
    closedir(d);
    return rc;
}

static int any(const char *name)
{
    (void)name;
    return 1;
}

/* KEY.extension, as every file of a tuple is called. */
static int is_member(const char *name)
{
    return strspn(name, "0123456789") == 8 && name[8] == '.';
}

static int is_shard(const char *name)
{
    const size_t digits = strspn(name, "0123456789");

    return (digits >= 6 && !strcmp(name + digits, ".jsonl")) || !strcmp(name, "skipped.jsonl");
}

int bs_output_open(const char *dir, bs_output **out, bs_err *err)
{
    bs_output *o = calloc(1, sizeof *o);
    char path[PATH_MAX];
    int rc = BS_OK;

    if (o)
        o->dir = strdup(dir);
    if (!o || !o->dir) {
        free(o);
        return bs_fail(err, BS_ENOMEM, "no memory for the output folder");
    }
    rc = bs_output_path(o, BS_TMP, path, sizeof path, err);
    rc = rc ? rc : make_folders(path, 1, err);
    rc = rc ? rc : remove_files(o, BS_TMP, any, err);
    rc = rc ? rc : bs_output_write(o, "__meta__/writable", "", 0, err);
    if (rc != BS_OK) {
        bs_output_close(&o);
        return rc;
    }
    snprintf(path, sizeof path, "%s/__meta__/writable", dir);
    unlink(path);
    *out = o;
    return BS_OK;
}

void bs_output_close(bs_output **o)
{
    char path[PATH_MAX];

    if (!*o)
        return;
    if (bs_output_path(*o, BS_TMP, path, sizeof path, NULL) == BS_OK)
        rmdir(path); /* leftovers, if any, keep it */
    free((*o)->dir);
    free(*o);
    *o = NULL;
}

static int write_all(int fd, const char *data, size_t n)
{
    while (n) {
        const ssize_t done = write(fd, data, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        data += done;
        n -= (size_t)done;
    }
    return 0;
}

static int put_in_place(const char *tmp, const char *final, bs_err *err)
{
    int rc;

    if (!rename(tmp, final))
        return BS_OK;
    if (errno != ENOENT)
        return cannot(err, "put it in place", final);
    rc = make_folders(final, 0, err); /* the first file of its folder */
    if (rc == BS_OK && rename(tmp, final))
        rc = cannot(err, "put it in place", final);
    return rc;
}

int bs_output_begin(bs_output *o, const char *path, bs_output_file **out, bs_err *err)
{
    bs_output_file *f = calloc(1, sizeof *f);
    char name[64];
    int rc;

    if (!f)
        return bs_fail(err, BS_ENOMEM, "no memory for a file name");
    snprintf(name, sizeof name, BS_TMP "/%ld-%u", (long)getpid(), atomic_fetch_add(&o->next_tmp, 1));
    rc = bs_output_path(o, path, f->final, sizeof f->final, err);
    rc = rc ? rc : bs_output_path(o, name, f->tmp, sizeof f->tmp, err);
    if (rc == BS_OK) {
        f->fd = open(f->tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (f->fd < 0)
            rc = cannot(err, "write below it", o->dir);
    }
    if (rc == BS_OK)
        *out = f;
    else
        free(f);
    return rc;
}

int bs_output_append(bs_output_file *f, const void *data, size_t n, bs_err *err)
{
    return write_all(f->fd, data, n) ? cannot(err, "write it", f->final) : BS_OK;
}

int bs_output_finish(bs_output_file **file, bs_err *err)
{
    bs_output_file *f = *file;
    const int rc = close(f->fd) ? cannot(err, "write it", f->final) : put_in_place(f->tmp, f->final, err);

    if (rc != BS_OK)
        unlink(f->tmp);
    free(f);
    *file = NULL;
    return rc;
}

void bs_output_abandon(bs_output_file **file)
{
    if (!*file)
        return;
    close((*file)->fd);
    unlink((*file)->tmp);
    free(*file);
    *file = NULL;
}

int bs_output_write(bs_output *o, const char *path, const void *data, size_t n, bs_err *err)
{
    bs_output_file *f = NULL;
    int rc = bs_output_begin(o, path, &f, err);

    rc = rc ? rc : bs_output_append(f, data, n, err);
    if (rc == BS_OK)
        return bs_output_finish(&f, err);
    bs_output_abandon(&f);
    return rc;
}

int bs_output_sync(bs_output *o, bs_err *err)
{
    const int fd = open(o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = BS_OK;

    if (fd < 0 || syncfs(fd))
        rc = cannot(err, "bring it to the disk", o->dir);
    if (fd >= 0)
        close(fd);
    return rc;
}

long long bs_output_size(const bs_output *o, const char *path)
{
    char full[PATH_MAX];
    struct stat st;

    if (bs_output_path(o, path, full, sizeof full, NULL) != BS_OK || stat(full, &st) || !S_ISREG(st.st_mode))
        return -1;
    return (long long)st.st_size;
}

int bs_output_read(const bs_output *o, const char *path, bs_bytes *out, bs_err *err)
{
    char full[PATH_MAX], part[65536];
    int rc = bs_output_path(o, path, full, sizeof full, err);
    FILE *f;
    size_t n;

    if (rc != BS_OK)
        return rc;
    f = fopen(full, "rb");
    if (!f)
        return bs_fail(err, BS_EIO, "%s: %s", full, strerror(errno));
    while (rc == BS_OK && (n = fread(part, 1, sizeof part, f)) > 0)
        rc = bs_bytes_append(out, part, n, err);
    if (rc == BS_OK && ferror(f))
        rc = bs_fail(err, BS_EIO, "%s: %s", full, strerror(errno));
    fclose(f);
    return rc;
}

/* Removes the members of the tuples below DIR/prefix and the folders that held nothing else. */
static int clear_split(bs_output *o, const char *prefix, bs_err *err)
{
    static const char *const members[] = { "blur", "sharp", "kernel", "depth", "mask", "meta" };
    char sub[PATH_MAX], path[PATH_MAX];
    int rc = BS_OK;

    for (size_t i = 0; rc == BS_OK && i < sizeof members / sizeof *members; i++) {
        snprintf(sub, sizeof sub, "%s%s", prefix, members[i]);
        rc = remove_files(o, sub, is_member, err);
        if (rc == BS_OK && bs_output_path(o, sub, path, sizeof path, NULL) == BS_OK)
            rmdir(path);
    }
    snprintf(sub, sizeof sub, "%smetadata.jsonl", prefix);
    if (rc == BS_OK && bs_output_path(o, sub, path, sizeof path, err) == BS_OK)
        unlink(path);
    if (*prefix && rc == BS_OK && bs_output_path(o, prefix, path, sizeof path, NULL) == BS_OK)
        rmdir(path);
    return rc;
}

int bs_output_clear(bs_output *o, const char *const *splits, int n_splits, bs_err *err)
{
    char path[PATH_MAX];
    int rc = remove_files(o, "__meta__", is_shard, err);

    rc = rc ? rc : clear_split(o, "", err);
    for (int i = 0; rc == BS_OK && i < n_splits; i++)
        if ((size_t)snprintf(path, sizeof path, "%s/", splits[i]) < sizeof path && !strchr(splits[i], '/'))
            rc = clear_split(o, path, err);
    if (rc == BS_OK && bs_output_path(o, "dataset.json", path, sizeof path, err) == BS_OK)
        unlink(path); /* last: until here the folder is still known as ours */
    return rc;
}
