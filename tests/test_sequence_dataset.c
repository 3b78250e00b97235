/* Sequences on disk: keys, what their frames share, restarts, threads and shards, gaps, and what is
 * refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "gen/motion.h"
#include "tests/dataset_case.h"

/* Three frames, 33.3 ms apart, of 20 to 30 ms each. */
static void open_sequences(dataset_case *c, int frames)
{
    case_open(c, 1, frames);
    c->opt.frames_per_sequence = 3;
    c->opt.frame_interval_ns = 33300000;
    c->opt.exposure_min_ns = 20000000;
    c->opt.exposure_max_ns = 30000000;
}

/* The motion of an exposure on recorded poses, for a small frame 1 to 5 m deep. */
static int draw(const bs_dataset_options *opt, const bs_trace *trace, uint64_t sequence, int64_t index,
                bs_motion *m)
{
    const bs_camera cam = { 64, 48, 60, 60, 31.5, 23.5 };
    const bs_motion_source from = { .trace = trace };

    return bs_motion_draw(opt, &from, sequence, index, &cam, NULL, 0.2, 1, m, NULL);
}

static snap make_snap(dataset_case *c, const char *name, int64_t made)
{
    case_output(c, name);
    case_make(c, made);
    return snap_take(&c->t, name);
}

/* meta/KEY.json; the caller deletes it. */
static cJSON *read_meta(const snap *s, int key)
{
    char name[64];
    cJSON *o;

    snprintf(name, sizeof name, "meta/%08d.json", key);
    o = cJSON_Parse(snap_text(s, name));
    assert_non_null(o);
    return o;
}

static double number(const cJSON *o, const char *part, const char *name)
{
    const cJSON *p = cJSON_GetObjectItem(part ? cJSON_GetObjectItem(o, part) : o, name);

    if (!cJSON_IsNumber(p))
        fail_msg("no number %s", name);
    return p->valuedouble;
}

static const snap_file *member(const snap *s, const char *folder, int key)
{
    char name[64];

    snprintf(name, sizeof name, "%s/%08d.%s", folder, key, strcmp(folder, "kernel") ? "png" : "npy");
    return snap_find(s, name);
}

/* Keys count frames of sequences of samples of frames; what is drawn is drawn once for a sequence. */
static void keys_follow_the_sequence(void **state)
{
    dataset_case c;
    snap s;

    (void)state;
    open_sequences(&c, 2);
    c.opt.samples_per_frame = 2;
    s = make_snap(&c, "out", 12);
    for (int key = 0; key < 12; key++) {
        cJSON *o = read_meta(&s, key), *first = read_meta(&s, key / 3 * 3);
        char line[64];

        assert_true(number(o, "sequence", "id") == key / 3);
        assert_true(number(o, "sequence", "index") == key % 3);
        assert_true(number(o, "sequence", "frames") == 3);
        assert_true(number(o, "sequence", "interval_s") == 0.0333);
        assert_true(number(o, "exposure", "length_s") == number(first, "exposure", "length_s"));
        assert_true(fabs(number(o, "exposure", "start_s") - number(first, "exposure", "start_s") -
                         key % 3 * 0.0333) < 1e-8);
        snprintf(line, sizeof line, "\"sequence\":%d,\"index\":%d,", key / 3, key % 3);
        assert_contains(snap_text(&s, "metadata.jsonl"), line);
        assert_string_equal(cJSON_GetObjectItem(cJSON_GetObjectItem(o, "source"), "photo")->valuestring,
                            key < 6 ? "0/0/photo/0.png" : "0/0/photo/25.png");
        assert_true(same_file(member(&s, "sharp", key), member(&s, "sharp", key < 6 ? 0 : 6)) ==
                    (key % 3 == 0));
        cJSON_Delete(o);
        cJSON_Delete(first);
    }
    assert_contains(snap_text(&s, "dataset.json"), "\"frames-per-sequence\":\t3");
    assert_contains(snap_text(&s, "dataset.json"), "\"frame-interval\":\t0.033300000");
    snap_free(&s);
    case_close(&c);
}

