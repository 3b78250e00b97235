/*
 * make_sample - a small RGB-D sample in SceneNet's layout, and a hand-held camera trace to blur it with.
 *
 * Writes OUT/0/<trajectory>/{photo/<n>.jpg,depth/<n>.png,instance/<n>.png}, n = 0, 25, 50, ..., as SceneNet
 * RGB-D does (its lens, tone curve, ray-length depth in whole millimetres, 0 = infinitely far), and
 * OUT/handheld.csv, 10 s of poses at 200 Hz.
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <turbojpeg.h>

#include "gen/bytes.h"
#include "gen/encode.h"
#include "homography/image.h"
#include "tests/scene.h"

/* Rays a pixel: the least that leaves the floor's far boards without crawling edges. */
#define RAYS 16
#define FRAME_STEP 25 /* SceneNet renders every 25th frame of its 25 fps trajectories */
#define RANGE_M 65.535
#define JPEG_QUALITY 95
#define TRACE_HZ 200
#define TRACE_S 10

static const bs_camera scenenet_camera = { 320, 240, 277.128129211020, 289.705627484771, 159.5, 119.5 };

typedef struct sample {
    const char *out, *scene_name;
    int width, height, n_frames, n_trajectories, n_rays;
    uint32_t seed;
    scene *scene; /* owned */
    bs_camera camera;
    bs_plane rgb, depth_m; /* one frame, owned */
    bs_gray16 ids, depth_mm;
    bs_rgb8 photo;
} sample;

static int write_file(const char *path, const void *data, size_t n, bs_err *err)
{
    FILE *f = fopen(path, "wb");
    int bad;

    if (!f)
        return bs_fail(err, BS_EOUTPUT, "%s: %s", path, strerror(errno));
    bad = fwrite(data, 1, n, f) != n;
    bad |= fclose(f) != 0;
    return bad ? bs_fail(err, BS_EOUTPUT, "%s: %s", path, strerror(errno)) : BS_OK;
}

/* Makes OUT[/0[/<trajectory>[/<kind>]]]; what is there already is fine. */
static int make_dir(const char *path, bs_err *err)
{
    if (mkdir(path, 0777) && errno != EEXIST)
        return bs_fail(err, BS_EOUTPUT, "%s: %s", path, strerror(errno));
    return BS_OK;
}

/* SceneNet's camera response. */
static uint8_t encode_light(double r)
{
    const double y = r < 0.05 ? 8.19 * r : 20 * pow(r, 0.01) + 1 - 20;

    return (uint8_t)lrint(255 * fmax(0, fmin(1, y)));
}

static int write_photo(const sample *s, const char *path, bs_err *err)
{
    unsigned char *jpeg = NULL;
    unsigned long n = 0;
    tjhandle tj = tjInitCompress();
    int rc;

    if (!tj || tjCompress2(tj, s->photo.px, s->width, 0, s->height, TJPF_RGB, &jpeg, &n, TJSAMP_444,
                           JPEG_QUALITY, TJFLAG_ACCURATEDCT))
        rc = bs_fail(err, BS_EOUTPUT, "%s: %s", path, tjGetErrorStr2(tj));
    else
        rc = write_file(path, jpeg, n, err);
    tjFree(jpeg);
    if (tj)
        tjDestroy(tj);
    return rc;
}

static int write_png16(const bs_gray16 *img, const char *path, bs_err *err)
{
    bs_bytes png = { 0 };
    int rc = bs_encode_png16(img->px, img->width, img->height, 1, 6, NULL, &png, err);

    if (!rc)
        rc = write_file(path, png.data, png.n, err);
    bs_bytes_free(&png);
    return rc;
}

static void render_frame(sample *s, int trajectory, int frame)
{
    const bs_pose T_world_cam = scene_view(trajectory, frame);
    const size_t n = (size_t)s->width * (size_t)s->height;

    scene_render(s->scene, &s->camera, &T_world_cam, s->n_rays, s->seed, s->rgb.px, s->depth_m.px, s->ids.px);
    for (size_t i = 0; i < 3 * n; i++)
        s->photo.px[i] = encode_light((double)s->rgb.px[i]);
    for (size_t i = 0; i < n; i++) {
        const double range = (double)s->depth_m.px[i];

        s->depth_mm.px[i] = range < RANGE_M ? (uint16_t)floor(1000 * range) : 0;
    }
}

static int write_frame(sample *s, int trajectory, int frame, bs_err *err)
{
    static const char *const kinds[] = { "photo", "depth", "instance" };
    char path[3][4096];
    int rc = BS_OK;

    for (int i = 0; i < 3 && !rc; i++) {
        snprintf(path[i], sizeof path[i], "%s/0/%d/%s", s->out, trajectory, kinds[i]);
        rc = make_dir(path[i], err);
        snprintf(path[i], sizeof path[i], "%s/0/%d/%s/%d.%s", s->out, trajectory, kinds[i],
                 frame * FRAME_STEP, i ? "png" : "jpg");
    }
    if (rc)
        return rc;
    render_frame(s, trajectory, frame);
    rc = write_photo(s, path[0], err);
    if (!rc)
        rc = write_png16(&s->depth_mm, path[1], err);
    if (!rc)
        rc = write_png16(&s->ids, path[2], err);
    return rc;
}

static int write_trajectory(sample *s, int trajectory, bs_err *err)
{
    char path[4096];
    int rc;

    snprintf(path, sizeof path, "%s/0/%d", s->out, trajectory);
    rc = make_dir(path, err);
    for (int i = 0; i < s->n_frames && !rc; i++)
        rc = write_frame(s, trajectory, i, err);
    return rc;
}

