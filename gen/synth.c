/* One tuple in memory: frame and poses in, blur, kernel and mask out. */
#include "gen/blursynth.h"

#include <math.h>
#include <stdlib.h>

#include "gen/scatter.h"
#include "homography/image.h"
#include "homography/sensor.h"
#include "homography/views.h"
#include "homography/warp.h"
#include "inpaint/background.h"

struct bs_synth {
    int width, height; /* of the buffers below; 0 before the first run */
    bs_builder *builder;
    bs_layers layers;    /* for the first-hit method; {0} before its first run */
    bs_scatter scatter;  /* for the other, likewise */
    bs_plane light;      /* sharp frame, linear, 3 channels */
    bs_plane inv_depth;  /* 1 channel */
    bs_plane blur_light; /* 3 channels */
    bs_plane seen;       /* 1 channel */
    bs_plane parallax;   /* 1 channel, px for each 1/m */
    bs_plane kernel;     /* 2 channels */
    bs_rgb8 blur;
    uint8_t *measured, *mask;
    bs_view *views;
    size_t n_views; /* allocated */
    bs_response response;
    bs_response_kind response_kind; /* of 'response'; AUTO before the first run */
    double gamma;
};

int bs_synth_create(bs_synth **out, bs_err *err)
{
    bs_synth *s = calloc(1, sizeof *s);

    if (!s)
        return bs_fail(err, BS_ENOMEM, "no memory for a synthesizer");
    *out = s;
    return BS_OK;
}

static void free_buffers(bs_synth *s)
{
    bs_builder_destroy(&s->builder);
    bs_layers_destroy(&s->layers);
    bs_scatter_destroy(&s->scatter);
    bs_plane_destroy(&s->light);
    bs_plane_destroy(&s->inv_depth);
    bs_plane_destroy(&s->blur_light);
    bs_plane_destroy(&s->seen);
    bs_plane_destroy(&s->parallax);
    bs_plane_destroy(&s->kernel);
    bs_rgb8_destroy(&s->blur);
    free(s->measured);
    free(s->mask);
    s->measured = s->mask = NULL;
    s->width = s->height = 0;
}

void bs_synth_destroy(bs_synth **s)
{
    if (!*s)
        return;
    free_buffers(*s);
    free((*s)->views);
    free(*s);
    *s = NULL;
}

static int fit_buffers(bs_synth *s, int w, int h, bs_err *err)
{
    const size_t n = (size_t)w * (size_t)h;
    int rc;

    if (s->width == w && s->height == h)
        return BS_OK;
    free_buffers(s);
    rc = bs_builder_create(w, h, &s->builder, err);
    rc = rc ? rc : bs_plane_create(w, h, 3, &s->light, err);
    rc = rc ? rc : bs_plane_create(w, h, 1, &s->inv_depth, err);
    rc = rc ? rc : bs_plane_create(w, h, 3, &s->blur_light, err);
    rc = rc ? rc : bs_plane_create(w, h, 1, &s->seen, err);
    rc = rc ? rc : bs_plane_create(w, h, 1, &s->parallax, err);
    rc = rc ? rc : bs_plane_create(w, h, 2, &s->kernel, err);
    rc = rc ? rc : bs_rgb8_create(w, h, &s->blur, err);
    s->measured = malloc(n);
    s->mask = malloc(n);
    if (rc == BS_OK && (!s->measured || !s->mask))
        rc = bs_fail(err, BS_ENOMEM, "no memory for a %dx%d frame", w, h);
    if (rc != BS_OK) {
        free_buffers(s);
        return rc;
    }
    s->width = w;
    s->height = h;
    return BS_OK;
}

/* Poses of all lines; 0 if they are more than memory can hold. */
static size_t count_views(const bs_synth_input *in)
{
    const size_t lines = (size_t)bs_shutter_lines(in->shutter, in->camera.width, in->camera.height);

    return (size_t)in->n_poses > SIZE_MAX / sizeof(bs_pose) / lines ? 0 : (size_t)in->n_poses * lines;
}

static int fit_views(bs_synth *s, const bs_synth_input *in, bs_err *err)
{
    const size_t n = count_views(in);

    if (n > s->n_views) {
        bs_view *views = realloc(s->views, n * sizeof *views);

        if (!views)
            return bs_fail(err, BS_ENOMEM, "no memory for %zu poses", n);
        s->views = views;
        s->n_views = n;
    }
    for (size_t i = 0; i < n; i++)
        s->views[i] = bs_view_make(&in->camera, &in->T_anchor_cam[i]);
    return BS_OK;
}

