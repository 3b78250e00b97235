/*
 * imu_accuracy - how close integrated readings of an IMU are to the truth, as Markdown on standard output:
 * the tables of docs/imu.md.
 *
 *     imu_accuracy [EUROC [HAND]]
 *
 * EUROC is the folder mav0 of a EuRoC sequence that begins at rest; HAND a trace of a hand-held camera's
 * poses.  Without them those of $BLURSYNTH_SHARED are taken, if that is set; else the simulated motions
 * are all.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "imu/integrate.h"
#include "imu/rotation.h"
#include "tests/imu_accuracy.h"
#include "tests/imu_motion.h"

#define MS INT64_C(1000000)
#define WINDOWS 3

static const int64_t windows_ns[WINDOWS] = { 20 * MS, 50 * MS, 100 * MS };

/* A point 2 m away, at SceneNet's focal length: pixels of a millimetre. */
static const double px_mm = 277.0 / 2000;

static const double no_bias[3] = { 0, 0, 0 };

/* A EuRoC sequence. */
typedef struct sequence {
    char truth_path[4096];
    bs_imu *imu;
    bs_trace *truth;
} sequence;

static void begin(const char *title, const char *first, const char *unit)
{
    printf("\n%s\n\n| %s |", title, first);
    for (int i = 0; i < WINDOWS; i++)
        printf(" %d ms, %s |", (int)(windows_ns[i] / MS), unit);
    printf("\n|---|---|---|---|\n");
}

static void turns(const char *what, const acc_errors e[WINDOWS])
{
    printf("| %s |", what);
    for (int i = 0; i < WINDOWS; i++)
        printf(" %.4f / %.4f |", e[i].turn_deg_median, e[i].turn_deg_p95);
    printf("\n");
}

static void ways(const char *what, const acc_errors e[WINDOWS])
{
    printf("| %s |", what);
    for (int i = 0; i < WINDOWS; i++)
        printf(" %.2f / %.2f mm, %.2g px |", e[i].way_mm_median, e[i].way_mm_p95, px_mm * e[i].way_mm_median);
    printf("\n");
}

static bs_trace *integrate(const bs_imu *imu, const bs_trace_options *opt)
{
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    if (bs_trace_from_imu(imu, opt, &tr, &err)) {
        fprintf(stderr, "imu_accuracy: %s\n", err.text);
        exit(1);
    }
    return tr;
}

static void trace_errors(const sequence *s, const bs_trace *tr, acc_errors e[WINDOWS])
{
    for (int i = 0; i < WINDOWS; i++)
        e[i] = acc_of_trace(s->imu, tr, s->truth, windows_ns[i]);
}

static void rotation_with(const sequence *s, const char *what, const double *bias_rad_s)
{
    bs_trace_options opt = { .has_gyro_bias = bias_rad_s != NULL };
    acc_errors e[WINDOWS];
    bs_trace *tr;

    if (bias_rad_s)
        memcpy(opt.gyro_bias_rad_s, bias_rad_s, sizeof opt.gyro_bias_rad_s);
    tr = integrate(s->imu, &opt);
    trace_errors(s, tr, e);
    turns(what, e);
    bs_trace_close(&tr);
}

static void rotation(const sequence *s)
{
    double mean[3] = { 0, 0, 0 };

    for (size_t i = 0; i < s->imu->n; i++)
        for (int k = 0; k < 3; k++)
            mean[k] += s->imu->rows[i].gyro_rad_s[k] / (double)s->imu->n;
    begin("Rotation: median / 95th percentile of the error, degrees", "gyroscope's bias", "°");
    rotation_with(s, "from rest (the default)", NULL);
    rotation_with(s, "given: the data set's estimate", (double[]){ -0.00215, 0.02075, 0.07581 });
    rotation_with(s, "the trace's mean", mean);
    rotation_with(s, "none", no_bias);
}

