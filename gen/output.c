#define _GNU_SOURCE /* syncfs */
#include "gen/output_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
        return bs_output_cannot(err, "use it as output folder", dir);
    while ((e = readdir(d)))
        /* Hidden files are nobody's work, lost+found is the volume's, __meta__ a run's that died early. */
        files += e->d_name[0] != '.' && strcmp(e->d_name, "__meta__") && strcmp(e->d_name, "lost+found");
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
        return errno == ENOENT || errno == ENOTDIR ? BS_OK : bs_output_cannot(err, "open the folder", path);
    while (rc == BS_OK && (e = readdir(d)))
        if (!is_dot(e->d_name) && ours(e->d_name) && unlinkat(dirfd(d), e->d_name, 0) && errno != ENOENT)
            rc = bs_output_cannot(err, "remove files from it", path);
    closedir(d);
    return rc;
}

/* Leftovers of a run of this host that is gone: "HOST-PID-NUMBER".  One of our own number is gone too, as
 * nothing is written yet: in a container every run may have the same. */
static int is_leftover(const char *name)
{
    char host[BS_HOST];
    const char *number = strrchr(name, '-'), *pid = number;
    const size_t n = strlen(bs_output_host(host));
    pid_t owner;

    while (pid && pid > name && pid[-1] != '-')
        pid--;
    if (!pid || pid == name || (size_t)(pid - name - 1) != n || strncmp(name, host, n))
        return 0;
    owner = (pid_t)strtol(pid, NULL, 10);
    return owner == getpid() || (kill(owner, 0) && errno == ESRCH);
}

/* KEY.extension, as every file of a tuple is called. */
static int is_member(const char *name)
{
    return strspn(name, "0123456789") == 8 && name[8] == '.';
}

static int is_shard(const char *name)
{
    const size_t digits = strspn(name, "0123456789");

    return (digits >= 6 && (!strcmp(name + digits, ".jsonl") || !strcmp(name + digits, ".part.jsonl"))) ||
           !strcmp(name, "skipped.jsonl");
}

int bs_output_view(const char *dir, bs_output **out, bs_err *err)
{
    bs_output *o = calloc(1, sizeof *o);

    if (o)
        o->dir = strdup(dir);
    if (!o || !o->dir) {
        free(o);
        return bs_fail(err, BS_ENOMEM, "no memory for the output folder");
    }
    *out = o;
    return BS_OK;
}

int bs_output_open(const char *dir, bs_output **out, bs_err *err)
{
    char path[PATH_MAX];
    bs_output *o = NULL;
    int rc = bs_output_view(dir, &o, err);

    rc = rc ? rc : bs_output_path(o, BS_TMP, path, sizeof path, err);
    rc = rc ? rc : bs_make_folders(path, 1, err);
    if (rc == BS_OK)
        o->is_open = 1;
    rc = rc ? rc : remove_files(o, BS_TMP, is_leftover, err);
    rc = rc ? rc : bs_output_write(o, "__meta__/writable", "", 0, err);
    rc = rc ? rc : bs_output_remove(o, "__meta__/writable", err);
    if (rc == BS_OK)
        *out = o;
    else
        bs_output_close(&o);
    return rc;
}

void bs_output_close(bs_output **o)
{
    char path[PATH_MAX];

    if (!*o)
        return;
    if ((*o)->is_open && bs_output_path(*o, BS_TMP, path, sizeof path, NULL) == BS_OK)
        rmdir(path); /* leftovers, if any, keep it */
    if ((*o)->is_open && bs_output_path(*o, "__meta__", path, sizeof path, NULL) == BS_OK)
        rmdir(path); /* only where nothing was begun */
    free((*o)->dir);
    free(*o);
    *o = NULL;
}

int bs_output_sync(bs_output *o, bs_err *err)
{
    const int fd = open(o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = BS_OK;

    if (fd < 0 || syncfs(fd))
        rc = bs_output_cannot(err, "bring it to the disk", o->dir);
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

int bs_output_remove(bs_output *o, const char *path, bs_err *err)
{
    char full[PATH_MAX];
    const int rc = bs_output_path(o, path, full, sizeof full, err);

    if (rc == BS_OK && unlink(full) && errno != ENOENT)
        return bs_output_cannot(err, "remove it", full);
    return rc;
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
    static const char *const members[] = {
        "blur", "sharp", "kernel", "depth", "mask", "meta", "kernel_noisy"
    };
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
