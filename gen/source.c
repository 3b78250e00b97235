#include "gen/source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gen/decode.h"
#include "gen/dirlist.h"
#include "gen/source_internal.h"

/* Photos tried for the size of the first one that can be read: more than one spoilt trajectory, but not all
 * of a dataset that is spoilt everywhere. */
#define SIZE_TRIES 1000

/* A camera for another aspect ratio than the image's means that one of the two is wrong; rounding a side to
 * whole pixels stays well below this. */
#define ASPECT_TOLERANCE 0.01

static int set_depth_rule(const bs_source_options *opt, bs_depth_rule *rule, bs_err *err)
{
    const bs_depth_zero zero_auto = opt->kind == BS_SOURCE_SCENENET ? BS_ZERO_FAR : BS_ZERO_UNKNOWN;
    const bs_depth_zero zero = opt->depth_zero == BS_ZERO_AUTO ? zero_auto : opt->depth_zero;

    switch (opt->kind) {
    case BS_SOURCE_SCENENET: /* rounded down, so the middle of the step is half a millimetre further */
        *rule = (bs_depth_rule){ .units_per_m = 1000, .add = 0.5, .kind = BS_DEPTH_RAY };
        break;
    case BS_SOURCE_TUM:
        *rule = (bs_depth_rule){ .units_per_m = 5000, .kind = BS_DEPTH_Z };
        break;
    case BS_SOURCE_RGBD:
        rule->units_per_m = opt->depth_scale == 0 ? 1000 : opt->depth_scale;
        rule->kind = opt->depth_kind;
        break;
    default:
        return bs_fail(err, BS_EINVAL, "source kind %d is not known", (int)opt->kind);
    }
    rule->zero = zero == BS_ZERO_FAR ? INFINITY : NAN;
    /* The bounds only keep metres within what a float holds. */
    if (!(rule->units_per_m >= 1e-6 && rule->units_per_m <= 1e9))
        return bs_fail(err, BS_EINVAL, "depth scale %g; expected units per metre between 1e-6 and 1e9",
                       rule->units_per_m);
    return BS_OK;
}

static int find_frames(bs_source *src, bs_source_kind kind, bs_err *err)
{
    int rc;

    if (kind == BS_SOURCE_SCENENET)
        rc = bs_source_find_scenenet(src, err);
    else if (kind == BS_SOURCE_TUM)
        rc = bs_source_find_tum(src, err);
    else
        rc = bs_source_find_rgbd(src, err);
    if (rc == BS_OK) {
        const char **fitted = realloc(src->frame, src->n_frames * sizeof *fitted);

        src->frame = fitted ? fitted : src->frame;
    }
    return rc;
}

/* The camera of an image of this size, found in 'path'. */
static int scale_camera(const bs_source *src, const char *path, int width, int height, bs_camera *out,
                        bs_err *err)
{
    const bs_camera *lens = &src->lens;
    const double aspect = (double)width / height, lens_aspect = (double)lens->width / lens->height;

    if (fabs(aspect / lens_aspect - 1) > ASPECT_TOLERANCE)
        return bs_fail(err, BS_EFORMAT, "%s: %dx%d, but the camera is for %dx%d%s, another aspect ratio",
                       path, width, height, lens->width, lens->height,
                       src->lens_of_first ? " (the first frame's size; a camera file can give another)" : "");
    *out = bs_camera_scaled(lens, width, height);
    return BS_OK;
}

static bs_camera guess_camera(int width, int height)
{
    const double focal_px = width > height ? width : height;

    return (bs_camera){
        .width = width,
        .height = height,
        .fx = focal_px,
        .fy = focal_px,
        .cx = (width - 1) / 2.0,
        .cy = (height - 1) / 2.0,
    };
}

/* The camera of frame 'i', whose size is the lens' if that has none yet. */
static int fit_camera(bs_source *src, size_t i, bs_err *err)
{
    char *path = bs_path_join(src->dir, bs_source_frame_name(src, i));
    bs_rgb8 photo = { 0 };
    int rc = path ? bs_photo_read(path, &photo, err) : bs_source_no_memory(src, err);

    if (rc == BS_OK && src->guessed) {
        src->lens = guess_camera(photo.width, photo.height);
    } else if (rc == BS_OK && src->lens.width == 0) {
        src->lens.width = photo.width;
        src->lens.height = photo.height;
        src->lens_of_first = 1;
    }
    if (rc == BS_OK)
        rc = scale_camera(src, path, photo.width, photo.height, &src->camera, err);
    bs_rgb8_destroy(&photo);
    free(path);
    return rc;
}

static int choose_camera(bs_source *src, const bs_source_options *opt, bs_err *err)
{
    bs_err first = { 0 };
    int rc = BS_OK;

    if (opt->has_camera)
        src->lens = opt->camera;
    else if (opt->kind == BS_SOURCE_SCENENET)
        src->lens = bs_scenenet_camera();
    else
        src->guessed = 1;
    for (size_t i = 0; i < src->n_frames && i < SIZE_TRIES; i++) {
        bs_err again = { 0 };

        rc = fit_camera(src, i, i ? &again : &first);
        if (rc == BS_OK || rc == BS_ENOMEM)
            break;
    }
    if (rc == BS_ENOMEM)
        return bs_source_no_memory(src, err);
    if (rc != BS_OK)
        return bs_fail(err, first.code, "%s", first.text);
    return BS_OK;
}

