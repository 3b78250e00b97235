/* The options of a dataset: what the library can do, defaults, and what is out of range. */
#include "gen/dataset.h"

#include <string.h>

#include "cuda/cuda.h"
#include "gen/scatter.h"
#include "imu/shake.h"
#include "inpaint/opencv.h"

const char *bs_version(void)
{
    return BS_VERSION;
}

int bs_has_opencv(void)
{
    return bs_cv_available();
}

int bs_has_cuda(bs_err *err)
{
    bs_cuda_device first;

    return bs_cuda_devices(&first, 1, err) > 0 ? BS_OK : BS_ENODEV;
}

void bs_dataset_defaults(bs_dataset_options *opt)
{
    *opt = (bs_dataset_options){
        .depth_scale = 1000,
        .exposure_min_ns = 30000000,
        .exposure_max_ns = 100000000,
        .max_step_px = 1.0,
        .frames_per_trajectory = 3,
        .samples_per_frame = 1,
        .frames_per_sequence = 1,
        .noise_peak = 5000,
        .output = "blursynth-out",
        .shard_size = 1000,
        .emit = BS_EMIT_ALL,
        .png_level = 1,
    };
}

bs_trace_options bs_dataset_trace_options(const bs_dataset_options *o)
{
    return (bs_trace_options){
        .max_gap_ns = o->max_gap_ns,
        .imu = o->imu,
        .velocity = o->velocity,
        .velocity_poses = o->velocity_poses,
        .has_gyro_bias = o->has_gyro_bias,
        .gyro_bias_rad_s = { o->gyro_bias_rad_s[0], o->gyro_bias_rad_s[1], o->gyro_bias_rad_s[2] },
    };
}

static int outside(double v, double lo, double hi)
{
    return !(v >= lo && v <= hi);
}

static int check_numbers(const bs_dataset_options *o, bs_err *err)
{
    if (o->exposure_min_ns < 1 || o->exposure_max_ns < o->exposure_min_ns ||
        o->exposure_max_ns > 3600000000000)
        return bs_fail(err, BS_EINVAL, "--exposure: expected above 0 to 3600 seconds, the smaller first");
    if (o->has_start && (o->start_ns < 0 || o->start_ns > 1000000000000000000))
        return bs_fail(err, BS_EINVAL,
                       "--start: expected 0 or more seconds after the first row of the trace");
    if (o->n_poses < 0 || o->n_poses > BS_MAX_POSES)
        return bs_fail(err, BS_EINVAL, "--poses-per-exposure %d: expected 1 to %d, or auto", o->n_poses,
                       BS_MAX_POSES);
    if (o->placement == BS_PLACEMENT_ENDPOINTS && o->n_poses == 1)
        return bs_fail(err, BS_EINVAL, "--pose-placement endpoints needs at least 2 poses");
    if (outside(o->max_step_px, 0.01, 100))
        return bs_fail(err, BS_EINVAL, "--max-step %g: expected 0.01 to 100 pixels", o->max_step_px);
    if (o->max_gap_ns < 0)
        return bs_fail(err, BS_EINVAL, "--max-gap: expected 0 or more seconds");
    if (o->frames_per_trajectory < 0 || o->samples_per_frame < 1 || o->samples_per_frame > 1000000 ||
        o->limit < 0)
        return bs_fail(err, BS_EINVAL,
                       "--frames-per-trajectory, --samples-per-frame and --limit count at least 1");
    if (outside(o->noise_peak, 0, 1e7))
        return bs_fail(err, BS_EINVAL, "--noise poisson:%g: expected a peak up to 1e7 photo-electrons",
                       o->noise_peak);
    if (o->shard_size < 1 || o->shard_size > 1000000)
        return bs_fail(err, BS_EINVAL, "--shard-size: expected 1 to 1000000");
    if (!o->emit || o->emit & ~(unsigned)(BS_EMIT_ALL | BS_EMIT_KERNEL_NOISY))
        return bs_fail(err, BS_EINVAL,
                       "--emit: expected at least one of blur,sharp,kernel,depth,mask,meta,kernel_noisy");
    if (o->png_level < 0 || o->png_level > 9)
        return bs_fail(err, BS_EINVAL, "--png-level %d: expected 0 to 9", o->png_level);
    if (o->threads < 0 || o->threads > 4096)
        return bs_fail(err, BS_EINVAL, "--threads %d: expected 0 (all there are) to 4096", o->threads);
    if (o->response == BS_RESPONSE_GAMMA && outside(o->gamma, 0.1, 10))
        return bs_fail(err, BS_EINVAL, "--response gamma:%g: expected 0.1 to 10", o->gamma);
    return BS_OK;
}