/* The first frame is the tuple that the same exposure makes alone, but for what is filled in more widely. */
static void the_first_frame_is_a_tuple_of_its_own(void **state)
{
    static const char *const equal[] = { "sharp", "depth", "kernel" };
    dataset_case c;
    snap all, one;
    cJSON *o;

    (void)state;
    open_sequences(&c, 1);
    all = make_snap(&c, "all", 3);
    o = read_meta(&all, 0);
    c.opt.has_start = 1;
    c.opt.start_ns = (int64_t)llround(1e9 * number(o, "exposure", "start_s"));
    c.opt.exposure_min_ns = c.opt.exposure_max_ns = (int64_t)llround(1e9 * number(o, "exposure", "length_s"));
    cJSON_Delete(o);
    c.opt.frames_per_sequence = 1;
    one = make_snap(&c, "one", 1);
    for (int i = 0; i < 3; i++)
        assert_true(same_file(member(&all, equal[i], 0), member(&one, equal[i], 0)));
    assert_null(strstr(snap_text(&one, "metadata.jsonl"), "sequence"));
    assert_null(strstr(snap_text(&one, "meta/00000000.json"), "sequence"));
    assert_null(strstr(snap_text(&one, "dataset.json"), "frames-per-sequence"));
    c.opt.frames_per_sequence = 3; /* and the start that was asked for is the first exposure's */
    snap_free(&one);
    one = make_snap(&c, "given", 3);
    for (int key = 0; key < 3; key++) {
        for (int i = 0; i < 3; i++)
            assert_true(same_file(member(&all, equal[i], key), member(&one, equal[i], key)));
        assert_true(same_file(member(&all, "blur", key), member(&one, "blur", key)));
    }
    snap_free(&one);
    snap_free(&all);
    case_close(&c);
}

/* Neither threads nor shards nor a stop in the middle of a sequence change a byte. */
static void any_frame_can_be_made_alone(void **state)
{
    static const char *const folders[] = { "blur/", "sharp/", "kernel/", "depth/", "mask/", "meta/" };
    dataset_case c;
    snap all, s;

    (void)state;
    open_sequences(&c, 2);
    c.opt.samples_per_frame = 2;
    all = make_snap(&c, "all", 12);
    for (int threads = 1; threads <= 7; threads += 3) {
        char name[16];

        c.opt.threads = threads;
        c.opt.shard_size = threads + 1; /* 2, 5, 8 */
        snprintf(name, sizeof name, "out%d", threads);
        case_output(&c, name);
        assert_int_equal(case_run_until(&c, 4, NULL), BS_EINTERRUPT);
        assert_int_equal(case_run(&c, NULL, NULL, &(bs_err){ 0 }), BS_OK);
        s = snap_take(&c.t, name);
        for (int i = 0; i < 6; i++)
            assert_int_equal(assert_part_of(&s, &all, folders[i]), 12);
        assert_true(same_file(snap_find(&s, "metadata.jsonl"), snap_find(&all, "metadata.jsonl")));
        snap_free(&s);
    }
    c.opt.limit = 5; /* counts tuples */
    s = make_snap(&c, "some", 5);
    for (int i = 0; i < 6; i++)
        assert_int_equal(assert_part_of(&s, &all, folders[i]), 5);
    snap_free(&s);
    c.opt.emit = BS_EMIT_SHARP | BS_EMIT_DEPTH | BS_EMIT_KERNEL; /* no image to blur, but one to render */
    s = make_snap(&c, "sharps", 5);
    for (int i = 1; i < 4; i++)
        assert_int_equal(assert_part_of(&s, &all, folders[i]), 5);
    snap_free(&s);
    snap_free(&all);
    case_close(&c);
}

