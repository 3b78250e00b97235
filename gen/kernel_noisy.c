/* The kernel as an IMU with errors would tell it, beside the exact one. */
#include <math.h>
#include <stdlib.h>

#include "gen/describe.h"
#include "gen/json_add.h"
#include "homography/kernel.h"

/* Straight down in the trace's world.  Traces of IMUs mostly know; of others nobody does, and the sharp
 * image is taken to be upright. */
static void find_down(const bs_dataset *ds, const bs_motion *m, double down_world[3])
{
    const bs_imu_summary *imu = ds->plan.trace->imu;
    double R[9];

    bs_pose_rotation(&m->T_world_anchor, R);
    for (int i = 0; i < 3; i++)
        down_world[i] = imu && imu->gravity_m_s2 > 0 ? imu->down_world[i] : R[3 * i + 1];
}

static int fit(bs_noisy *n, size_t px, size_t lines, bs_err *err)
{
    float *kernel = px > n->px_fit ? realloc(n->kernel, 2 * px * sizeof *kernel) : n->kernel;
    bs_pose *T = lines > n->lines_fit ? realloc(n->T_anchor_first, 2 * lines * sizeof *T) : n->T_anchor_first;

    n->kernel = kernel ? kernel : n->kernel;
    n->T_anchor_first = T ? T : n->T_anchor_first;
    if (!kernel || !T)
        return bs_fail(err, BS_ENOMEM, "no memory for the kernel of an IMU with errors");
    n->px_fit = px > n->px_fit ? px : n->px_fit;
    n->lines_fit = lines > n->lines_fit ? lines : n->lines_fit;
    return BS_OK;
}

int bs_noisy_make(const bs_dataset *ds, int64_t key, int threads, bs_worker *w, bs_err *err)
{
    const bs_motion *m = &w->motion;
    const size_t px = (size_t)w->tuple.width * (size_t)w->tuple.height;
    bs_noisy *n = &w->noisy;
    bs_camera cam = w->frame.camera;
    bs_pose *last;
    bs_lengths apart;
    double down_world[3];
    int rc = fit(n, px, (size_t)m->lines, err);

    find_down(ds, m, down_world);
    /* One device takes a sequence: what is constant of its errors is so over all of it. */
    n->draw = bs_imu_noise_draw(&ds->imu_noise, ds->opt.seed, (uint64_t)bs_sequence_of(&ds->opt, key));
    rc = rc ? rc
            : bs_imu_drift_make(m->trace, &ds->imu_noise, ds->opt.seed, (uint64_t)key, &m->capture,
                                down_world, &n->draw, &n->drift, err);
    if (rc != BS_OK)
        return rc;
    last = n->T_anchor_first + m->lines;
    for (int i = 0; i < m->lines; i++) {
        const int64_t first_ns = m->exposure.start_ns + m->delay_ns[i];

        n->T_anchor_first[i] = bs_imu_drift_apply(&n->drift, m->anchor_ns, first_ns, &m->T_anchor_first[i]);
        last[i] = bs_imu_drift_apply(&n->drift, m->anchor_ns, first_ns + m->exposure.length_ns,
                                     &m->T_anchor_last[i]);
    }
    cam.cx += n->draw.centre[0] * cam.width;
    cam.cy += n->draw.centre[1] * cam.height;
    rc =
        bs_kernel_map(&cam, m->shutter, n->T_anchor_first, last, w->tuple.inv_depth, threads, n->kernel, err);
    if (rc != BS_OK)
        return rc;
    apart = bs_kernel_lengths(n->kernel, w->tuple.kernel, px, threads);
    n->mean_px = apart.mean_px;
    n->max_px = apart.max_px;
    return BS_OK;
}

void bs_noisy_free(bs_noisy *n)
{
    free(n->kernel);
    free(n->T_anchor_first);
    bs_imu_drift_free(&n->drift);
    *n = (bs_noisy){ 0 };
}

void bs_describe_imu_model(cJSON *o, const bs_dataset *ds)
{
    const bs_imu_noise *m = &ds->imu_noise;
    const double delay[] = { m->delay_mean_s, m->delay_s, m->delay_min_s, m->delay_max_s };
    const char *key;
    double value;
    cJSON *n;

    if (!ds->opt.imu_noise)
        return;
    n = cJSON_AddObjectToObject(o, "imu-noise");
    cJSON_AddStringToObject(n, "preset", m->preset);
    for (int i = 0; bs_imu_noise_key(m, i, &key, &value); i++)
        cJSON_AddNumberToObject(n, key, value);
    cJSON_ReplaceItemInObject(n, "delay", cJSON_CreateDoubleArray(delay, 4));
}

static void add_vector(cJSON *o, const char *name, const double *v, int n)
{
    cJSON_AddItemToObject(o, name, cJSON_CreateDoubleArray(v, n));
}

void bs_describe_imu_draw(cJSON *root, const bs_dataset *ds, const bs_worker *w)
{
    const bs_imu_draw *d = &w->noisy.draw;
    const double centre_px[] = { d->centre[0] * w->frame.camera.width,
                                 d->centre[1] * w->frame.camera.height };
    cJSON *o;

    if (!(ds->opt.emit & BS_EMIT_KERNEL_NOISY))
        return;
    o = cJSON_AddObjectToObject(root, "imu_noise");
    cJSON_AddStringToObject(o, "preset", ds->imu_noise.preset);
    add_vector(o, "gyro_bias_rad_s", d->gyro_bias_rad_s, 3);
    add_vector(o, "accel_bias_m_s2", d->accel_bias_m_s2, 3);
    add_vector(o, "misalign_rad", d->misalign_rad, 3);
    add_vector(o, "tilt_rad", d->tilt_rad, 2);
    add_vector(o, "velocity_m_s", d->velocity_m_s, 3);
    add_vector(o, "centre_px", centre_px, 2);
    cJSON_AddNumberToObject(o, "delay_s", d->delay_s);
    bs_json_add_rounded(o, "mean_error_px", w->noisy.mean_px);
    bs_json_add_rounded(o, "max_error_px", w->noisy.max_px);
}
