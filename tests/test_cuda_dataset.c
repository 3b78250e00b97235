/*
 * Whole datasets by the CUDA back end, its teams run lane by lane on a device that there is not: the same files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cuda/engine.h"
#include "gen/dataset.h"
#include "tests/dataset_case.h"
#include "tests/fake_device.h"
#include "tests/team_blur.h"
#include "tests/team_layers.h"

static void blur_by_teams(const bs_blur_item *item)
{
    team_blur(item, LANES_MIXED);
    for (int i = 0; i < item->layers.width * item->layers.height; i++)
        bs_batch_expose(item, (uint32_t)i);
}

static void build_by_team(const bs_build_item *item, const bs_scene *room)
{
    const team_frame f = { item->rgb,      item->inv_depth, item->parallax_px_m,
                           item->measured, item->reach,     item->method };
    bs_scene s = *room;

    *item->wanted = team_layers_32(&f, LANES_MIXED, &s, item->layers) ? s.wanted : 0;
}

/* A run whose images a device blurs. */
static int run_on(fake_device *f, const dataset_case *c, bs_dataset_summary *sum, bs_err *err)
{
    bs_dataset *ds = NULL;
    bs_device dev;
    int rc;

    f->blur = blur_by_teams;
    f->build = f->build ? f->build : build_by_team;
    fake_device_make(f, &dev);
    assert_int_equal(bs_dataset_open(&c->opt, &ds, err), BS_OK);
    rc = bs_cuda_open_on(&dev, 0, &ds->cuda, err);
    ds->owns_cuda = rc == BS_OK;
    rc = rc ? rc : bs_dataset_run(ds, NULL, sum, err);
    bs_dataset_close(&ds);
    assert_true(f->alive == 0 && f->alive_host == 0 && f->streams == 0);
    return rc;
}

static void compare(void (*change)(bs_dataset_options *opt),
                    void (*build)(const bs_build_item *, const bs_scene *))
{
    fake_device f = { .build = build };
    bs_dataset_summary sum, sum_cuda;
    bs_err err = { 0 };
    dataset_case c;
    snap here, there;

    case_open(&c, 2, 2);
    if (change)
        change(&c.opt);
    sum = case_make(&c, c.opt.samples_per_frame * c.opt.frames_per_sequence * 4);
    here = snap_take(&c.t, "out");
    case_output(&c, "cuda");
    if (run_on(&f, &c, &sum_cuda, &err) != BS_OK)
        fail_msg("%s", err.text);
    there = snap_take(&c.t, "cuda");
    assert_same_snap(&here, &there);
    assert_true(sum.made == sum_cuda.made && sum.mean_px == sum_cuda.mean_px &&
                sum.max_px == sum_cuda.max_px);
    assert_true(f.batches > 0);
    snap_free(&here);
    snap_free(&there);
    case_close(&c);
}

static void test_default(void **state)
{
    (void)state;
    compare(NULL, NULL);
}

static void make_samples(bs_dataset_options *opt)
{
    opt->samples_per_frame = 3;
    opt->noise_peak = 0;
    opt->interpolation = BS_INTERPOLATION_BICUBIC;
    opt->inpaint = BS_INPAINT_NONE;
    opt->threads = 3;
}

static void test_samples(void **state)
{
    (void)state;
    compare(make_samples, NULL);
}

static void make_rolling(bs_dataset_options *opt)
{
    opt->has_shutter = 1;
    opt->shutter = BS_SHUTTER_RIGHT_LEFT;
    opt->readout_ns = 20000000;
    opt->emit = BS_EMIT_BLUR | BS_EMIT_MASK;
    opt->n_poses = 40;
    opt->response = BS_RESPONSE_LINEAR;
}

static void test_rolling(void **state)
{
    (void)state;
    compare(make_rolling, NULL);
}

static void make_sequence(bs_dataset_options *opt)
{
    opt->frames_per_sequence = 3;
    opt->frame_interval_ns = 40000000;
    opt->exposure_min_ns = opt->exposure_max_ns = 30000000;
}

static void test_sequence(void **state)
{
    (void)state;
    compare(make_sequence, NULL);
}

/* Of frames with too many edges the processor builds the layers. */
static void test_too_many_edges(void **state)
{
    (void)state;
    compare(NULL, fake_build_too_many);
}

/* The device fails in the middle: what is finished is kept, and whatever can blur goes on to the same dataset. */
static void test_failure(void **state)
{
    fake_device f = { .fail_at = 40, .fail_code = BS_ENODEV };
    bs_dataset_summary sum;
    bs_err err = { 0 };
    dataset_case c;
    snap whole, s;

    (void)state;
    case_open(&c, 2, 2);
    c.opt.samples_per_frame = 3;
    case_make(&c, 12);
    whole = snap_take(&c.t, "out");
    case_output(&c, "cuda");
    assert_int_equal(run_on(&f, &c, &sum, &err), BS_EDEVICE);
    assert_contains(err.text, "the fake device fails at call 40");
    assert_true(sum.made < 12);
    case_make(&c, 12 - sum.made);
    s = snap_take(&c.t, "cuda");
    assert_same_snap(&whole, &s);
    snap_free(&whole);
    snap_free(&s);
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default),        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_rolling),        cmocka_unit_test(test_sequence),
        cmocka_unit_test(test_too_many_edges), cmocka_unit_test(test_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