static int fit_response(bs_synth *s, const bs_synth_options *opt, bs_err *err)
{
    const bs_response_kind kind = opt->response == BS_RESPONSE_AUTO ? BS_RESPONSE_SRGB : opt->response;
    int rc;

    if (s->response_kind == kind && s->gamma == opt->gamma)
        return BS_OK;
    rc = bs_response_make(kind, opt->gamma, &s->response, err);
    if (rc == BS_OK) {
        s->response_kind = kind;
        s->gamma = opt->gamma;
    }
    return rc;
}

static int pose_is_finite(const bs_pose *p)
{
    double sum = 0;

    for (int i = 0; i < 4; i++)
        sum += p->q[i];
    for (int i = 0; i < 3; i++)
        sum += p->t_m[i];
    return isfinite(sum);
}

/* The choices: an enum that C lets hold any number. */
static int check_choices(const bs_synth_options *opt, bs_err *err)
{
    if ((int)opt->method < 0 || opt->method > BS_METHOD_SCATTER)
        return bs_fail(err, BS_EINVAL, "method %d is none of its values", (int)opt->method);
    if ((int)opt->inpaint < 0 || opt->inpaint > BS_INPAINT_NONE)
        return bs_fail(err, BS_EINVAL, "inpaint %d is none of its values", (int)opt->inpaint);
    if ((int)opt->interpolation < 0 || opt->interpolation > BS_INTERPOLATION_BICUBIC)
        return bs_fail(err, BS_EINVAL, "interpolation %d is none of its values", (int)opt->interpolation);
    if ((int)opt->cleanup < 0 || opt->cleanup > BS_CLEANUP_OFF)
        return bs_fail(err, BS_EINVAL, "cleanup %d is none of its values", (int)opt->cleanup);
    if ((int)opt->response < 0 || opt->response > BS_RESPONSE_NONE)
        return bs_fail(err, BS_EINVAL, "response %d is none of its values", (int)opt->response);
    return opt->method == BS_METHOD_SCATTER ? bs_scatter_check(opt->inpaint, err) : BS_OK;
}

static int check_poses(const bs_synth_input *in, bs_err *err)
{
    const int lines = bs_shutter_lines(in->shutter, in->camera.width, in->camera.height);
    const size_t n = count_views(in);
    int finite = 1;

    if (!n)
        return bs_fail(err, BS_EINVAL, "%d poses of %d lines are more than memory can hold", in->n_poses,
                       lines);
    for (int i = 0; i < lines; i++)
        finite = finite && pose_is_finite(&in->T_anchor_first[i]) && pose_is_finite(&in->T_anchor_last[i]);
    for (size_t i = 0; i < n; i++)
        finite = finite && pose_is_finite(&in->T_anchor_cam[i]);
    return finite ? BS_OK : bs_fail(err, BS_EINVAL, "a pose holds NaN or infinity");
}

static int check(const bs_synth_input *in, const bs_synth_options *opt, bs_err *err)
{
    int rc = bs_camera_check(&in->camera, "camera", err);

    if (rc != BS_OK)
        return rc;
    if ((int)in->shutter < 0 || in->shutter > BS_SHUTTER_RIGHT_LEFT)
        return bs_fail(err, BS_EINVAL, "shutter %d is none of its values", (int)in->shutter);
    if (in->n_poses < 1)
        return bs_fail(err, BS_EINVAL, "%d poses; an exposure needs at least one", in->n_poses);
    rc = check_poses(in, err);
    if (rc != BS_OK)
        return rc;
    if (!(opt->noise_peak >= 0 && opt->noise_peak <= 1e7))
        return bs_fail(err, BS_EINVAL, "noise peak %g: expected 0 (none) to 1e7 photo-electrons",
                       opt->noise_peak);
    if (opt->method == BS_METHOD_SCATTER && in->shutter != BS_SHUTTER_GLOBAL)
        return bs_fail(err, BS_EINVAL,
                       "--method scatter has a global shutter; --shutter rolling needs "
                       "--method first-hit");
    return check_choices(opt, err);
}

static int measure(const bs_synth *s, const bs_synth_input *in, bs_tuple *t, bs_err *err)
{
    const size_t n = (size_t)s->width * (size_t)s->height;
    double sum = 0, largest = 0, seen = t->mask ? 0 : NAN;
    size_t known = 0;

    for (size_t i = 0; i < n; i++) {
        const double length = hypot(s->kernel.px[2 * i], s->kernel.px[2 * i + 1]);

        seen += t->mask ? s->seen.px[i] : 0;
        if (isnan(length))
            continue;
        sum += length;
        largest = fmax(largest, length);
        known++;
    }
    t->mean_px = known ? sum / (double)known : 0;
    t->max_px = largest;
    t->seen_share = seen / (double)n;
    return bs_kernel_linearity_error(&in->camera, in->shutter, in->T_anchor_cam, in->when, in->n_poses,
                                     in->T_anchor_first, in->T_anchor_last, s->inv_depth.px,
                                     &t->linearity_error_px, err);
}

