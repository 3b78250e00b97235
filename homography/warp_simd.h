/*
 * homography/warp_simd.h - the blur of a tile by vectors of pixels: the twin of warp_plain.c.
 *
 * Included by one file for each instruction set, behind the operations that it is written in (simd_*.h).
 * What is called v_NAME here is what bs_NAME is in warp_px.h, walk_px.h, line_px.h,
 * sample_px.h, sheet_px.h or leaf_px.h, for LANES
 * pixels at a time: the same operations in the same order, choices instead of branches.  What is rare
 * is left to the plain rule, lane by lane.
 */
#include <string.h>

#include "homography/warp_tile.h"
#include "homography/warp_simd_compose.h"
#include "homography/warp_simd_leaf.h"
#include "homography/warp_simd_list.h"
#include "homography/warp_simd_settle.h"

/* Numbers of looks, one lane after the other. */
static inline vi v_numbers(int first)
{
    static const int lane[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

    return vi_add(vi_set(first), vi_load(lane));
}

/* Puts the lanes of 'm', looks number 'at' and behind it, on the list of those that have to walk. */
static inline void v_walk_frame(const v_line *p, vm m, int at, v_looks *q)
{
    v_list_add(p, v_numbers(at), m, &q->list[0]);
    for (unsigned bits = vm_bits(m); bits; bits &= bits - 1) {
        const int i = at + __builtin_ctz(bits);

        memset(q->v[i], 0, sizeof q->v[i]);
        q->seen[i] = 0;
    }
}

/* Puts those whose layer 0 lets 'share' pass at 'w' on the list of those behind it. */
static inline void v_walk_behind(const v_tile *t, const v_line *p, vf w, vf share, vm m, int at, v_looks *q)
{
    v_march a = { .p = *p, .at = v_numbers(at), .share = share, .behind1 = m, .behind2 = vm_first(0) };

    m = v_walk_of(t, p, m, &a.k);
    a.k.w = w;
    v_step(&a.k);
    v_list_keep(&a, m, &q->list[1]);
}

/* What is met again of layer 0 at once, and lists of all that is to do besides: looks of a vector of pixels,
 * number 'i' and behind it. */
static inline void v_meet_again(const v_tile *t, const v_places *at, int v, vm pixels, int i, v_looks *q)
{
    const v_line *p = &at->p[v];
    const v_cell *c = &at->c[v];
    const vf w = at->w[v];
    vf light[4], share;
    vm m, open;

    m = vm_and(pixels, at->done[v]);
    m = vm_less(m, vf_sign(vf_gather(t->l->inv[0], c->i, m)));
    m = v_is_near_frame(t, p, w, m);
    m = v_is_clear(t, p, w, m);
    v_light_at(t, c, 0, light);
    for (int k = 0; k < 4; k++)
        vf_store(q->v[i] + k * LANES, light[k]);
    vf_store(&q->seen[i], v_seen_whole(t, p, w, c) * vf_fourth(light));
    share = vf_set(1) * (vf_set(1) - vf_fourth(light));
    open = vm_less(m, vf_lt(vf_abs(share), vf_set(BS_OPAQUE)));
    if (vm_any(open))
        v_walk_behind(t, p, w, share, open, i, q);
    m = vm_less(pixels, m);
    if (vm_any(m))
        v_walk_frame(p, m, i, q);
}

/* The lines of a tile's pixels at the j-th pose.  Returns 0 if a pixel has none. */
static inline int v_tile_lines(const bs_warp_job *job, int j, int n, v_line *p)
{
    const bs_view *views = job->views + (size_t)j * (size_t)job->lines;
    int ok = 1;

    for (int v = 0; v < n; v++)
        ok &= v_lines_of(views, job->rows, job->tile, v * LANES, &p[v]);
    return ok;
}

/* What pixel i, number 'at' of the looks, sees by the plain rule. */
static void v_look_plain(const bs_warp_job *job, int at, v_looks *q)
{
    const bs_light light = bs_tile_look(job, at % BS_TILE_PX, at / BS_TILE_PX);

    memcpy(q->v[at], light.v, sizeof light.v);
    q->seen[at] = light.seen;
}

/* A tile that may see edges: what is met again at once, and a list of all other looks, so that these fill
 * whole vectors; then the sums. */
static void v_tile_edges(const v_tile *t, const bs_warp_job *job)
{
    const bs_box *tile = job->tile;
    const int w = (int)(tile->x1 - tile->x0) + 1, h = (int)(tile->y1 - tile->y0) + 1;
    const int n = (BS_TILE * h + LANES - 1) / LANES;
    bs_tile_sum *sum = job->sum;
    v_looks q;

    q.list[0].n = q.list[1].n = 0;
    memset(q.v[BS_LOOKS], 0, sizeof q.v[BS_LOOKS]);
    q.seen[BS_LOOKS] = 0;
    for (int j = 0; j < job->n; j++) {
        v_places at;

        if (!v_tile_lines(job, j, n, at.p)) {
            for (int i = 0; i < BS_TILE * h; i++)
                if (i % BS_TILE < w)
                    v_look_plain(job, BS_TILE_PX * j + i, &q);
            continue;
        }
        v_settle(t, n, sum->guess, &at);
        for (int v = 0; v < n; v++)
            v_meet_again(t, &at, v, v_inside(v * LANES, w, h), BS_TILE_PX * j + v * LANES, &q);
    }
    v_march_all(t, job, &q);
    for (int j = 0; j < job->n; j++)
        for (int i = 0; i < BS_TILE * h; i += LANES) {
            const int at = BS_TILE_PX * j + i;

            for (int k = 0; k < 4; k++)
                vf_store(sum->v[i] + k * LANES,
                         vf_load(sum->v[i] + k * LANES) + vf_load(q.v[at] + k * LANES));
            vf_store(&sum->seen[i], vf_load(&sum->seen[i]) + vf_load(&q.seen[at]));
        }
}

/* Pixels of vector 'v' of which some have not settled: those of 'rest' by the plain rule. */
static void v_smooth_rest(const v_tile *t, const bs_warp_job *job, const v_places *at, int v, vm rest, int j)
{
    bs_tile_sum *sum = job->sum;
    float texels[LANES][4], seen[LANES];
    vf light[4];

    v_light_at(t, &at->c[v], 0, light);
    for (int n = 0; n < 4; n++)
        vf_store(texels[0] + n * LANES, light[n]);
    vf_store(seen, v_seen_whole(t, &at->p[v], at->w[v], &at->c[v]));
    for (unsigned bits = vm_bits(at->done[v]); bits; bits &= bits - 1) {
        const int k = __builtin_ctz(bits), i = v * LANES + k;

        for (int n = 0; n < 4; n++)
            sum->v[i][n] += texels[k][n];
        sum->seen[i] += seen[k];
    }
    for (unsigned bits = vm_bits(rest); bits; bits &= bits - 1)
        bs_tile_add(job, v * LANES + __builtin_ctz(bits), j);
}

/* A tile of one smooth surface.  What does not settle there is left to the plain rule. */
static void v_tile_smooth(const v_tile *t, const bs_warp_job *job)
{
    const bs_box *tile = job->tile;
    const int w = (int)(tile->x1 - tile->x0) + 1, h = (int)(tile->y1 - tile->y0) + 1;
    const int n = (BS_TILE * h + LANES - 1) / LANES;
    bs_tile_sum *sum = job->sum;

    for (int j = 0; j < job->n; j++) {
        v_places at;

        (void)v_tile_lines(job, j, n, at.p); /* without lines no tile is smooth */
        v_settle(t, n, sum->guess, &at);
        for (int v = 0; v < n; v++) {
            const int i = v * LANES;
            vf light[4], seen;

            if (!vm_all(at.done[v])) {
                v_smooth_rest(t, job, &at, v, vm_less(v_inside(i, w, h), at.done[v]), j);
                continue;
            }
            v_light_at(t, &at.c[v], 0, light);
            seen = v_seen_whole(t, &at.p[v], at.w[v], &at.c[v]);
            for (int k = 0; k < 4; k++)
                vf_store(sum->v[i] + k * LANES, vf_load(sum->v[i] + k * LANES) + light[k]);
            vf_store(&sum->seen[i], vf_load(&sum->seen[i]) + seen);
        }
    }
}

static void tile_walk(const bs_warp_job *job)
{
    const v_tile t = v_tile_of(job->l, job->bounds);

    if (job->bounds->edge)
        v_tile_edges(&t, job);
    else
        v_tile_smooth(&t, job);
}

#include "homography/flow_px.h"

void BS_SIMD(bs_warp_tile)(const bs_sweep *e, const bs_box *tile, float *blur, float *seen)
{
    bs_tile_room room;
    bs_tile_store store;

    bs_flow_tile(e, tile, &room, &store, blur, seen);
}