/* A camera at rest takes the same picture again and again; only the noise is new. */
static void a_camera_at_rest_repeats_the_frame(void **state)
{
    static const char *const equal[] = { "sharp", "depth", "kernel", "mask" };
    dataset_case c;
    snap s;

    (void)state;
    open_sequences(&c, 1);
    tree_text(&c.t, "rest.csv",
              "timestamp,tx,ty,tz,qx,qy,qz,qw\n0,0.1,0.2,0.3,0.6,0,0,0.8\n1,0.1,0.2,0.3,0.6,0,0,0.8\n");
    snprintf(c.poses, sizeof c.poses, "%s/rest.csv", c.t.dir);
    s = make_snap(&c, "out", 3);
    for (int key = 1; key < 3; key++) {
        for (int i = 0; i < 4; i++)
            assert_true(same_file(member(&s, equal[i], 0), member(&s, equal[i], key)));
        assert_false(same_file(member(&s, "blur", 0), member(&s, "blur", key)));
    }
    snap_free(&s);
    c.opt.noise_peak = 0;
    s = make_snap(&c, "clean", 3);
    for (int key = 1; key < 3; key++)
        assert_true(same_file(member(&s, "blur", 0), member(&s, "blur", key)));
    snap_free(&s);
    case_close(&c);
}

/* Where the end of one exposure is the start of the next, the camera is in one place. */
static void exposures_meet(void **state)
{
    bs_dataset_options o;
    bs_motion a = { 0 }, b = { 0 };
    dataset_case c;
    bs_trace *trace = NULL;

    (void)state;
    open_sequences(&c, 0);
    c.opt.exposure_min_ns = c.opt.exposure_max_ns = c.opt.frame_interval_ns;
    o = c.opt;
    assert_int_equal(bs_trace_open(c.poses, NULL, &trace, NULL), BS_OK);
    for (uint64_t sequence = 0; sequence < 20; sequence++)
        for (int64_t index = 0; index < 2; index++) {
            bs_pose T_end, T_start;

            assert_int_equal(draw(&o, trace, sequence, index, &a), BS_OK);
            assert_int_equal(draw(&o, trace, sequence, index + 1, &b), BS_OK);
            assert_true(a.exposure.start_ns + o.frame_interval_ns == b.exposure.start_ns);
            T_end = bs_pose_mul(&a.sequence.T_frame_anchor, &a.T_anchor_last[0]);
            T_start = bs_pose_mul(&b.sequence.T_frame_anchor, &b.T_anchor_first[0]);
            for (int i = 0; i < 3; i++)
                assert_true(fabs(T_end.t_m[i] - T_start.t_m[i]) < 1e-12);
            for (int i = 0; i < 4; i++)
                assert_true(fabs(T_end.q[i] - T_start.q[i]) < 1e-12);
            assert_true(a.sequence.n_span == b.sequence.n_span);
            assert_memory_equal(a.sequence.T_frame_span, b.sequence.T_frame_span,
                                (size_t)a.sequence.n_span * sizeof(bs_pose));
        }
    bs_motion_free(&a);
    bs_motion_free(&b);
    bs_trace_close(&trace);
    case_close(&c);
}

/* Two stretches of 0.5 s and a hole of 0.5 s: all exposures of a sequence lie in one of them. */
static void no_sequence_straddles_a_gap(void **state)
{
    bs_motion m = { 0 };
    bs_bytes csv = { 0 };
    dataset_case c;
    bs_trace *trace = NULL;
    int first = 0;

    (void)state;
    open_sequences(&c, 0);
    bs_bytes_printf(&csv, NULL, "timestamp,tx,ty,tz,qx,qy,qz,qw\n");
    for (int i = 0; i <= 150; i++)
        if (i <= 50 || i >= 100)
            bs_bytes_printf(&csv, NULL, "%.2f,%.3f,0,0,0,0,0,1\n", i / 100.0, i / 1000.0);
    tree_bytes(&c.t, "gap.csv", csv.data, csv.n);
    bs_bytes_free(&csv);
    assert_int_equal(bs_trace_open(tree_path(&c.t, "gap.csv"), NULL, &trace, NULL), BS_OK);
    c.opt.frames_per_sequence = 10; /* 0.32 to 0.33 s */
    for (uint64_t sequence = 0; sequence < 200; sequence++) {
        int64_t start, end;

        assert_int_equal(draw(&c.opt, trace, sequence, 0, &m), BS_OK);
        start = m.exposure.start_ns;
        assert_int_equal(draw(&c.opt, trace, sequence, 9, &m), BS_OK);
        end = m.exposure.start_ns + m.exposure.length_ns;
        first += end <= 500000000;
        if (!(end <= 500000000 || (start >= 1000000000 && end <= 1500000000)))
            fail_msg("from %.3f to %.3f s", 1e-9 * (double)start, 1e-9 * (double)end);
    }
    assert_in_range(first, 70, 130);
    bs_motion_free(&m);
    bs_trace_close(&trace);
    case_close(&c);
}

