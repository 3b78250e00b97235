#define _XOPEN_SOURCE 700 /* nftw() */

#include "tests/dataset_case.h"

#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "gen/decode.h"
#include "gen/encode.h"
#include "gen/source_internal.h"
#include "tests/scene.h"

#define N_PX (CASE_W * CASE_H)

static void write_trace(const dataset_case *c)
{
    bs_bytes csv = { 0 };

    bs_bytes_printf(&csv, NULL, "timestamp,tx,ty,tz,qx,qy,qz,qw\n");
    for (int i = 0; i <= 400; i++) {
        const bs_pose p = scene_handheld(1, i / 200.0);

        bs_bytes_printf(&csv, NULL, "%.3f,%.9f,%.9f,%.9f,%.12f,%.12f,%.12f,%.12f\n", i / 200.0, p.t_m[0],
                        p.t_m[1], p.t_m[2], p.q[0], p.q[1], p.q[2], p.q[3]);
    }
    tree_bytes(&c->t, "hand.csv", csv.data, csv.n);
    bs_bytes_free(&csv);
}

void case_frame(dataset_case *c, int trajectory, int frame)
{
    const bs_camera lens = bs_scenenet_camera(), cam = bs_camera_scaled(&lens, CASE_W, CASE_H);
    const bs_pose T_world_cam = scene_view(trajectory, frame);
    static float rgb[3 * N_PX], range_m[N_PX];
    static uint8_t photo[3 * N_PX];
    static uint16_t mm[N_PX];
    scene *world = scene_create("room", 1);
    bs_bytes png = { 0 };
    char name[64];

    assert_non_null(world);
    scene_render(world, &cam, &T_world_cam, 4, 1, rgb, range_m, NULL);
    scene_destroy(&world);
    for (int i = 0; i < 3 * N_PX; i++)
        photo[i] = (uint8_t)lrint(255 * sqrt(fmin(1, (double)rgb[i])));
    for (int i = 0; i < N_PX; i++)
        mm[i] = (uint16_t)(range_m[i] < 65 ? 1000 * range_m[i] : 0);
    assert_int_equal(bs_encode_png8(photo, CASE_W, CASE_H, 3, 1, NULL, &png, NULL), BS_OK);
    snprintf(name, sizeof name, "in/0/%d/photo/%d.png", trajectory, 25 * frame);
    tree_bytes(&c->t, name, png.data, png.n);
    bs_bytes_free(&png);
    snprintf(name, sizeof name, "in/0/%d/depth/%d.png", trajectory, 25 * frame);
    tree_depth_px(&c->t, name, CASE_W, CASE_H, mm);
}

void case_output(dataset_case *c, const char *name)
{
    snprintf(c->out, sizeof c->out, "%s/%s", c->t.dir, name);
    c->opt.output = c->out;
}

void case_open(dataset_case *c, int trajectories, int frames)
{
    c->t = tree_create();
    snprintf(c->in, sizeof c->in, "%s/in", c->t.dir);
    snprintf(c->poses, sizeof c->poses, "%s/hand.csv", c->t.dir);
    bs_dataset_defaults(&c->opt);
    c->opt.source = BS_SOURCE_SCENENET;
    c->opt.source_dir = c->in;
    c->opt.poses = c->poses;
    c->opt.threads = 2;
    case_output(c, "out");
    write_trace(c);
    for (int k = 0; k < trajectories; k++)
        for (int i = 0; i < frames; i++)
            case_frame(c, k, i);
}

void case_close(dataset_case *c)
{
    tree_remove(&c->t);
}

int case_run(const dataset_case *c, const bs_dataset_watch *watch, bs_dataset_summary *sum, bs_err *err)
{
    bs_dataset_summary mine;
    bs_dataset *ds = NULL;
    int rc;

    *err = (bs_err){ 0 };
    rc = bs_dataset_open(&c->opt, &ds, err);
    if (rc == BS_OK)
        rc = bs_dataset_run(ds, watch, sum ? sum : &mine, err);
    assert_int_equal(rc, err->code);
    bs_dataset_close(&ds);
    assert_null(ds);
    return rc;
}

bs_dataset_summary case_make(const dataset_case *c, int64_t made)
{
    bs_dataset_summary sum = { 0 };
    bs_err err;

    if (case_run(c, NULL, &sum, &err) != BS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(sum.made, made);
    return sum;
}

void case_refused(const dataset_case *c, int code, const char *part)
{
    bs_err err;

    if (case_run(c, NULL, NULL, &err) != code)
        fail_msg("code %d (\"%s\"), expected %d", err.code, err.text, code);
    assert_contains(err.text, part);
}

/* nftw() hands nothing on. */
static snap *taking;
static size_t taking_prefix;

static void read_file(const char *path, bs_bytes *out)
{
    FILE *f = fopen(path, "rb");
    char part[4096];
    size_t n;

    assert_non_null(f);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        assert_int_equal(bs_bytes_append(out, part, n, NULL), BS_OK);
    fclose(f);
    assert_int_equal(bs_bytes_append(out, "", 1, NULL), BS_OK); /* a NUL, for snap_text() */
    out->n--;
}

static int take_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    snap_file f = { 0 };
    char name[1024];

    (void)st;
    if (ftw->level == 0)
        return 0;
    snprintf(name, sizeof name, "%s%s", path + taking_prefix, type == FTW_D ? "/" : "");
    f.name = strdup(name);
    if (type == FTW_F)
        read_file(path, &f.data);
    taking->file = realloc(taking->file, (taking->n + 1) * sizeof f);
    assert_non_null(taking->file);
    taking->file[taking->n++] = f;
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const snap_file *)a)->name, ((const snap_file *)b)->name);
}