/* The choices among words, for callers that do not come from a command line. */
static int check_words(const bs_dataset_options *o, bs_err *err)
{
    const struct {
        const char *name;
        int value, last;
    } words[] = { { "source", (int)o->source, BS_SOURCE_RGBD },
                  { "--depth-kind", (int)o->depth_kind, BS_DEPTH_RAY },
                  { "--depth-zero", (int)o->depth_zero, BS_ZERO_UNKNOWN },
                  { "--depth-cleanup", (int)o->cleanup, BS_CLEANUP_OFF },
                  { "--velocity", (int)o->velocity, BS_VELOCITY_POSES },
                  { "--imu-units", (int)o->imu.gyro_unit, BS_GYRO_DEG_S },
                  { "--imu-units", (int)o->imu.accel_unit, BS_ACCEL_G },
                  { "--shutter", (int)o->shutter, BS_SHUTTER_RIGHT_LEFT },
                  { "--anchor", (int)o->anchor, BS_ANCHOR_END },
                  { "--pose-placement", (int)o->placement, BS_PLACEMENT_ENDPOINTS },
                  { "--method", (int)o->method, BS_METHOD_SCATTER },
                  { "--inpaint", (int)o->inpaint, BS_INPAINT_NONE },
                  { "--interpolation", (int)o->interpolation, BS_INTERPOLATION_BICUBIC },
                  { "--response", (int)o->response, BS_RESPONSE_NONE },
                  { "--format", (int)o->format, BS_FORMAT_NULL },
                  { "--kernel-format", (int)o->kernel_format, BS_KERNEL_KITTI },
                  { "--backend", (int)o->backend, BS_BACKEND_CUDA } };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].value < 0 || words[i].value > words[i].last)
            return bs_fail(err, BS_EINVAL, "%s: %d is none of its values", words[i].name, words[i].value);
    return BS_OK;
}

static int check_splits(const bs_dataset_options *o, bs_err *err)
{
    static const char *const taken[] = { "blur", "sharp", "kernel",       "depth",
                                         "mask", "meta",  "kernel_noisy", "__meta__" };

    if (o->n_splits < 0 || o->n_splits > BS_MAX_SPLITS)
        return bs_fail(err, BS_EINVAL, "--split: at most %d splits", BS_MAX_SPLITS);
    for (int i = 0; i < o->n_splits; i++) {
        const char *name = o->splits[i].name;
        int used = 0;

        if (!memchr(name, 0, BS_SPLIT_NAME))
            return bs_fail(err, BS_EINVAL, "--split: a name is longer than %d letters", BS_SPLIT_NAME - 1);
        for (size_t m = 0; m < sizeof taken / sizeof *taken; m++)
            used = used || !strcmp(name, taken[m]);
        for (int j = 0; j < i; j++)
            used = used || !strcmp(name, o->splits[j].name);
        if (!*name ||
            strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") !=
                strlen(name) ||
            used)
            return bs_fail(err, BS_EINVAL,
                           "--split: \"%s\" cannot be the name of a split; use letters, digits, '_' "
                           "and '-', each name once, and none of the folders of a tuple",
                           name);
        if (outside(o->splits[i].weight, 1e-6, 1e6))
            return bs_fail(err, BS_EINVAL, "--split: the weight of %s must be above 0", name);
    }
    return BS_OK;
}

static int check_back_end(const bs_dataset_options *o, bs_err *err)
{
    if (o->method == BS_METHOD_SCATTER && o->backend == BS_BACKEND_CUDA)
        return bs_fail(err, BS_EINVAL,
                       "--method scatter runs on the processor only: leave --backend cuda away, or use --method "
                       "first-hit");
    if (o->batch < 0 || o->batch > BS_MAX_BATCH)
        return bs_fail(err, BS_EINVAL, "--batch %d: expected 1 to %d, or auto", o->batch, BS_MAX_BATCH);
    if (o->method == BS_METHOD_SCATTER && bs_scatter_check(o->inpaint, err) != BS_OK)
        return BS_EINVAL;
    if ((o->inpaint == BS_INPAINT_TELEA || o->inpaint == BS_INPAINT_NS) && !bs_cv_available())
        return bs_fail(err, BS_EINVAL,
                       "--inpaint telea and ns need OpenCV, and this blursynth was built without "
                       "it; use --inpaint background");
    return o->backend == BS_BACKEND_CUDA ? bs_has_cuda(err) : BS_OK;
}