static void known_start(const sequence *s)
{
    bs_trace *tr = integrate(s->imu, NULL);
    const bs_imu_summary *sum = bs_trace_describe(tr)->imu;
    static const struct {
        const char *what;
        acc_start start;
    } cases[] = {
        { "velocity and attitude known", ACC_START_TRUE },
        { "attitude known, velocity taken as 0", ACC_START_RESTING },
        { "both known, gravity not removed", ACC_START_FALLING },
        { "velocity taken as 0, gravity not removed", ACC_START_RAW },
        { "the camera taken for still", ACC_START_STILL },
    };

    begin("Translation, each window by itself: median / 95th percentile of the error; median in pixels",
          "at the window's start", "error");
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        acc_errors e[WINDOWS];

        for (int i = 0; i < WINDOWS; i++)
            e[i] = acc_of_pieces(s->imu, sum->gyro_bias_rad_s, sum->gravity_m_s2, s->truth, cases[c].start,
                                 windows_ns[i]);
        ways(cases[c].what, e);
    }
    bs_trace_close(&tr);
}

static void rules(const sequence *s)
{
    static const char *const names[] = { "`zero-mean`", "`rest`", "`poses:`" };
    acc_errors e[3][WINDOWS];

    for (int rule = 0; rule < 3; rule++) {
        const bs_trace_options opt = { .velocity = (bs_velocity)rule, .velocity_poses = s->truth_path };
        bs_trace *tr = integrate(s->imu, &opt);

        trace_errors(s, tr, e[rule]);
        bs_trace_close(&tr);
    }
    begin("Translation of the whole trace by each rule: likewise", "velocity", "error");
    for (int rule = 0; rule < 3; rule++)
        ways(names[rule], e[rule]);
    begin("Rotation of the whole trace by each rule: median / 95th percentile of the error, degrees",
          "velocity", "°");
    for (int rule = 0; rule < 3; rule++)
        turns(names[rule], e[rule]);
}

static void tilt(const sequence *s)
{
    bs_trace *tr = integrate(s->imu, NULL);
    const acc_errors e = acc_tilt(s->imu, tr, s->truth);

    printf("\nWhich way is up: median / 95th percentile of the error %.2f / %.2f degrees.\n",
           e.turn_deg_median, e.turn_deg_p95);
    bs_trace_close(&tr);
}

/* Windows that begin everywhere but for the first and last second, from the truth or of the whole trace. */
static acc_errors simulated_window(const motion *m, const bs_imu *imu, const bs_trace *tr, int64_t window_ns)
{
    const bs_imu_calibration earth = { .gravity_m_s2 = { 0, 0, -MOTION_GRAVITY } };
    acc_errors worst = { 0 };

    for (int64_t t = 1000 * MS; t < 28900 * MS; t += 13 * MS + 7) {
        const bs_state from = motion_state(m, 1e-9 * (double)t);
        const bs_state truth = motion_state(m, 1e-9 * (double)(t + window_ns));
        bs_state to = from;
        bs_pose p0, p1;
        motion_error e;

        if (tr) {
            bs_trace_pose_at(tr, t, &p0, NULL);
            bs_trace_pose_at(tr, t + window_ns, &p1, NULL);
        } else {
            bs_imu_integrate(imu, &earth, &from, t + window_ns, &to, NULL);
            p0 = from.T_world_body;
            p1 = to.T_world_body;
        }
        e = motion_compare(&p0, &p1, &from.T_world_body, &truth.T_world_body);
        worst.turn_deg_p95 = fmax(worst.turn_deg_p95, e.turn_deg);
        worst.way_mm_p95 = fmax(worst.way_mm_p95, 1e3 * e.way_m);
    }
    return worst;
}