snap snap_take(const tree *t, const char *name)
{
    const char *path = tree_path(t, name);
    snap s = { 0 };

    taking = &s;
    taking_prefix = strlen(path) + 1;
    assert_int_equal(nftw(path, take_one, 16, FTW_PHYS), 0);
    if (s.n)
        qsort(s.file, s.n, sizeof *s.file, by_name);
    return s;
}

void snap_free(snap *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->file[i].name);
        bs_bytes_free(&s->file[i].data);
    }
    free(s->file);
    *s = (snap){ 0 };
}

const snap_file *snap_find(const snap *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (!strcmp(s->file[i].name, name))
            return &s->file[i];
    return NULL;
}

const char *snap_text(const snap *s, const char *name)
{
    const snap_file *f = snap_find(s, name);

    if (!f)
        fail_msg("no %s", name);
    return (const char *)f->data.data;
}

int same_file(const snap_file *a, const snap_file *b)
{
    return a && b && a->data.n == b->data.n && (!a->data.n || !memcmp(a->data.data, b->data.data, a->data.n));
}

size_t assert_part_of(const snap *part, const snap *whole, const char *prefix)
{
    size_t n = 0;

    for (size_t i = 0; i < part->n; i++) {
        const snap_file *f = &part->file[i];

        if (strncmp(f->name, prefix, strlen(prefix)) != 0)
            continue;
        if (!same_file(f, snap_find(whole, f->name)))
            fail_msg("%s: %s", f->name, snap_find(whole, f->name) ? "differs" : "only in one of them");
        n += f->name[strlen(f->name) - 1] != '/';
    }
    return n;
}

size_t assert_meta_without_seen(const snap *part, const snap *whole)
{
    size_t n = 0;

    for (size_t i = 0; i < part->n; i++) {
        const snap_file *f = &part->file[i];
        cJSON *mine, *other;

        if (strncmp(f->name, "meta/", 5) != 0 || !f->data.n)
            continue;
        mine = cJSON_Parse((const char *)f->data.data);
        other = cJSON_Parse(snap_text(whole, f->name));
        cJSON_DeleteItemFromObject(cJSON_GetObjectItem(other, "blur"), "seen_share");
        if (!cJSON_Compare(mine, other, 1))
            fail_msg("%s differs in more than seen_share", f->name);
        cJSON_Delete(mine);
        cJSON_Delete(other);
        n++;
    }
    return n;
}

void assert_same_snap(const snap *a, const snap *b)
{
    assert_part_of(a, b, "");
    assert_part_of(b, a, "");
}

void assert_untouched(const tree *t, const char *name, snap *before)
{
    snap now = snap_take(t, name);

    assert_same_snap(before, &now);
    snap_free(&now);
    snap_free(before);
}

double case_mask_mean(const dataset_case *c, const char *name)
{
    bs_rgb8 mask;
    double sum = 0;

    assert_int_equal(bs_photo_read(tree_path(&c->t, name), &mask, NULL), BS_OK);
    assert_int_equal(mask.width, CASE_W);
    assert_int_equal(mask.height, CASE_H);
    for (int i = 0; i < CASE_W * CASE_H; i++)
        sum += mask.px[3 * i];
    bs_rgb8_destroy(&mask);
    return sum / (255.0 * CASE_W * CASE_H);
}

/* Asks to stop once 'after' tuples are done. */
typedef struct stopper {
    volatile sig_atomic_t stop;
    int64_t after, calls, last;
} stopper;

static void count(void *user, int64_t done, int64_t planned, int64_t skipped)
{
    stopper *s = user;

    (void)planned, (void)skipped;
    if (done < s->last)
        s->calls = -1000; /* never backwards */
    s->last = done;
    s->calls++;
    if (done >= s->after)
        s->stop = 1;
}

int case_run_until(const dataset_case *c, int64_t after, bs_dataset_summary *sum)
{
    stopper s = { .after = after, .stop = after == 0 };
    const bs_dataset_watch watch = { count, &s, &s.stop };
    bs_err err;
    const int rc = case_run(c, &watch, sum, &err);

    assert_true(s.calls >= 0);
    return rc;
}