int bs_dataset_check_shutter(const bs_dataset_options *o, bs_err *err)
{
    if (o->shutter == BS_SHUTTER_GLOBAL)
        return BS_OK;
    if (o->readout_ns < 0 || o->readout_ns > BS_MAX_READOUT_NS)
        return bs_fail(err, BS_EINVAL, "--shutter: a readout of %.9g s; expected 0 to 2 seconds",
                       1e-9 * (double)o->readout_ns);
    if (o->method == BS_METHOD_SCATTER)
        return bs_fail(err, BS_EINVAL,
                       "--method scatter has a global shutter only; use --method first-hit, or --shutter "
                       "global%s",
                       o->has_shutter ? "" : ", which goes before what the camera file says");
    return BS_OK;
}

/* What a recording needs and made motion cannot heed. */
static int check_made(const bs_dataset_options *o, bs_err *err)
{
    const struct {
        const char *name;
        int given;
    } options[] = { { "--start", o->has_start },
                    { "--max-gap", o->max_gap_ns != 0 },
                    { "--velocity", o->velocity != BS_VELOCITY_ZERO_MEAN },
                    { "--imu-units", o->imu.gyro_unit != BS_GYRO_AUTO || o->imu.accel_unit != BS_ACCEL_AUTO },
                    { "--accel", o->imu.accel_path != NULL },
                    { "--gyro-bias", o->has_gyro_bias } };
    const int n = (int)strcspn(o->poses, ":");
    bs_shake s;
    int rc = bs_shake_parse(o->poses, &s, err);

    for (size_t i = 0; rc == BS_OK && i < sizeof options / sizeof *options; i++)
        if (options[i].given)
            rc = bs_fail(
                err, BS_EINVAL,
                "%s is for recorded motion, and --poses %.*s makes its own for each tuple (a file of that "
                "name is ./%.*s)",
                options[i].name, n, o->poses, n, o->poses);
    if (rc == BS_OK && s.blur_max_px > 0 && o->blur_max_px > 0 &&
        (s.blur_min_px < o->blur_min_px || s.blur_min_px > o->blur_min_px || s.blur_max_px < o->blur_max_px ||
         s.blur_max_px > o->blur_max_px))
        rc = bs_fail(err, BS_EINVAL, "--blur and blur= of --poses %.*s want different blur: give one of them",
                     n, o->poses);
    return rc;
}

/* What motion may be asked for. */
static int check_motion(const bs_dataset_options *o, bs_err *err)
{
    if (o->blur_max_px != 0 &&
        (outside(o->blur_max_px, 0.01, 1000) || outside(o->blur_min_px, 0, o->blur_max_px)))
        return bs_fail(err, BS_EINVAL, "--blur %g:%g: expected pixels from 0 to 1000, the smaller first",
                       o->blur_min_px, o->blur_max_px);
    if (o->poses && bs_shake_is(o->poses) && check_made(o, err) != BS_OK)
        return BS_EINVAL;
    return o->has_shutter ? bs_dataset_check_shutter(o, err) : BS_OK;
}

static int check_imu_noise(const bs_dataset_options *o, bs_err *err)
{
    bs_imu_noise ignored;

    if (!o->imu_noise && o->emit & BS_EMIT_KERNEL_NOISY)
        return bs_fail(err, BS_EINVAL,
                       "--emit kernel_noisy needs to know the IMU: give --imu-noise, e.g. phone");
    if (o->imu_noise && !(o->emit & (BS_EMIT_KERNEL | BS_EMIT_KERNEL_NOISY)))
        return bs_fail(err, BS_EINVAL, "--imu-noise makes kernel_noisy, which --emit leaves out");
    return o->imu_noise ? bs_imu_noise_parse(o->imu_noise, &ignored, err) : BS_OK;
}

int bs_dataset_check(const bs_dataset_options *o, bs_err *err)
{
    int rc = check_words(o, err);

    rc = rc ? rc : check_motion(o, err);
    rc = rc ? rc : check_numbers(o, err);
    rc = rc ? rc : check_splits(o, err);
    rc = rc ? rc : check_imu_noise(o, err);
    return rc ? rc : check_back_end(o, err);
}
