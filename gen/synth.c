/* One tuple in memory: frame and poses in, blur, kernel and mask out. */
#include "gen/blursynth.h"

#include <math.h>
#include <stdlib.h>

#include "cuda/seat.h"
#include "gen/scatter.h"
#include "gen/sharp.h"
#include "gen/synth_check.h"
#include "gen/synth_measure.h"
#include "homography/image.h"
#include "homography/kernel.h"
#include "homography/sensor.h"
#include "homography/views.h"
#include "homography/warp.h"
#include "inpaint/background.h"

struct bs_synth {
    int width, height; /* of the buffers below; 0 before the first run */
    bs_builder *builder;
    bs_cuda *cuda; /* what blurs, NULL: the processor; borrowed */
    bs_seat *seat; /* there, likewise */
    bs_layers own; /* where the processor blurs, the layers; {0} before the first run */
    bs_layers
        *layers; /* for the first-hit method: the seat's, or those; NULL before its first run; borrowed */
    bs_scatter scatter; /* for the other, likewise */
    bs_sharp sharp;     /* where the anchor camera is not that of the frame, likewise */
    uint64_t span_id;   /* of 'layers' and what they are made of; 0: good for no other run */
    uint64_t frame_id;  /* of 'inv_depth' and 'measured', likewise */
    /* Of the frame until its layers are made, and from then on of the blurred image: no run needs both. */
    bs_plane light;     /* 3 channels: of the sharp frame; of the blurred one */
    bs_plane seen;      /* 1 channel: what of the light was seen; 'parallax' lies here as well */
    float *parallax;    /* px for each 1/m; borrowed from 'seen' */
    bs_reach *reach;    /* which way it goes */
    bs_plane inv_depth; /* 1 channel */
    bs_plane kernel;    /* 2 channels; none if no run has kept the blurred image's light */
    bs_rgb8 blur;
    const float *linear;    /* the blurred image, wherever it lies: linear, NULL if nobody wants it */
    const uint8_t *encoded; /* and encoded */
    double seen_share;      /* mean of 'seen' */
    uint8_t *measured, *mask;
    bs_view *views;
    size_t n_views; /* allocated */
    bs_response response;
    bs_response_kind response_kind; /* of 'response'; AUTO before the first run */
    double gamma;
};

int bs_synth_create_on(bs_cuda *cuda, bs_synth **out, bs_err *err)
{
    bs_synth *s = calloc(1, sizeof *s);

    if (!s)
        return bs_fail(err, BS_ENOMEM, "no memory for a synthesizer");
    s->cuda = cuda;
    *out = s;
    return BS_OK;
}

int bs_synth_create(bs_synth **out, bs_err *err)
{
    return bs_synth_create_on(NULL, out, err);
}

static void free_buffers(bs_synth *s)
{
    bs_builder_destroy(&s->builder);
    bs_seat_destroy(&s->seat);
    bs_layers_destroy(&s->own);
    s->layers = NULL;
    bs_scatter_destroy(&s->scatter);
    bs_sharp_destroy(&s->sharp);
    bs_plane_destroy(&s->light);
    bs_plane_destroy(&s->inv_depth);
    bs_plane_destroy(&s->seen);
    bs_plane_destroy(&s->kernel);
    bs_rgb8_destroy(&s->blur);
    free(s->measured);
    free(s->mask);
    free(s->reach);
    s->measured = s->mask = NULL;
    s->reach = NULL;
    s->width = s->height = 0;
    s->span_id = s->frame_id = 0;
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
    rc = rc ? rc : bs_plane_create(w, h, 1, &s->seen, err);
    rc = rc ? rc : bs_rgb8_create(w, h, &s->blur, err);
    s->measured = malloc(n);
    s->mask = malloc(n);
    s->reach = malloc((size_t)bs_reach_cells(w) * (size_t)bs_reach_cells(h) * sizeof *s->reach);
    if (rc == BS_OK && (!s->measured || !s->mask || !s->reach))
        rc = bs_fail(err, BS_ENOMEM, "no memory for a %dx%d frame", w, h);
    if (rc != BS_OK) {
        free_buffers(s);
        return rc;
    }
    s->parallax = s->seen.px;
    s->width = w;
    s->height = h;
    return BS_OK;
}