/* The readout belongs to the capture: it takes part in the span, in poses and in the layers. */
static void a_rolling_shutter_has_sequences(void **state)
{
    dataset_case c;
    snap all, s;
    cJSON *o;

    (void)state;
    open_sequences(&c, 1);
    c.opt.has_shutter = 1;
    c.opt.shutter = BS_SHUTTER_TOP_DOWN;
    c.opt.readout_ns =
        33300000; /* as video has it: a frame's first lines are exposed while the last are read */
    all = make_snap(&c, "all", 3);
    c.opt.shard_size = 1;
    c.opt.threads = 1;
    s = make_snap(&c, "s", 3);
    for (int key = 0; key < 3; key++)
        assert_true(same_file(member(&all, "blur", key), member(&s, "blur", key)));
    o = read_meta(&all, 1);
    assert_true(number(o, "sequence", "index") == 1);
    cJSON_Delete(o);
    snap_free(&all);
    snap_free(&s);
    c.opt.readout_ns = 33300001;
    case_refused(&c, BS_EINVAL, "readouts of up to 0.033300001 s would overlap");
    case_close(&c);
}

/* Made motion goes on through the sequence, at one scale, and is another one for each. */
static void made_motion_has_sequences(void **state)
{
    dataset_case c;
    snap all, s;

    (void)state;
    open_sequences(&c, 1);
    c.opt.poses = "handheld";
    c.opt.blur_min_px = 1.5;
    c.opt.blur_max_px = 2;
    c.opt.samples_per_frame = 2;
    all = make_snap(&c, "all", 6);
    c.opt.shard_size = 1;
    c.opt.threads = 1;
    s = make_snap(&c, "s", 6);
    for (int key = 0; key < 6; key++) {
        cJSON *o = read_meta(&all, key), *first = read_meta(&all, key / 3 * 3);

        assert_true(same_file(member(&all, "blur", key), member(&s, "blur", key)));
        assert_true(number(o, "motion", "scale") == number(first, "motion", "scale"));
        assert_true(fabs(number(o, "exposure", "start_s") - key % 3 * 0.0333) < 1e-8);
        cJSON_Delete(o);
        cJSON_Delete(first);
    }
    assert_false(same_file(member(&all, "kernel", 1), member(&all, "kernel", 4)));
    snap_free(&all);
    snap_free(&s);
    case_close(&c);
}

/* Made motion of more rows than it may have is known before anything is made. */
static void too_long_a_motion_is_not_planned(void **state)
{
    bs_dataset *ds = NULL;
    bs_err err = { 0 };
    dataset_case c;

    (void)state;
    open_sequences(&c, 1);
    c.opt.format = BS_FORMAT_NULL;
    c.opt.poses = "handheld";
    c.opt.frames_per_sequence = 100000;
    c.opt.frame_interval_ns = 50000000;
    assert_int_equal(bs_dataset_open(&c.opt, &ds, &err), BS_EINVAL);
    assert_contains(err.text, " s of motion for exposures of 0.02 s would need");
    c.opt.frames_per_sequence = 100;
    assert_int_equal(bs_dataset_open(&c.opt, &ds, NULL), BS_OK);
    bs_dataset_close(&ds);
    case_close(&c);
}

