/* Files written under a temporary name and put in place whole. */
#include "gen/output_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct bs_output_file {
    int fd;
    char tmp[PATH_MAX], final[PATH_MAX];
};

int bs_output_cannot(bs_err *err, const char *what, const char *path)
{
    return bs_fail(err, BS_EOUTPUT, "%s: cannot %s: %s%s", path, what, strerror(errno),
                   errno == ENOSPC || errno == EDQUOT
                       ? "; nothing finished is harmed: make room and run the same command again"
                       : "");
}

const char *bs_output_host(char host[BS_HOST])
{
    if (gethostname(host, BS_HOST))
        *host = 0;
    host[BS_HOST - 1] = 0;
    return host;
}

/* Makes every folder of 'path' up to its last slash, or all of it with 'whole'. */
int bs_make_folders(const char *path, int whole, bs_err *err)
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
            return bs_output_cannot(err, "make the folder", part);
    }
    return BS_OK;
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
        return bs_output_cannot(err, "put it in place", final);
    rc = bs_make_folders(final, 0, err); /* the first file of its folder */
    if (rc == BS_OK && rename(tmp, final))
        rc = bs_output_cannot(err, "put it in place", final);
    return rc;
}

/* Opens the temporary file; its folder may have been tidied away by another run that ended. */
static int open_tmp(const bs_output *o, const char *tmp, bs_err *err)
{
    int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0 && errno == ENOENT && bs_make_folders(tmp, 0, err) == BS_OK)
        fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        bs_output_cannot(err, "write below it", o->dir);
    return fd;
}

int bs_output_begin(bs_output *o, const char *path, bs_output_file **out, bs_err *err)
{
    bs_output_file *f = calloc(1, sizeof *f);
    char name[BS_HOST + 64], host[BS_HOST];
    int rc;

    if (!f)
        return bs_fail(err, BS_ENOMEM, "no memory for a file name");
    snprintf(name, sizeof name, BS_TMP "/%s-%ld-%u", bs_output_host(host), (long)getpid(),
             atomic_fetch_add(&o->next_tmp, 1));
    rc = bs_output_path(o, path, f->final, sizeof f->final, err);
    rc = rc ? rc : bs_output_path(o, name, f->tmp, sizeof f->tmp, err);
    if (rc == BS_OK) {
        f->fd = open_tmp(o, f->tmp, err);
        rc = f->fd < 0 ? BS_EOUTPUT : BS_OK;
    }
    if (rc == BS_OK)
        *out = f;
    else
        free(f);
    return rc;
}

int bs_output_append(bs_output_file *f, const void *data, size_t n, bs_err *err)
{
    return write_all(f->fd, data, n) ? bs_output_cannot(err, "write it", f->final) : BS_OK;
}

int bs_output_finish(bs_output_file **file, bs_err *err)
{
    bs_output_file *f = *file;
    const int rc =
        close(f->fd) ? bs_output_cannot(err, "write it", f->final) : put_in_place(f->tmp, f->final, err);

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

/* Puts in place what was written, or forgets it. */
static int end_file(bs_output_file *f, int rc, bs_err *err)
{
    if (rc == BS_OK)
        return bs_output_finish(&f, err);
    bs_output_abandon(&f);
    return rc;
}

int bs_output_write_two(bs_output *o, const char *path, const void *data, size_t n, const void *more,
                        size_t n_more, bs_err *err)
{
    bs_output_file *f = NULL;
    int rc = bs_output_begin(o, path, &f, err);

    rc = rc ? rc : bs_output_append(f, data, n, err);
    rc = rc ? rc : bs_output_append(f, more, n_more, err);
    return end_file(f, rc, err);
}

int bs_output_write(bs_output *o, const char *path, const void *data, size_t n, bs_err *err)
{
    return bs_output_write_two(o, path, data, n, NULL, 0, err);
}

int bs_output_write_synced(bs_output *o, const char *path, const void *data, size_t n, bs_err *err)
{
    bs_output_file *f = NULL;
    int rc = bs_output_begin(o, path, &f, err);

    rc = rc ? rc : bs_output_append(f, data, n, err);
    if (rc == BS_OK && fsync(f->fd))
        rc = bs_output_cannot(err, "bring it to the disk", f->final);
    return end_file(f, rc, err);
}