static int fit_views(bs_synth *s, size_t n, bs_err *err)
{
    bs_view *views;

    if (n <= s->n_views)
        return BS_OK;
    views = realloc(s->views, n * sizeof *views);
    if (!views)
        return bs_fail(err, BS_ENOMEM, "no memory for %zu poses", n);
    s->views = views;
    s->n_views = n;
    return BS_OK;
}

/* The exposure as the camera of the frame sees it. */
static void look_along(bs_synth *s, const bs_synth_input *in)
{
    const int elsewhere = bs_synth_is_elsewhere(in);
    const size_t n = bs_synth_n_views(in);

    for (size_t i = 0; i < n; i++) {
        const bs_pose T_frame_cam =
            elsewhere ? bs_pose_mul(in->T_frame_anchor, &in->T_anchor_cam[i]) : in->T_anchor_cam[i];

        s->views[i] = bs_view_make(&in->camera, &T_frame_cam);
    }
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

/* The kernel map, in its own memory or where light was. */
static int map_kernel(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, int threads,
                      bs_tuple *t, bs_err *err)
{
    const int is_apart = !opt->no_linear && !opt->kernel_only;
    const size_t n = (size_t)s->width * (size_t)s->height;
    bs_lengths lengths;
    float *uv;
    int rc = is_apart && !s->kernel.px ? bs_plane_create(s->width, s->height, 2, &s->kernel, err) : BS_OK;

    if (rc != BS_OK)
        return rc;
    uv = is_apart ? s->kernel.px : s->light.px;
    rc = bs_kernel_map(&in->camera, in->shutter, in->T_anchor_first, in->T_anchor_last, t->inv_depth, threads,
                       uv, err);
    if (rc != BS_OK)
        return rc;
    lengths = bs_kernel_lengths(uv, NULL, n, threads);
    t->kernel = uv;
    t->mean_px = lengths.mean_px;
    t->max_px = lengths.max_px;
    return bs_kernel_linearity_error(&in->camera, in->shutter, in->T_anchor_cam, in->when, in->n_poses,
                                     in->T_anchor_first, in->T_anchor_last, t->inv_depth, threads,
                                     &t->linearity_error_px, err);
}

/* The parallax that the layers have to answer for: that of the whole span, whichever line sees it; or else of
 * the views over the frame's inverse depths. */
static void find_parallax(bs_synth *s, const bs_synth_input *in, int threads)
{
    const size_t n = (size_t)s->width * (size_t)s->height;
    float lo = 0, hi = 0; /* a global shutter asks for none */

    for (int i = 0; i < in->n_span; i++)
        s->views[i] = bs_view_make(&in->camera, &in->T_frame_span[i]);
    if (in->n_span) {
        bs_views_parallax(&in->camera, BS_SHUTTER_GLOBAL, s->views, in->n_span, 0, 0, s->parallax, s->reach);
        return;
    }
    look_along(s, in);
    if (in->shutter != BS_SHUTTER_GLOBAL)
        bs_range(s->inv_depth.px, n, threads, &lo, &hi);
    bs_views_parallax(&in->camera, in->shutter, s->views, in->n_poses, lo, hi, s->parallax, s->reach);
}

/* What layers of a span may be kept under; those of an exposure alone are no other's. */
static uint64_t span_of(const bs_synth_input *in)
{
    return in->n_span ? in->span_id : 0;
}

/* Whether the run before has left what this one needs. */
static int is_kept(const bs_synth *s, const bs_synth_input *in)
{
    return span_of(in) && span_of(in) == s->span_id;
}

/* Memory for layers, where what blurs them has it. */
static int create_layers(bs_synth *s, bs_err *err)
{
    int rc;

    if (s->cuda)
        return bs_seat_layers(s->seat, &s->layers, err);
    rc = bs_layers_create(s->width, s->height, &s->own, err);
    if (rc == BS_OK)
        s->layers = &s->own;
    return rc;
}

/* Whether the device can build the layers as well: those of one exposure, that nothing else is made from. */
static int is_built_there(const bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt)
{
    return s->cuda && !bs_synth_is_elsewhere(in) && !in->n_span &&
           (opt->inpaint == BS_INPAINT_BACKGROUND || opt->inpaint == BS_INPAINT_NONE);
}

static int build_here(bs_synth *s, const bs_synth_options *opt, bs_err *err)
{
    const int rc = s->layers ? BS_OK : create_layers(s, err);

    if (rc != BS_OK)
        return rc;
    s->layers->bicubic = opt->interpolation == BS_INTERPOLATION_BICUBIC;
    return bs_layers_build(s->builder, s->light.px, s->inv_depth.px, s->measured, s->parallax, s->reach,
                           opt->inpaint, &s->response, s->layers, err);
}

/* Layers of the frame in hand; those of the run before, if they are good for this one as well. */
static int build_layers(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, int threads,
                        bs_err *err)
{
    const size_t n = bs_synth_n_views(in), n_span = (size_t)in->n_span;
    int rc = fit_views(s, n > n_span ? n : n_span, err);

    if (rc == BS_OK && s->cuda && !s->seat)
        rc = bs_seat_create(s->cuda, s->width, s->height, &s->seat, err);
    if (rc != BS_OK || is_kept(s, in))
        return rc;
    find_parallax(s, in, threads);
    if (is_built_there(s, in, opt))
        return BS_OK;
    rc = build_here(s, opt, err);
    if (rc == BS_OK)
        s->span_id = span_of(in);
    return rc;
}

/* The blurred image and what was seen of it, by the device. */
static int blur_on_device(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt,
                          const float **seen, bs_err *err)
{
    const bs_seat_frame frame = { .rgb = in->rgb,
                                  .inv_depth = s->inv_depth.px,
                                  .parallax_px_m = s->parallax,
                                  .measured = s->measured,
                                  .reach = s->reach,
                                  .method = opt->inpaint,
                                  .bicubic = opt->interpolation == BS_INTERPOLATION_BICUBIC };
    bs_seat_order order = { .frame = is_built_there(s, in, opt) ? &frame : NULL,
                            .shutter = in->shutter,
                            .views = s->views,
                            .n = in->n_poses,
                            .response = &s->response,
                            .noise_peak = opt->noise_peak,
                            .seed = opt->seed,
                            .sample = opt->sample,
                            .with_blur = !opt->no_linear };
    bs_seat_result result;
    int rc;

    look_along(s, in);
    rc = bs_seat_blur(s->seat, &order, &result, err);
    if (rc == BS_OK && result.too_many) {
        order.frame = NULL;
        rc = build_here(s, opt, err);
        rc = rc ? rc : bs_seat_blur(s->seat, &order, &result, err);
    }
    if (rc != BS_OK)
        return rc;
    s->linear = result.blur;
    s->encoded = result.encoded;
    *seen = result.seen;
    return BS_OK;
}

/* The sharp image of a camera that is not that of the frame, from the layers of the blur. */
static int render_sharp(bs_synth *s, const bs_synth_input *in, int threads, bs_err *err)
{
    const bs_view view = bs_view_make(&in->camera, in->T_frame_anchor);
    const int rc = s->sharp.known ? BS_OK : bs_sharp_create(s->width, s->height, &s->sharp, err);

    if (rc == BS_OK)
        bs_sharp_render(s->layers, &view, &s->response, threads, &s->sharp);
    return rc;
}

static int blur_scatter(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, bs_err *err)
{
    const int rc = s->scatter.warped ? BS_OK : bs_scatter_create(s->width, s->height, &s->scatter, err);

    return rc ? rc
              : bs_scatter_blur(&s->scatter, in, s->inv_depth.px, s->measured,
                                bs_inpaint_in_force(opt->method, opt->inpaint), &s->response, s->light.px,
                                s->seen.px, err);
}

/* The same by the processor. */
static int blur_here(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, int threads,
                     bs_err *err)
{
    int rc = BS_OK;

    if (opt->method == BS_METHOD_SCATTER) {
        rc = blur_scatter(s, in, opt, err);
    } else {
        look_along(s, in);
        bs_warp_cpu(s->layers, in->shutter, s->views, in->n_poses, threads, s->light.px, s->seen.px);
    }
    if (rc != BS_OK)
        return rc;
    bs_expose(&s->response, s->light.px, s->width, s->height, opt->noise_peak, opt->seed, opt->sample,
              threads, s->blur.px);
    s->linear = opt->no_linear ? NULL : s->light.px;
    s->encoded = s->blur.px;
    return BS_OK;
}

/* The blurred image and the mask. */
static int blur(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, int threads, bs_err *err)
{
    const float *seen = s->seen.px;
    const int rc = s->cuda && opt->method == BS_METHOD_FIRST_HIT ? blur_on_device(s, in, opt, &seen, err)
                                                                 : blur_here(s, in, opt, threads, err);

    if (rc == BS_OK)
        s->seen_share = bs_mask_make(seen, (size_t)s->width * (size_t)s->height, threads, s->mask);
    return rc;
}

/* Complete depth of the frame; that of the run before, if it had the same frame.  Clean-up reads the light. */
static int take_depth(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, bs_err *err)
{
    int rc;

    if (in->frame_id && in->frame_id == s->frame_id)
        return BS_OK;
    s->frame_id = 0;
    rc = opt->cleanup == BS_CLEANUP_ON
             ? bs_depth_clean(s->builder, in->depth_m, s->light.px, s->inv_depth.px, s->measured, err)
             : bs_depth_complete(s->builder, in->depth_m, s->inv_depth.px, s->measured, err);
    if (rc == BS_OK)
        s->frame_id = in->frame_id;
    return rc;
}

/* Light and complete depth of the frame, if the run before has not left them. */
static int take_frame(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, int threads,
                      bs_err *err)
{
    if (is_kept(s, in))
        return BS_OK;
    s->span_id = 0;
    if (!opt->kernel_only || opt->cleanup == BS_CLEANUP_ON || bs_synth_is_elsewhere(in))
        bs_decode(&s->response, in->rgb, 3 * (size_t)s->width * (size_t)s->height, threads, s->light.px);
    return take_depth(s, in, opt, err);
}

int bs_synth_run(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, bs_tuple *out,
                 bs_err *err)
{
    const int w = in->camera.width, h = in->camera.height, threads = opt->threads > 1 ? opt->threads : 1;
    const int elsewhere = bs_synth_is_elsewhere(in);
    bs_tuple t;
    int rc = bs_synth_check(in, opt, err);

    rc = rc ? rc : fit_buffers(s, w, h, err);
    rc = rc ? rc : fit_response(s, opt, err);
    rc = rc ? rc : take_frame(s, in, opt, threads, err);
    if (rc == BS_OK && opt->method == BS_METHOD_FIRST_HIT && (!opt->kernel_only || elsewhere))
        rc = build_layers(s, in, opt, threads, err);
    if (rc == BS_OK && !opt->kernel_only)
        rc = blur(s, in, opt, threads, err);
    if (rc == BS_OK && elsewhere)
        rc = render_sharp(s, in, threads, err);
    if (rc != BS_OK)
        return rc;
    t = (bs_tuple){ .width = w,
                    .height = h,
                    .blur = opt->kernel_only ? NULL : s->encoded,
                    .blur_linear = opt->kernel_only ? NULL : s->linear,
                    .mask = opt->kernel_only ? NULL : s->mask,
                    .inv_depth = elsewhere ? s->sharp.inv_depth.px : s->inv_depth.px,
                    .sharp = elsewhere ? s->sharp.rgb.px : NULL,
                    .depth_m = elsewhere ? s->sharp.depth_m.px : NULL,
                    .seen_share = opt->kernel_only ? (double)NAN : s->seen_share,
                    .sharp_seen_share =
                        elsewhere ? s->sharp.seen_share
                                  : bs_measured_share(s->measured, (size_t)w * (size_t)h, threads) };
    rc = map_kernel(s, in, opt, threads, &t, err);
    if (rc == BS_OK)
        *out = t;
    return rc;
}