static int write_trace(const sample *s, bs_err *err)
{
    bs_bytes csv = { 0 };
    char path[4096];
    int rc = bs_bytes_printf(&csv, err, "timestamp,tx,ty,tz,qx,qy,qz,qw\n");

    for (int i = 0; i <= TRACE_HZ * TRACE_S && !rc; i++) {
        const bs_pose p = scene_handheld(s->seed, (double)i / TRACE_HZ);

        rc = bs_bytes_printf(&csv, err, "%.3f,%.9f,%.9f,%.9f,%.12f,%.12f,%.12f,%.12f\n", (double)i / TRACE_HZ,
                             p.t_m[0], p.t_m[1], p.t_m[2], p.q[0], p.q[1], p.q[2], p.q[3]);
    }
    snprintf(path, sizeof path, "%s/handheld.csv", s->out);
    if (!rc)
        rc = write_file(path, csv.data, csv.n, err);
    bs_bytes_free(&csv);
    return rc;
}

static int prepare(sample *s, bs_err *err)
{
    char path[4096];
    int rc;

    s->scene = scene_create(s->scene_name, s->seed);
    if (!s->scene)
        return bs_fail(err, BS_EINVAL, "--scene \"%s\": expected one of %s", s->scene_name, scene_names());
    s->camera = bs_camera_scaled(&scenenet_camera, s->width, s->height);
    if ((rc = bs_plane_create(s->width, s->height, 3, &s->rgb, err)) ||
        (rc = bs_plane_create(s->width, s->height, 1, &s->depth_m, err)) ||
        (rc = bs_gray16_create(s->width, s->height, &s->ids, err)) ||
        (rc = bs_gray16_create(s->width, s->height, &s->depth_mm, err)) ||
        (rc = bs_rgb8_create(s->width, s->height, &s->photo, err)) || (rc = make_dir(s->out, err)))
        return rc;
    snprintf(path, sizeof path, "%s/0", s->out);
    return make_dir(path, err);
}

static int make_sample(sample *s, bs_err *err)
{
    int rc = prepare(s, err);

    for (int k = 0; k < s->n_trajectories && !rc; k++)
        rc = write_trajectory(s, k, err);
    if (!rc)
        rc = write_trace(s, err);
    scene_destroy(&s->scene);
    bs_plane_destroy(&s->rgb);
    bs_plane_destroy(&s->depth_m);
    bs_gray16_destroy(&s->ids);
    bs_gray16_destroy(&s->depth_mm);
    bs_rgb8_destroy(&s->photo);
    return rc;
}

static const char usage[] =
    "usage: make_sample OUT [options]   a small RGB-D sample in SceneNet layout, and "
    "OUT/handheld.csv\n"
    "  --size WxH         pixels (default 320x240)\n"
    "  --trajectories N   (default 2)\n"
    "  --frames N         frames of each trajectory (default 3)\n"
    "  --scene NAME       room, cards, thin, plane, step, wall, empty (default room)\n"
    "  --rays N           rays a pixel (default 16)\n"
    "  --seed N           colours, placement and motion (default 1)\n";

/* A whole number in lo..hi that is all of 'text', or a complaint. */
static int number(const char *option, const char *text, long lo, long hi, long *out, bs_err *err)
{
    char *end;

    errno = 0;
    *out = strtol(text, &end, 10);
    if (errno || end == text || *end || *out < lo || *out > hi)
        return bs_fail(err, BS_EINVAL, "--%s \"%s\": expected a whole number, %ld to %ld", option, text, lo,
                       hi);
    return BS_OK;
}

static int size(const char *text, sample *s, bs_err *err)
{
    char rest;

    if (sscanf(text, "%5dx%5d%c", &s->width, &s->height, &rest) != 2)
        return bs_fail(err, BS_EINVAL, "--size \"%s\": expected WIDTHxHEIGHT in pixels, e.g. 320x240", text);
    return BS_OK;
}

static int set_option(sample *s, int option, const char *value, bs_err *err)
{
    long n = 0;
    int rc = BS_OK;

    if (option == 's')
        return size(value, s, err);
    if (option == 'w')
        s->scene_name = value;
    else if (option == 'f' && !(rc = number("frames", value, 1, 100000, &n, err)))
        s->n_frames = (int)n;
    else if (option == 't' && !(rc = number("trajectories", value, 1, 100000, &n, err)))
        s->n_trajectories = (int)n;
    else if (option == 'p' && !(rc = number("rays", value, 1, 1000, &n, err)))
        s->n_rays = (int)n;
    else if (option == 'r' && !(rc = number("seed", value, 0, 0x7fffffff, &n, err)))
        s->seed = (uint32_t)n;
    return rc;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "size", 1, NULL, 's' },  { "frames", 1, NULL, 'f' }, { "trajectories", 1, NULL, 't' },
        { "scene", 1, NULL, 'w' }, { "seed", 1, NULL, 'r' },   { "help", 0, NULL, 'h' },
        { "rays", 1, NULL, 'p' },  { NULL, 0, NULL, 0 },
    };
    sample s = { .scene_name = "room",
                 .width = 320,
                 .height = 240,
                 .n_frames = 3,
                 .n_trajectories = 2,
                 .n_rays = RAYS,
                 .seed = 1 };
    bs_err err = { 0 };
    int c, rc = BS_OK;

    while (!rc && (c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'h')
            return fputs(usage, stdout) < 0;
        if (c == '?')
            return fputs(usage, stderr), 2;
        rc = set_option(&s, c, optarg, &err);
    }
    if (!rc && optind + 1 != argc)
        return fputs(usage, stderr), 2;
    if (!rc) {
        s.out = argv[optind];
        rc = make_sample(&s, &err);
    }
    if (rc)
        fprintf(stderr, "make_sample: %s\n", err.text);
    return rc == BS_EINVAL ? 2 : rc != BS_OK;
}
