/*
 * homography/warp_simd_sheet.h - which surfaces a tile sees, for vectors of texels: the twin of loops_px.h's loops
 * over homography/sheet_px.h.
 *
 * Read through homography/warp_simd.h only, behind the operations that it is written in (simd_*.h).  Vectors of texels
 * may be loaded beyond the area that is asked for, never beyond what the planes have beside the frame.
 */
#ifndef BS_WARP_SIMD_SHEET_H
#define BS_WARP_SIMD_SHEET_H

#include "homography/target.h"
#include "homography/work_px.h"
#include "homography/warp_simd_px.h"

/* bs_bin() */
static inline vi v_bin(const bs_bins *bins, vf w)
{
    const vf at = (w - vf_set(bins->lo)) * vf_set(bins->per_bin);

    return vi_bit(vf_int(v_clampf(at, vf_set(0), vf_set(BS_BINS - 1))));
}

/* The lanes whose inverse depth is in range. */
static inline vm v_in_range(const bs_range *r, vf w)
{
    return vm_less(ALL, vi_is_0(vi_and(v_bin(&r->bins, w), vi_set((int)r->mask))));
}

/* The lanes of a row that lie in an area, from column 'x' on. */
static inline vm v_in_area(const bs_area *a, int x)
{
    return a->x1 - x + 1 < LANES ? vm_first(a->x1 - x + 1) : ALL;
}

/* Inverse depth of a layer from texel 'i' on.  Returns 0 if that is the same as in the layer before, for all lanes of
 * 'm'. */
static inline int v_load_inv(const bs_layers *l, int k, size_t i, vm m, vf *w)
{
    const vf before = *w;

    *w = vf_abs(vf_load(&l->inv[k][i]));
    return k == 0 || vm_any(vm_less(m, vf_eq(*w, before)));
}

static uint32_t tile_bins(const bs_layers *l, const bs_bins *bins, const bs_area *a)
{
    vi all = vi_set(0);

    for (int x = a->x0; x <= a->x1; x += LANES) {
        const vm m = v_in_area(a, x);
        vi here = vi_set(0);

        for (int y = a->y0; y <= a->y1; y++) {
            vf w = vf_set(0);

            for (int k = 0; k < BS_LAYERS; k++)
                if (v_load_inv(l, k, bs_texel_at(l, x, y), m, &w))
                    here = vi_or(here, v_bin(bins, w));
        }
        all = vi_or(all, vi_pick(m, here, vi_set(0)));
    }
    return vi_any_bits(all);
}

/* tile_columns(); 'is_all' is bs_range_is_all(), a constant where it is passed. */
BS_EVERYWHERE void v_columns(const bs_layers *l, const bs_range *r, int is_all, const bs_area *a, int every,
                             bs_columns *out)
{
    const vf zero = vf_set(0), one = vf_set(1), lo = vf_set(r->bins.lo);

    for (int x = a->x0; x <= a->x1; x += LANES) {
        const vm m = v_in_area(a, x);
        vf n = zero, sy = zero, syy = zero, sw = zero, syw = zero;
        const int to = x - a->x0;

        for (int i = a->y0; i <= a->y1; i += every) {
            const vf y = vf_set((float)(i - a->y0));
            vf w = zero, before = zero;

            for (int k = 0; k < r->layers; k++) {
                const int is_new = v_load_inv(l, k, bs_texel_at(l, x, i), m, &w);
                vm in = ALL;
                vf is_in, y_in, w_in;

                if (!is_new)
                    continue;
                if (!is_all)
                    in = v_in_range(r, w);
                if (k > 0)
                    in = vm_less(in, vf_eq(w, before));
                before = w;
                is_in = vf_pick(in, one, zero);
                y_in = y * is_in;
                w_in = (w - lo) * is_in;
                n += is_in;
                sy += y_in;
                syy += y * y_in;
                sw += w_in;
                syw += y * w_in;
            }
        }
        vf_store(&out->n[to], n);
        vf_store(&out->y[to], sy);
        vf_store(&out->yy[to], syy);
        vf_store(&out->w[to], sw);
        vf_store(&out->yw[to], syw);
    }
}

static void tile_columns(const bs_layers *l, const bs_range *r, const bs_area *a, int every, bs_columns *out)
{
    if (bs_range_is_all(r))
        v_columns(l, r, 1, a, every, out);
    else
        v_columns(l, r, 0, a, every, out);
}

static const float lane_numbers[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

/* bs_sheet_inv() from (x, y) on. */
static inline vf v_plane(const bs_sheet *s, int x, int y)
{
    const vf at = vf_set((float)x) + vf_load(lane_numbers);

    return vf_set(s->inv) + (vf_set(s->gx) * (at - vf_set(s->x0)) + vf_set(s->gy * ((float)y - s->y0)));
}

/* tile_away(), likewise. */
BS_EVERYWHERE float v_away(const bs_layers *l, const bs_range *r, int is_all, const bs_sheet *s,
                           const bs_area *a)
{
    vf most = vf_set(0);

    for (int x = a->x0; x <= a->x1; x += LANES) {
        const vm m = v_in_area(a, x);

        for (int y = a->y0; y <= a->y1; y++) {
            const vf plane = v_plane(s, x, y);
            vf w = vf_set(0);

            for (int k = 0; k < r->layers; k++) {
                vm in = m;

                if (!v_load_inv(l, k, bs_texel_at(l, x, y), m, &w))
                    continue;
                if (!is_all)
                    in = vm_and(m, v_in_range(r, w));
                most = vf_max(vf_pick(in, vf_abs(w - plane), vf_set(0)), most);
            }
        }
    }
    return vf_most(most);
}

static float tile_away(const bs_layers *l, const bs_range *r, const bs_sheet *s, const bs_area *a)
{
    return bs_range_is_all(r) ? v_away(l, r, 1, s, a) : v_away(l, r, 0, s, a);
}

#endif /* BS_WARP_SIMD_SHEET_H */