/* Its name without slashes at the end, which would double in every path. */
static char *copy_dir(const char *dir)
{
    char *copy = strdup(dir);

    for (size_t n = copy ? strlen(copy) : 0; n > 1 && copy[n - 1] == '/'; n--)
        copy[n - 1] = '\0';
    return copy;
}

int bs_source_open(const bs_source_options *opt, bs_source **out, bs_err *err)
{
    bs_source *src;
    int rc;

    if (!opt->dir || !*opt->dir)
        return bs_fail(err, BS_EINVAL, "the source's folder has no name");
    /* Checked with a size that passes, if it has none yet: nothing else should fail after a long search. */
    if (opt->has_camera) {
        bs_camera camera = opt->camera;

        if (!camera.width)
            camera.width = camera.height = 1;
        rc = bs_camera_check(&camera, "camera", err);
        if (rc != BS_OK)
            return rc;
    }
    src = calloc(1, sizeof *src);
    if (!src)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for the list of its frames", opt->dir);
    src->dir = copy_dir(opt->dir);
    rc = src->dir ? set_depth_rule(opt, &src->depth, err)
                  : bs_fail(err, BS_ENOMEM, "%s: no memory for its name", opt->dir);
    if (rc == BS_OK)
        rc = find_frames(src, opt->kind, err);
    if (rc == BS_OK)
        rc = choose_camera(src, opt, err);
    if (rc == BS_OK)
        *out = src;
    else
        bs_source_close(&src);
    return rc;
}

void bs_source_close(bs_source **src)
{
    bs_source *s = *src;

    if (!s)
        return;
    bs_arena_free(&s->text);
    free(s->dir);
    free(s->frame);
    free(s->time_ns);
    free(s->trajectory);
    free(s->skip);
    free(s);
    *src = NULL;
}

static int fit_plane(int width, int height, bs_plane *p, bs_err *err)
{
    if (p->px && p->width == width && p->height == height)
        return BS_OK;
    bs_plane_destroy(p);
    return bs_plane_create(width, height, 1, p, err);
}

/* z in metres of each depth value; fails if none is known. */
static int convert_depth(const bs_depth_rule *rule, const bs_gray16 *in, const bs_camera *cam,
                         const char *path, bs_plane *out, bs_err *err)
{
    const int rc = fit_plane(in->width, in->height, out, err);

    if (rc != BS_OK || bs_depth_convert(rule, cam, in->px, out->px))
        return rc;
    return bs_fail(err, BS_EFORMAT,
                   "%s: no depth is known: every value is 0, which means unknown here, or nearer than 1 cm",
                   path);
}

static int read_files(const bs_source *src, const char *photo_path, const char *depth_path, bs_frame *f,
                      bs_frame_scratch *s, bs_err *err)
{
    int rc = bs_photo_read_into(photo_path, &s->file, &f->rgb, err);

    rc = rc ? rc : bs_depth_png_read_into(depth_path, &s->file, &s->units, err);
    if (rc != BS_OK)
        return rc;
    if (s->units.width != f->rgb.width || s->units.height != f->rgb.height)
        return bs_fail(err, BS_EFORMAT, "%s is %dx%d, but its depth %s is %dx%d", photo_path, f->rgb.width,
                       f->rgb.height, depth_path, s->units.width, s->units.height);
    rc = scale_camera(src, photo_path, f->rgb.width, f->rgb.height, &f->camera, err);
    if (rc == BS_OK)
        rc = convert_depth(&src->depth, &s->units, &f->camera, depth_path, &f->depth_m, err);
    return rc;
}

int bs_source_read_into(const bs_source *src, size_t i, bs_frame *f, bs_frame_scratch *scratch, bs_err *err)
{
    char *photo_path = bs_path_join(src->dir, bs_source_frame_name(src, i));
    char *depth_path = bs_path_join(src->dir, bs_source_depth_name(src, i));
    int rc;

    if (photo_path && depth_path)
        rc = read_files(src, photo_path, depth_path, f, scratch, err);
    else
        rc = bs_source_no_memory(src, err);
    free(photo_path);
    free(depth_path);
    return rc;
}

int bs_source_read(const bs_source *src, size_t i, bs_frame *out, bs_err *err)
{
    bs_frame_scratch scratch = { 0 };
    bs_frame f = { 0 };
    const int rc = bs_source_read_into(src, i, &f, &scratch, err);

    bs_frame_scratch_free(&scratch);
    if (rc == BS_OK)
        *out = f;
    else
        bs_frame_destroy(&f);
    return rc;
}

void bs_frame_scratch_free(bs_frame_scratch *scratch)
{
    bs_bytes_free(&scratch->file);
    bs_gray16_destroy(&scratch->units);
}

void bs_frame_destroy(bs_frame *f)
{
    bs_rgb8_destroy(&f->rgb);
    bs_plane_destroy(&f->depth_m);
}