static void simulated(void)
{
    static const struct {
        const char *what;
        const motion *m;
    } motions[] = { { "hand shake", &motion_shake }, { "brisk motion", &motion_brisk } };

    begin("Perfect readings at 200 Hz of simulated motions, 30 s: largest error", "", "error");
    for (size_t i = 0; i < 4; i++) {
        const motion *m = motions[i / 2].m;
        bs_imu *imu = motion_imu(m, 6000, 5 * MS);
        bs_trace *tr = i % 2 ? integrate(imu, NULL) : NULL;

        printf("| %s, %s |", motions[i / 2].what, tr ? "`zero-mean`" : "start known");
        for (int w = 0; w < WINDOWS; w++) {
            const acc_errors e = simulated_window(m, imu, tr, windows_ns[w]);

            printf(" %.6f°, %.4f mm |", e.turn_deg_p95, e.way_mm_p95);
        }
        printf("\n");
        bs_trace_close(&tr);
        bs_imu_free(&imu);
    }
}

static void widths(const sequence *s, const char *hand_path)
{
    static const double width_s[] = { 0.5, 1, 2, 4, 8 };
    bs_trace *hand = acc_truth(hand_path);

    if (!hand)
        return;
    printf("\nThe window of `zero-mean`: medians over 100 ms. The hand-held camera's way is %.2f mm\n\n",
           acc_way_of_poses_mm(hand, 100 * MS));
    printf("| window | lost of the hand-held camera's way | error of the IMU let in |\n|---|---|---|\n");
    for (size_t i = 0; i < sizeof width_s / sizeof width_s[0]; i++)
        printf("| %g s | %.2f mm | %.2f mm |\n", width_s[i], acc_way_lost_mm(hand, width_s[i], 100 * MS),
               acc_way_drift_mm(s->imu, s->truth, width_s[i], 100 * MS));
    bs_trace_close(&hand);
}

static void speed(void)
{
    bs_imu *imu = motion_imu(&motion_shake, 600000, MS);
    const clock_t before = clock();
    bs_trace *tr = integrate(imu, NULL);

    printf("\nTen minutes at 1 kHz, %zu rows, become a trace in %.2f s of processor time.\n",
           bs_trace_describe(tr)->rows, (double)(clock() - before) / CLOCKS_PER_SEC);
    bs_trace_close(&tr);
    bs_imu_free(&imu);
}

static int open_sequence(const char *folder, sequence *s)
{
    char path[4096];
    bs_err err = { 0 };

    snprintf(path, sizeof path, "%s/imu0/data.csv", folder);
    snprintf(s->truth_path, sizeof s->truth_path, "%s/state_groundtruth_estimate0/data.csv", folder);
    if (bs_imu_read(path, NULL, &s->imu, &err) || !s->imu) {
        fprintf(stderr, "imu_accuracy: %s\n", err.code ? err.text : "no trace of an IMU");
        return 0;
    }
    s->truth = acc_truth(s->truth_path);
    return s->truth != NULL;
}

int main(int argc, char **argv)
{
    const char *shared = getenv("BLURSYNTH_SHARED");
    char euroc[2048] = "", hand[2048] = "";
    sequence s = { .imu = NULL };

    if (shared) {
        snprintf(euroc, sizeof euroc, "%s/data/real/euroc_v1_02/mav0", shared);
        snprintf(hand, sizeof hand, "%s/data/real/tum_fr1_rpy/groundtruth.txt", shared);
    }
    if (argc > 1)
        snprintf(euroc, sizeof euroc, "%s", argv[1]);
    if (argc > 2)
        snprintf(hand, sizeof hand, "%s", argv[2]);
    simulated();
    speed();
    if (!euroc[0]) {
        fprintf(stderr, "imu_accuracy: no recorded data: give the folder mav0 of a EuRoC sequence\n");
        return 0;
    }
    if (!open_sequence(euroc, &s))
        return 1;
    rotation(&s);
    known_start(&s);
    rules(&s);
    tilt(&s);
    if (hand[0])
        widths(&s, hand);
    bs_trace_close(&s.truth);
    bs_imu_free(&s.imu);
    return 0;
}