static void what_cannot_be_is_refused(void **state)
{
    dataset_case c;

    (void)state;
    open_sequences(&c, 1);
    c.opt.frame_interval_ns = 0;
    case_refused(&c, BS_EINVAL, "needs --frame-interval");
    c.opt.frame_interval_ns = 29999999;
    case_refused(&c, BS_EINVAL, "exposures of up to 0.03 s would overlap");
    c.opt.frame_interval_ns = 30000000;
    c.opt.frames_per_sequence = 0;
    case_refused(&c, BS_EINVAL, "--frames-per-sequence");
    c.opt.frames_per_sequence = 67; /* 66 x 30 ms + 30 ms = 2.01 s of 2 s */
    case_refused(&c, BS_EGAP, "a sequence of 2.01 s does not fit");
    c.opt.frames_per_sequence = 3;
    c.opt.has_start = 1;
    c.opt.start_ns = 1910000001; /* 90 ms before the end and less */
    case_refused(&c, BS_ERANGE, "not inside the trace");
    c.opt.has_start = 0;
    c.opt.method = BS_METHOD_SCATTER;
    c.opt.inpaint = BS_INPAINT_NONE;
    case_refused(&c, BS_EINVAL, "first-hit");
    c.opt.method = BS_METHOD_FIRST_HIT;
    c.opt.inpaint = BS_INPAINT_BACKGROUND;
    c.opt.samples_per_frame = 1000000;
    c.opt.frames_per_sequence = 60;
    case_frame(&c, 0, 1);
    case_refused(&c, BS_EINVAL, "120000000 tuples");
    case_close(&c);
}

/* Motion is chosen once for a sequence, and is what another memory would choose. */
static void motion_is_chosen_once_for_a_sequence(void **state)
{
    static const int order[][2] = { { 0, 0 }, { 0, 2 }, { 1, 1 }, { 0, 1 }, { 0, 0 }, { 2, 2 }, { 1, 0 } };
    const bs_camera cam = { 64, 48, 60, 60, 31.5, 23.5 };
    bs_motion kept = { 0 };
    bs_motion_source from = { 0 };
    bs_shake shake;
    dataset_case c;

    (void)state;
    open_sequences(&c, 0);
    assert_int_equal(bs_shake_parse("handheld", &shake, NULL), BS_OK);
    from.shake = &shake;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const uint64_t sequence = (uint64_t)order[i][0];
        const int is_same = i && order[i - 1][0] == order[i][0];
        bs_motion fresh = { 0 };

        kept.attempt = 77;
        assert_int_equal(
            bs_motion_draw(&c.opt, &from, sequence, order[i][1], &cam, NULL, 0.2, 1, &kept, NULL), BS_OK);
        assert_int_equal(
            bs_motion_draw(&c.opt, &from, sequence, order[i][1], &cam, NULL, 0.2, 1, &fresh, NULL), BS_OK);
        assert_int_equal(kept.attempt, is_same ? 77 : 0);
        assert_int_equal(kept.exposure.start_ns, fresh.exposure.start_ns);
        assert_int_equal(kept.n, fresh.n);
        assert_memory_equal(kept.T_anchor_cam, fresh.T_anchor_cam, (size_t)fresh.n * sizeof(bs_pose));
        bs_motion_free(&fresh);
    }
    bs_motion_free(&kept);
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_follow_the_sequence),
        cmocka_unit_test(the_first_frame_is_a_tuple_of_its_own),
        cmocka_unit_test(any_frame_can_be_made_alone),
        cmocka_unit_test(a_camera_at_rest_repeats_the_frame),
        cmocka_unit_test(exposures_meet),
        cmocka_unit_test(no_sequence_straddles_a_gap),
        cmocka_unit_test(a_rolling_shutter_has_sequences),
        cmocka_unit_test(made_motion_has_sequences),
        cmocka_unit_test(too_long_a_motion_is_not_planned),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(motion_is_chosen_once_for_a_sequence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
