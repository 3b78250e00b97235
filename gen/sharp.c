#include "gen/sharp.h"

#include <math.h>
#include <stdlib.h>

#include "homography/depth.h"
#include "homography/sensor.h"
#include "homography/warp.h"

int bs_sharp_create(int width, int height, bs_sharp *out, bs_err *err)
{
    bs_sharp s = { 0 };
    int rc = bs_plane_create(width, height, 3, &s.light, err);

    rc = rc ? rc : bs_plane_create(width, height, 1, &s.seen, err);
    rc = rc ? rc : bs_plane_create(width, height, 1, &s.inv_depth, err);
    rc = rc ? rc : bs_plane_create(width, height, 1, &s.depth_m, err);
    rc = rc ? rc : bs_rgb8_create(width, height, &s.rgb, err);
    s.known = rc ? NULL : malloc((size_t)width * (size_t)height);
    if (rc == BS_OK && !s.known)
        rc = bs_fail(err, BS_ENOMEM, "no memory for a sharp %dx%d frame", width, height);
    if (rc == BS_OK)
        *out = s;
    else
        bs_sharp_destroy(&s);
    return rc;
}

void bs_sharp_destroy(bs_sharp *s)
{
    bs_plane_destroy(&s->light);
    bs_plane_destroy(&s->seen);
    bs_plane_destroy(&s->inv_depth);
    bs_plane_destroy(&s->depth_m);
    bs_rgb8_destroy(&s->rgb);
    free(s->known);
    *s = (bs_sharp){ 0 };
}

void bs_sharp_render(const bs_layers *l, const bs_view *view, const bs_response *resp, int threads,
                     bs_sharp *out)
{
    const size_t n = (size_t)l->width * (size_t)l->height;
    double seen = 0;

    bs_warp_cpu(l, BS_SHUTTER_GLOBAL, view, 1, threads, out->light.px, out->seen.px);
    bs_expose(resp, out->light.px, l->width, l->height, 0, 0, 0, threads, out->rgb.px);
    bs_depth_cpu(l, view, threads, out->inv_depth.px, out->known);
    for (size_t i = 0; i < n; i++) {
        out->depth_m.px[i] = out->known[i] ? 1.0f / out->inv_depth.px[i] : NAN;
        seen += (double)out->seen.px[i];
    }
    out->seen_share = seen / (double)n;
}
