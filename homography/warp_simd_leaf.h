/*
 * homography/warp_simd_leaf.h - what sheets hold, for vectors of texels: the twin of bs_leaf_at().
 *
 * Read through homography/warp_simd.h only, behind the operations that it is written in (simd_*.h).
 */
#ifndef BS_WARP_SIMD_LEAF_H
#define BS_WARP_SIMD_LEAF_H

#include "homography/warp_simd_sheet.h"

/* Leaves of texels on the frame, from (x, y) on: bs_leaf_at().  How far they are from the plane is told if that
 * matters. */
BS_EVERYWHERE void v_leaf(const bs_layers *l, const bs_range *r, const bs_sheet *sheet, int is_bent, int x,
                          int y, vf out[BS_LEAF_CHANNELS])
{
    const size_t i = bs_texel_at(l, x, y);
    const vi bits = vi_load_bytes(&l->bits[i]);
    const vf one = vf_set(1), zero = vf_set(0);
    vf share = one, light[4], plane = zero;

    if (is_bent)
        plane = v_plane(sheet, x, y);
    for (int c = 0; c < BS_LEAF_CHANNELS; c++)
        out[c] = zero;
    for (int k = 0; k < r->layers; k++) {
        const vf w = vf_abs(vf_load(&l->inv[k][i]));
        const vm m = vm_and(v_in_range(r, w), vf_lt(zero, share));
        vf part, seen;

        if (!vm_any(m)) /* nor anything else that is not hidden by those before */
            continue;
        vf_unzip4(&l->light[k][4 * i], light);
        part = vf_pick(m, share, zero);
        for (int c = 0; c < 4; c++)
            out[c] += part * light[c];
        seen = vf_pick(vi_is_0(vi_and(bits, vi_set(1 << k))), zero, one);
        out[BS_LEAF_SEEN] += part * light[3] * seen;
        if (is_bent)
            out[BS_LEAF_AWAY] = vf_pick(vm_and(m, vf_le(one, share)), w - plane, out[BS_LEAF_AWAY]);
        share = vf_pick(m, share * (one - light[3]), share);
    }
}

/* Leaves from (x, y), beside the frame, on: 'n' of them (dx, dy) apart, each farther from it.  They are alike, but for
 * those of a sheet that has ended. */
static void leaves_beside(const bs_layers *l, const bs_sheets *s, int i, int x, int y, int dx, int dy, int n,
                          bs_leaves *out)
{
    const bs_area *a = &s->area[i];
    const int is_last = i + 1 == s->n;
    bs_leaf leaf = bs_leaf_at(l, &s->range[i], &s->plane[i], is_last, x, y);

    for (int k = 0; k < n; k++) {
        const size_t at = (size_t)(y + k * dy - a->y0) * (size_t)out->pitch + (size_t)(x + k * dx - a->x0);

        if (k == 1 && !is_last)
            leaf = (bs_leaf){ { 0 }, 0, 0 };
        bs_leaf_put(&leaf, at, out);
    }
}

/* Those of a row on the frame. */
BS_EVERYWHERE void v_leaves_row(const bs_layers *l, const bs_sheets *s, int i, int is_bent, int y,
                                bs_leaves *out)
{
    const bs_area on = bs_area_on(l, &s->area[i]);
    const int row = (y - s->area[i].y0) * out->pitch - s->area[i].x0;

    for (int x = on.x0; x <= on.x1; x += LANES) {
        vf v[BS_LEAF_CHANNELS];

        v_leaf(l, &s->range[i], &s->plane[i], is_bent, x, y, v);
        for (int c = 0; c < BS_LEAF_CHANNELS - !is_bent; c++)
            vf_store(&out->v[c][row + x], v[c]);
    }
}

static void tile_leaves(const bs_layers *l, const bs_sheets *s, int i, bs_leaves *out)
{
    const bs_area *a = &s->area[i], on = bs_area_on(l, a);

    if (a->x0 >= l->width || a->y0 >= l->height || a->x1 < 0 || a->y1 < 0) {
        bs_leaves_plain(l, s, i, out);
        return;
    }
    for (int y = on.y0; y <= on.y1; y++) {
        if (s->is_bent)
            v_leaves_row(l, s, i, 1, y, out);
        else
            v_leaves_row(l, s, i, 0, y, out);
        if (a->x0 < on.x0)
            leaves_beside(l, s, i, on.x0 - 1, y, -1, 0, on.x0 - a->x0, out);
        if (a->x1 > on.x1)
            leaves_beside(l, s, i, on.x1 + 1, y, 1, 0, a->x1 - on.x1, out);
    }
    for (int x = a->x0; x <= a->x1; x++) {
        if (a->y0 < on.y0)
            leaves_beside(l, s, i, x, on.y0 - 1, 0, -1, on.y0 - a->y0, out);
        if (a->y1 > on.y1)
            leaves_beside(l, s, i, x, on.y1 + 1, 0, 1, a->y1 - on.y1, out);
    }
}

#endif /* BS_WARP_SIMD_LEAF_H */