/* The largest parallax of the views over the frame's inverse depths. */
static void find_parallax(bs_synth *s, const bs_synth_input *in)
{
    const size_t n = (size_t)s->width * (size_t)s->height;
    float lo = s->inv_depth.px[0], hi = lo;

    for (size_t i = 1; i < n; i++) {
        lo = fminf(lo, s->inv_depth.px[i]);
        hi = fmaxf(hi, s->inv_depth.px[i]);
    }
    bs_views_parallax(&in->camera, in->shutter, s->views, in->n_poses, lo, hi, s->parallax.px);
}

static int blur_first_hit(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, int threads,
                          bs_err *err)
{
    int rc = s->layers.width ? BS_OK : bs_layers_create(s->width, s->height, &s->layers, err);

    rc = rc ? rc : fit_views(s, in, err);
    if (rc == BS_OK)
        find_parallax(s, in);
    rc = rc ? rc
            : bs_layers_build(s->builder, s->light.px, s->inv_depth.px, s->measured, s->parallax.px,
                              opt->inpaint, &s->response, &s->layers, err);
    if (rc != BS_OK)
        return rc;
    s->layers.bicubic = opt->interpolation == BS_INTERPOLATION_BICUBIC;
    bs_warp_cpu(&s->layers, in->shutter, s->views, in->n_poses, threads, s->blur_light.px, s->seen.px);
    return BS_OK;
}

static int blur_scatter(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, bs_err *err)
{
    const int rc = s->scatter.warped ? BS_OK : bs_scatter_create(s->width, s->height, &s->scatter, err);

    return rc ? rc
              : bs_scatter_blur(&s->scatter, in, s->inv_depth.px, s->measured,
                                bs_inpaint_in_force(opt->method, opt->inpaint), &s->response,
                                s->blur_light.px, s->seen.px, err);
}

/* The blurred image and the mask. */
static int blur(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, int threads, bs_err *err)
{
    const int w = s->width, h = s->height;
    const int rc = opt->method == BS_METHOD_SCATTER ? blur_scatter(s, in, opt, err)
                                                    : blur_first_hit(s, in, opt, threads, err);

    if (rc != BS_OK)
        return rc;
    bs_expose(&s->response, s->blur_light.px, w, h, opt->noise_peak, opt->seed, opt->sample, threads,
              s->blur.px);
    for (size_t i = 0; i < (size_t)w * (size_t)h; i++)
        s->mask[i] = (uint8_t)(fminf(s->seen.px[i], 1.0f) * 255.0f + 0.5f);
    return BS_OK;
}

int bs_synth_run(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, bs_tuple *out,
                 bs_err *err)
{
    const int w = in->camera.width, h = in->camera.height, threads = opt->threads > 1 ? opt->threads : 1;
    bs_tuple t;
    int rc = check(in, opt, err);

    rc = rc ? rc : fit_buffers(s, w, h, err);
    rc = rc ? rc : fit_response(s, opt, err);
    if (rc != BS_OK)
        return rc;
    if (!opt->kernel_only || opt->cleanup == BS_CLEANUP_ON)
        bs_decode(&s->response, in->rgb, 3 * (size_t)w * (size_t)h, s->light.px);
    if (opt->cleanup == BS_CLEANUP_ON)
        rc = bs_depth_clean(s->builder, in->depth_m, s->light.px, s->inv_depth.px, s->measured, err);
    else
        rc = bs_depth_complete(s->builder, in->depth_m, s->inv_depth.px, s->measured, err);
    if (rc == BS_OK && !opt->kernel_only)
        rc = blur(s, in, opt, threads, err);
    rc = rc ? rc
            : bs_kernel_map(&in->camera, in->shutter, in->T_anchor_first, in->T_anchor_last, s->inv_depth.px,
                            s->kernel.px, err);
    if (rc != BS_OK)
        return rc;
    t = (bs_tuple){ .width = w,
                    .height = h,
                    .blur = opt->kernel_only ? NULL : s->blur.px,
                    .blur_linear = opt->kernel_only ? NULL : s->blur_light.px,
                    .kernel = s->kernel.px,
                    .mask = opt->kernel_only ? NULL : s->mask,
                    .inv_depth = s->inv_depth.px };
    rc = measure(s, in, &t, err);
    if (rc == BS_OK)
        *out = t;
    return rc;
}
