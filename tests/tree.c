#define _XOPEN_SOURCE 700 /* nftw() */

#include "tests/tree.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <turbojpeg.h>

#include <cmocka.h>

#include "gen/encode.h"

tree tree_create(void)
{
    const char *tmp = getenv("TMPDIR");
    tree t;

    snprintf(t.dir, sizeof t.dir, "%s/blursynth-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(t.dir));
    return t;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void tree_remove(tree *t)
{
    nftw(t->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *tree_path(const tree *t, const char *name)
{
    static char paths[4][1024];
    static int at;
    char *path = paths[at++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", t->dir, name);
    return path;
}

void tree_folder(const tree *t, const char *name)
{
    char path[1536];

    snprintf(path, sizeof path, "%s/%s/", t->dir, name);
    for (char *slash = path + strlen(t->dir) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(path, 0777);
    }
    assert_int_equal(access(path, W_OK), 0);
}

static void make_parent(const tree *t, const char *name)
{
    const char *slash = strrchr(name, '/');
    char parent[1024];

    snprintf(parent, sizeof parent, "%.*s", slash ? (int)(slash - name) : 0, name);
    tree_folder(t, parent);
}

void tree_bytes(const tree *t, const char *name, const void *data, size_t n)
{
    FILE *f;

    make_parent(t, name);
    f = fopen(tree_path(t, name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

void tree_text(const tree *t, const char *name, const char *text)
{
    tree_bytes(t, name, text, strlen(text));
}

void tree_link(const tree *t, const char *target, const char *name)
{
    make_parent(t, name);
    assert_int_equal(symlink(target, tree_path(t, name)), 0);
}

void tree_cut(const tree *t, const char *name, size_t n)
{
    assert_int_equal(truncate(tree_path(t, name), (off_t)n), 0);
}

static void write_and_free(const tree *t, const char *name, bs_bytes *b)
{
    tree_bytes(t, name, b->data, b->n);
    bs_bytes_free(b);
}

uint8_t tree_photo_value(int x, int y, int c)
{
    return (uint8_t)(17 * x + 41 * y + 85 * c + 3);
}

void tree_photo(const tree *t, const char *name, int width, int height)
{
    uint8_t *px = malloc((size_t)width * (size_t)height * 3), *p = px;
    bs_bytes b = { 0 };

    assert_non_null(px);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++)
                *p++ = tree_photo_value(x, y, c);
    assert_int_equal(bs_encode_png8(px, width, height, 3, 1, NULL, &b, NULL), BS_OK);
    write_and_free(t, name, &b);
    free(px);
}

void tree_jpeg(const tree *t, const char *name, int width, int height)
{
    const size_t n = (size_t)width * (size_t)height * 3;
    unsigned char *px = malloc(n), *jpeg = NULL;
    unsigned long n_jpeg = 0;
    tjhandle tj = tjInitCompress();

    assert_non_null(px);
    memset(px, 128, n);
    assert_int_equal(tjCompress2(tj, px, width, 0, height, TJPF_RGB, &jpeg, &n_jpeg, TJSAMP_420, 90, 0), 0);
    tree_bytes(t, name, jpeg, n_jpeg);
    tjFree(jpeg);
    tjDestroy(tj);
    free(px);
}

void tree_depth_px(const tree *t, const char *name, int width, int height, const uint16_t *px)
{
    bs_bytes b = { 0 };

    assert_int_equal(bs_encode_png16(px, width, height, 1, 1, NULL, &b, NULL), BS_OK);
    write_and_free(t, name, &b);
}

void tree_depth(const tree *t, const char *name, int width, int height, uint16_t value)
{
    const size_t n = (size_t)width * (size_t)height;
    uint16_t *px = malloc(n * sizeof *px);

    assert_non_null(px);
    for (size_t i = 0; i < n; i++)
        px[i] = value;
    tree_depth_px(t, name, width, height, px);
    free(px);
}

void tree_grey(const tree *t, const char *name, int width, int height)
{
    uint8_t *px = calloc((size_t)width, (size_t)height);
    bs_bytes b = { 0 };

    assert_non_null(px);
    assert_int_equal(bs_encode_png8(px, width, height, 1, 1, NULL, &b, NULL), BS_OK);
    write_and_free(t, name, &b);
    free(px);
}

void tree_frame(const tree *t, const char *trajectory, const char *base, uint16_t value)
{
    char name[512];

    snprintf(name, sizeof name, "%s/photo/%s.png", trajectory, base);
    tree_photo(t, name, 8, 6);
    snprintf(name, sizeof name, "%s/depth/%s.png", trajectory, base);
    tree_depth(t, name, 8, 6, value);
}

bs_source *tree_open(const tree *t, const char *name, bs_source_kind kind)
{
    const bs_source_options opt = { .kind = kind, .dir = tree_path(t, name) };
    bs_source *src = NULL;
    bs_err err = { 0 };

    if (bs_source_open(&opt, &src, &err) != BS_OK)
        fail_msg("%s", err.text);
    return src;
}

int tree_open_fails(const tree *t, const char *name, bs_source_kind kind, bs_err *err)
{
    const bs_source_options opt = { .kind = kind, .dir = tree_path(t, name) };
    bs_source *src = NULL;
    int rc;

    *err = (bs_err){ 0 };
    rc = bs_source_open(&opt, &src, err);
    assert_int_not_equal(rc, BS_OK);
    assert_int_equal(rc, err->code);
    assert_null(src);
    return rc;
}

size_t source_n_frames(const bs_source *src)
{
    const size_t n = bs_source_n_trajectories(src);
    const bs_trajectory *last = n ? bs_source_trajectory(src, n - 1) : NULL;

    return last ? last->first_frame + last->n_frames : 0;
}

const char *source_reason(const bs_source *src, const char *input)
{
    for (size_t i = 0; i < bs_source_n_skips(src); i++)
        if (strcmp(bs_source_skip(src, i)->input, input) == 0)
            return bs_source_skip(src, i)->reason;
    return NULL;
}

void assert_contains(const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        fail_msg("\"%s\" does not contain \"%s\"", text ? text : "(nothing)", part);
}
