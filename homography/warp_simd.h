/*
 * homography/warp_simd.h - the blur of a tile by vectors of pixels: the twin of warp_plain.c.
 *
 * Included by one file for each instruction set, behind the operations that it is written in (simd_*.h).
 * Every function is the one of warp_px.h, bounds_px.h or sample_px.h without the "v_" before its name, for
 * LANES pixels at a time: the same operations in the same order, choices instead of branches.  What is rare
 * is left to the plain rule, lane by lane.
 */
#include <string.h>

#include "homography/warp_tile.h"

typedef struct v_line {
    vf x0, y0, ex, ey;
} v_line;

typedef struct v_cell {
    vi i;
    vf fx, fy;
} v_cell;

/* What a tile has in common. */
typedef struct v_tile {
    const bs_layers *l;
    const bs_bounds *bounds;
    vf inv_lo, inv_hi, last_x, last_y;
    vi stride, blocks_x;
} v_tile;

static inline vf v_clampf(vf v, vf lo, vf hi)
{
    return vf_min(vf_max(v, lo), hi);
}

static inline vf v_lerp(vf a, vf b, vf f)
{
    return a + f * (b - a);
}

/* On the frame, or what it sticks to. */
static inline void v_place(const v_tile *t, const v_line *p, vf w, vf *x, vf *y)
{
    *x = p->x0 + w * p->ex;
    *y = p->y0 + w * p->ey;
    if (t->bounds->inside)
        return;
    *x = v_clampf(*x, vf_set(0), t->last_x);
    *y = v_clampf(*y, vf_set(0), t->last_y);
}

static inline v_cell v_cell_on(const v_tile *t, const v_line *p, vf w)
{
    v_cell c;
    vi x0, y0;
    vf x, y;

    v_place(t, p, w, &x, &y);
    x0 = vf_int(x);
    y0 = vf_int(y);
    c.i = vi_add(vi_mul(y0, t->stride), x0);
    c.fx = x - vi_float(x0);
    c.fy = y - vi_float(y0);
    return c;
}

/* Depth of layer 0 where no cell is torn, in all lanes. */
static inline vf v_blend_smooth(const v_tile *t, const v_cell *c)
{
    vf p0, p1, q0, q1;

    vf_gather2(t->l->inv[0], c->i, &p0, &p1);
    vf_gather2(t->l->inv[0] + t->l->stride, c->i, &q0, &q1);
    return v_lerp(v_lerp(p0, q0, c->fy), v_lerp(p1, q1, c->fy), c->fx);
}

/* Depth of a layer in the lanes of 'm': bs_inv_depth_at(), bs_blend_inv() and bs_is_torn(). */
typedef struct v_depth {
    vf at, blend;
    vm torn;
} v_depth;

static inline v_depth v_depth_at(const v_tile *t, const v_cell *c, int layer, vm m)
{
    const float *p = t->l->inv[layer], *q = p + t->l->stride;
    const vf half = vf_set(0.5f), first = vf_gather(p, c->i, m);
    const vf p0 = vf_abs(first), p1 = vf_abs(vf_gather(p + 1, c->i, m));
    const vf q0 = vf_abs(vf_gather(q, c->i, m)), q1 = vf_abs(vf_gather(q + 1, c->i, m));
    const vm left = vf_lt(c->fx, half), up = vf_lt(c->fy, half);
    v_depth d;

    d.blend = v_lerp(v_lerp(p0, q0, c->fy), v_lerp(p1, q1, c->fy), c->fx);
    d.torn = vf_sign(first);
    d.at = vf_pick(up, vf_pick(left, p0, p1), vf_pick(left, q0, q1));
    d.at = vf_pick(d.torn, d.at, d.blend);
    return d;
}

/* Light of layer 'l' in a bilinear cell: bs_blend4(). */
static inline __m128 v_blend4(const float *light, size_t row, float fx, float fy)
{
    const __m256 up = _mm256_loadu_ps(light), down = _mm256_loadu_ps(light + row);
    const __m256 v = up + _mm256_set1_ps(fy) * (down - up);
    const __m128 a = _mm256_castps256_ps128(v), b = _mm256_extractf128_ps(v, 1);

    return a + _mm_set1_ps(fx) * (b - a);
}

/* Places that are read lane by lane. */
typedef struct v_cells {
    int i[LANES];
    float fx[LANES], fy[LANES], x[LANES], y[LANES];
} v_cells;

static inline void v_spill(const v_line *p, vf w, const v_cell *c, v_cells *out)
{
    vi_store(out->i, c->i);
    vf_store(out->fx, c->fx);
    vf_store(out->fy, c->fy);
    vf_store(out->x, p->x0 + w * p->ex);
    vf_store(out->y, p->y0 + w * p->ey);
}

static inline bs_cell v_cell_of(const v_cells *c, int k)
{
    return (bs_cell){ c->i[k], c->fx[k], c->fy[k], c->x[k], c->y[k] };
}

static inline __m128 v_texel(const bs_layers *l, const v_cells *c, int layer, int k)
{
    bs_cell cell;
    bs_texel texel;

    if (!l->bicubic)
        return v_blend4(l->light[layer] + 4 * (size_t)c->i[k], 4 * (size_t)l->stride, c->fx[k], c->fy[k]);
    cell = v_cell_of(c, k);
    texel = bs_blend16(l, &cell, layer);
    return _mm_loadu_ps(texel.v);
}

/* Adds what the lanes of 'm' see: layer 0, covered all over, 'w' along their lines.  '*at' is where the sums
 * of the lanes are. */
static inline void v_add_whole(const v_tile *t, const v_line *p, vf w, vm m, const int *at, bs_tile_sum *sum)
{
    const unsigned bits = vm_bits(m);
    const int all_seen = t->bounds->seen && t->bounds->inside;
    const v_cell c = v_cell_on(t, p, w);
    v_cells cells;

    v_spill(p, w, &c, &cells);
    for (int k = 0; k < LANES; k++) {
        float *v = sum->v[at[k]];

        if (!(bits >> k & 1))
            continue;
        _mm_storeu_ps(v, _mm_loadu_ps(v) + v_texel(t->l, &cells, 0, k));
        if (!all_seen) {
            const bs_cell cell = v_cell_of(&cells, k);

            sum->seen[at[k]] += (float)bs_is_seen(t->l, &cell, 0);
        } else {
            sum->seen[at[k]] += 1.0f;
        }
    }
}

/* Returns the lanes that settle, and where. */
static inline vm v_settle(const v_tile *t, const v_line *p, float *guess, vf *hit)
{
    const vf px = vf_max(vf_abs(p->ex), vf_abs(p->ey)), settled = vf_set(BS_SETTLED);
    const vf mid = vf_set(0.5f * (t->bounds->inv_lo + t->bounds->inv_hi)), was = vf_load(guess);
    vf w = v_clampf(vf_pick(vf_lt(was, vf_set(0)), mid, was), t->inv_lo, t->inv_hi);
    vm done = vm_first(0);

    for (int i = 0; i < BS_STEPS; i++) {
        const v_cell c = v_cell_on(t, p, w);
        const vf next = v_clampf(v_blend_smooth(t, &c), t->inv_lo, t->inv_hi);
        const vm good = vf_le(vf_abs(next - w) * px, settled);

        w = vf_pick(done, w, next);
        done = vm_or(done, good);
        if (vm_bits(done) == vm_bits(ALL))
            break;
    }
    *hit = w;
    vf_store(guess, vf_pick(done, w, was));
    return done;
}

/* Number of each lane's block in the table, in ints. */
static inline vi v_block_on(const v_tile *t, vi x, vi y)
{
    const vi at = vi_add(vi_mul(vi_shift(y, BS_BLOCK_LOG2), t->blocks_x), vi_shift(x, BS_BLOCK_LOG2));

    return vi_add(vi_add(at, at), vi_add(at, at));
}

/* bs_walk, all but what only few lanes have. */
typedef struct v_walk {
    vf w, w_near, step, step_px, inv_lo, inv_hi, rx, ry;
} v_walk;

static inline vf v_block_exit(vf x0, vf r, vi i)
{
    const vf edge = vi_float(vi_mul(i, vi_set(BS_BLOCK))) +
                    vf_pick(vf_lt(vf_set(0), r), vf_set(-0.01f), vf_set(BS_BLOCK + 0.01f));

    return (edge - x0) * r;
}

static inline vf v_jump(const v_tile *t, const v_line *p, const v_walk *k, vf w, vm m)
{
    vf x, y, out, exit_x, exit_y;
    vi ix, iy;

    v_place(t, p, w, &x, &y);
    ix = vf_int(x);
    iy = vf_int(y);
    exit_x = v_block_exit(p->x0, k->rx, vi_shift(ix, BS_BLOCK_LOG2));
    exit_y = v_block_exit(p->y0, k->ry, vi_shift(iy, BS_BLOCK_LOG2));
    out = vf_gather(&t->l->blocks->inv_hi, v_block_on(t, ix, iy), m);
    out = vf_pick(vf_lt(exit_x, w), vf_max(exit_x, out), out);
    out = vf_pick(vf_lt(exit_y, w), vf_max(exit_y, out), out);
    return vf_min(out, w);
}

static inline void v_leap(const v_tile *t, const v_line *p, v_walk *k, vm m)
{
    vf jump = v_jump(t, p, k, k->w, m);
    const vm moved = vm_and(m, vf_lt(jump, k->w));
    vm go = vm_and(moved, vf_lt(k->inv_lo, jump));

    if (!vm_any(moved))
        return;
    while (vm_any(go)) {
        k->w = vf_pick(go, jump, k->w);
        jump = vf_pick(go, v_jump(t, p, k, jump, go), jump);
        go = vm_and(go, vm_and(vf_lt(jump, k->w), vf_lt(k->inv_lo, jump)));
    }
    k->w = vf_pick(moved, vf_max(jump, k->inv_lo), k->w);
    k->w_near = vf_pick(moved, vf_min(k->w + k->step, k->inv_hi), k->w_near);
}

/* Returns the lanes that land, and where. */
static inline vm v_land(const v_tile *t, const v_line *p, const v_walk *k, vm m, vf *hit)
{
    const vf near_px = vf_set(BS_LAND_PX) * k->step_px, settled = vf_set(BS_SETTLED) * k->step_px;
    vf w = k->w, last = w;
    vm done = vm_first(0);

    for (int i = 0; i <= BS_STEPS; i++) {
        v_cell c;
        vf x, y, next;

        v_place(t, p, w, &x, &y);
        m = vm_and(m, vi_is_0(vi_gather(&t->l->blocks->edge, v_block_on(t, vf_int(x), vf_int(y)), m)));
        if (i > 0) {
            const vm good = vm_and(m, vf_le(vf_abs(w - last), settled));

            done = vm_or(done, good);
            m = vm_less(m, good);
        }
        if (!vm_any(m) || i == BS_STEPS)
            break;
        c = v_cell_on(t, p, w);
        next = v_clampf(v_depth_at(t, &c, 0, m).blend, k->inv_lo, k->w_near);
        last = w;
        w = vf_pick(m, next, w);
        m = vm_less(m, vf_lt(near_px, vf_abs(w - k->w)));
    }
    *hit = w;
    return done;
}

/* A march of lanes that had nowhere to land at once. */
typedef struct v_march {
    v_line p;
    v_walk k;
    vm go;               /* still on their way */
    vm behind1, behind2; /* bs_walk's 'behind' is 1, is 2 */
    vf share;
    float v[LANES][4], seen[LANES];
} v_march;

/* Adds a layer in the lanes of 'm', 'w' along their lines. */
static inline void v_add(const v_tile *t, v_march *a, vf w, int layer, vm m)
{
    const unsigned bits = vm_bits(m);
    const v_cell c = v_cell_on(t, &a->p, w);
    float share[LANES];
    v_cells cells;

    v_spill(&a->p, w, &c, &cells);
    vf_store(share, a->share);
    for (int k = 0; bits >> k; k++) {
        const bs_cell cell = v_cell_of(&cells, k);
        bs_texel texel;
        __m128 v;

        if (!(bits >> k & 1))
            continue;
        v = v_texel(t->l, &cells, layer, k);
        _mm_storeu_ps(texel.v, v);
        _mm_storeu_ps(a->v[k], _mm_loadu_ps(a->v[k]) + _mm_set1_ps(share[k]) * v);
        if (bs_is_seen(t->l, &cell, layer))
            a->seen[k] += share[k] * texel.v[3];
        share[k] = share[k] * (1.0f - texel.v[3]);
    }
    a->share = vf_load(share);
}

/* Returns the lanes of 'm' that have met the layer; '*hit' is the place, on a tear perhaps where not. */
static inline vm v_cross(const v_tile *t, const v_march *a, int layer, vf f_far, vm m, vf *hit)
{
    vf w_near = a->k.w_near, w_far = a->k.w, w = vf_set(0.5f) * (w_near + w_far), f;
    v_cell c = v_cell_on(t, &a->p, w);
    v_depth d = v_depth_at(t, &c, layer, m);
    vm before, ok;

    f = d.at - w;
    before = vf_lt(f, vf_set(0));
    w_near = vf_pick(before, w, w_near);
    w_far = vf_pick(before, w_far, w);
    f_far = vf_pick(before, f_far, f);
    c = v_cell_on(t, &a->p, w_near);
    f = vf_pick(before, f, v_depth_at(t, &c, layer, vm_less(m, before)).at - w_near);
    *hit = vf_pick(vf_lt(f, vf_set(0)), w_far + (w_near - w_far) * (f_far / (f_far - f)), w_near);
    c = v_cell_on(t, &a->p, *hit);
    d = v_depth_at(t, &c, layer, m);
    ok = vm_less(vm_less(m, d.torn), vf_lt(w_near, d.blend));
    *hit = vf_pick(ok, v_clampf(d.blend, w_far, w_near), *hit);
    c = v_cell_on(t, &a->p, *hit);
    return vm_less(ok, vf_sign(vf_gather(t->l->inv[layer], c.i, ok)));
}

/* What happens at k.w. */
static inline void v_meet(const v_tile *t, v_march *a)
{
    const v_cell c = v_cell_on(t, &a->p, a->k.w);
    vm still = a->go;

    for (int layer = 0; layer < BS_LAYERS && vm_any(still); layer++) {
        const vf f = v_depth_at(t, &c, layer, still).at - a->k.w;
        const vm front = vm_and(still, vf_lt(f, vf_set(0)));
        const int last = layer + 1 == BS_LAYERS;
        vm met, done, hits;
        vf hit;

        a->behind1 = layer == 1 ? vm_or(a->behind1, front) : vm_less(a->behind1, front);
        a->behind2 = layer == 2 ? vm_or(a->behind2, front) : vm_less(a->behind2, front);
        still = vm_less(still, front);
        met = layer < 2 ? vm_less(still, a->behind2) : still;
        met = layer < 1 ? vm_less(met, a->behind1) : met;
        if (!vm_any(met))
            continue;
        hits = v_cross(t, a, layer, f, met, &hit);
        v_add(t, a, hit, layer, last ? met : hits);
        done = last ? met : vm_and(met, vf_lt(vf_abs(a->share), vf_set(BS_OPAQUE)));
        still = vm_less(still, done);
        a->go = vm_less(a->go, done);
    }
}

static inline void v_march_on(const v_tile *t, v_march *a)
{
    for (;;) {
        v_walk *k = &a->k;
        vm end, open;
        vf next, hit;

        v_meet(t, a);
        k->w_near = vf_pick(a->go, k->w, k->w_near);
        end = vm_less(a->go, vf_lt(k->inv_lo, k->w));
        if (vm_any(end))
            v_add(t, a, k->w, BS_LAYERS - 1, end);
        a->go = vm_less(a->go, end);
        if (!vm_any(a->go))
            return;
        next = k->w - k->step;
        next = vf_pick(vm_and(vf_lt(next, k->w), vf_lt(k->inv_lo, next)), next, k->inv_lo);
        k->w = vf_pick(a->go, next, k->w);
        open = vm_less(vm_less(a->go, a->behind1), a->behind2);
        if (!vm_any(open))
            continue;
        v_leap(t, &a->p, k, open);
        open = v_land(t, &a->p, k, open, &hit);
        if (vm_any(open))
            v_add(t, a, hit, 0, open);
        a->go = vm_less(a->go, open);
        if (!vm_any(a->go))
            return;
    }
}

/* Pixels of a tile that have to march, and how far they are. */
typedef struct v_queue {
    float x0[BS_TILE_PX], y0[BS_TILE_PX], ex[BS_TILE_PX], ey[BS_TILE_PX];
    float w[BS_TILE_PX], w_near[BS_TILE_PX], step[BS_TILE_PX], step_px[BS_TILE_PX];
    float inv_lo[BS_TILE_PX], inv_hi[BS_TILE_PX], rx[BS_TILE_PX], ry[BS_TILE_PX];
    int at[BS_TILE_PX + LANES];
    int n;
} v_queue;

static inline void v_queue_add(const v_line *p, const v_walk *k, vm m, int i, v_queue *q)
{
    const unsigned bits = vm_bits(m);

    vf_store(&q->x0[i], p->x0);
    vf_store(&q->y0[i], p->y0);
    vf_store(&q->ex[i], p->ex);
    vf_store(&q->ey[i], p->ey);
    vf_store(&q->w[i], k->w);
    vf_store(&q->w_near[i], k->w_near);
    vf_store(&q->step[i], k->step);
    vf_store(&q->step_px[i], k->step_px);
    vf_store(&q->inv_lo[i], k->inv_lo);
    vf_store(&q->inv_hi[i], k->inv_hi);
    vf_store(&q->rx[i], k->rx);
    vf_store(&q->ry[i], k->ry);
    for (int n = 0; bits >> n; n++)
        if (bits >> n & 1)
            q->at[q->n++] = i + n;
}

static inline void v_queue_run(const v_tile *t, v_queue *q, bs_tile_sum *sum)
{
    for (int i = 0; i < q->n; i += LANES) {
        const int n = q->n - i < LANES ? q->n - i : LANES;
        const vm m = vm_first(n);
        const vi at = vi_load(&q->at[i]);
        v_march a = { .go = m, .behind1 = vm_first(0), .behind2 = vm_first(0), .share = vf_set(1) };

        a.p.x0 = vf_gather(q->x0, at, m);
        a.p.y0 = vf_gather(q->y0, at, m);
        a.p.ex = vf_gather(q->ex, at, m);
        a.p.ey = vf_gather(q->ey, at, m);
        a.k.w = vf_gather(q->w, at, m);
        a.k.w_near = vf_gather(q->w_near, at, m);
        a.k.step = vf_gather(q->step, at, m);
        a.k.step_px = vf_gather(q->step_px, at, m);
        a.k.inv_lo = vf_gather(q->inv_lo, at, m);
        a.k.inv_hi = vf_gather(q->inv_hi, at, m);
        a.k.rx = vf_gather(q->rx, at, m);
        a.k.ry = vf_gather(q->ry, at, m);
        memset(a.v, 0, sizeof a.v);
        memset(a.seen, 0, sizeof a.seen);
        v_march_on(t, &a);
        for (int k = 0; k < n; k++) {
            float *v = sum->v[q->at[i + k]];

            _mm_storeu_ps(v, _mm_loadu_ps(v) + _mm_loadu_ps(a.v[k]));
            sum->seen[q->at[i + k]] += a.seen[k];
        }
    }
}

static inline vm v_clip_axis(vf x0, vf r, float last, vf *lo, vf *hi)
{
    const vf first = vf_set(-1), end = vf_set(last + 1);
    const vf a = (first - x0) * r, b = (end - x0) * r;
    const vm finite = vf_lt(vf_abs(r), vf_set(INFINITY)), up = vf_lt(vf_set(0), r);
    const vf low = vf_max(vf_pick(up, a, b), *lo), high = vf_min(vf_pick(up, b, a), *hi);
    const vm on = vm_and(vf_le(first, x0), vf_le(x0, end));

    *lo = vf_pick(finite, low, *lo);
    *hi = vf_pick(finite, high, *hi);
    return vm_or(vm_and(finite, vf_le(*lo, *hi)), vm_less(on, finite));
}

/*
 * bs_walk_frame() for the lanes of 'm': adds those that land at once and queues the others.  Returns those
 * whose lines do not meet the frame.
 */
static inline vm v_walk_frame(const v_tile *t, const v_line *p, vm m, int i, const int *at, bs_tile_sum *sum,
                              v_queue *q)
{
    v_walk k = { .inv_lo = t->inv_lo, .inv_hi = t->inv_hi };
    vm beside = vm_first(0), landed;
    vf hit;

    k.rx = vf_set(1) / p->ex;
    k.ry = vf_set(1) / p->ey;
    if (!t->bounds->inside) {
        const vm on = v_clip_axis(p->x0, k.rx, t->l->last_x, &k.inv_lo, &k.inv_hi);

        beside = vm_less(m, vm_and(on, v_clip_axis(p->y0, k.ry, t->l->last_y, &k.inv_lo, &k.inv_hi)));
    }
    m = vm_less(m, beside);
    k.step_px = vf_min(vf_abs(k.rx), vf_abs(k.ry));
    k.step = vf_min(k.step_px, k.inv_hi - k.inv_lo);
    k.w = k.w_near = k.inv_hi;
    v_leap(t, p, &k, m);
    landed = v_land(t, p, &k, m, &hit);
    if (vm_any(landed))
        v_add_whole(t, p, hit, landed, at, sum);
    m = vm_less(m, landed);
    if (vm_any(m))
        v_queue_add(p, &k, m, i, q);
    return beside;
}

/* Returns 0 if not all lanes have one. */
static inline int v_line_of(const bs_view *view, vf x, vf y, v_line *p)
{
    const float *H = view->H_inf;
    const vf az = vf_set(H[6]) * x + (vf_set(H[7]) * y + vf_set(H[8])), inv_az = vf_set(1) / az;

    p->x0 = (vf_set(H[0]) * x + (vf_set(H[1]) * y + vf_set(H[2]))) * inv_az;
    p->y0 = (vf_set(H[3]) * x + (vf_set(H[4]) * y + vf_set(H[5]))) * inv_az;
    p->ex = vf_set(view->b[0]) - p->x0 * vf_set(view->b[2]);
    p->ey = vf_set(view->b[1]) - p->y0 * vf_set(view->b[2]);
    return vm_bits(vf_lt(vf_set(BS_MIN_AZ), az)) == vm_bits(ALL);
}

/* The lines of pixels i to i + LANES - 1 of a tile; those beyond the image are that of its last. */
static inline int v_lines_of(const bs_view *views, bs_rows rows, const bs_box *tile, int i, v_line *p)
{
    float x[LANES], y[LANES], x0[LANES], y0[LANES], ex[LANES], ey[LANES];
    int ok = 1;

    for (int k = 0; k < LANES; k++) {
        x[k] = tile->x0 + (float)((i + k) % BS_TILE);
        y[k] = tile->y0 + (float)((i + k) / BS_TILE);
        x[k] = x[k] < tile->x1 ? x[k] : tile->x1;
        y[k] = y[k] < tile->y1 ? y[k] : tile->y1;
    }
    if (!rows.step_x && !rows.step_y)
        return v_line_of(views, vf_load(x), vf_load(y), p);
    for (int k = 0; k < LANES; k++) {
        bs_line one;

        ok &= bs_line_of(&views[(int)x[k] * rows.step_x + (int)y[k] * rows.step_y], x[k], y[k], &one);
        x0[k] = one.x0;
        y0[k] = one.y0;
        ex[k] = one.ex;
        ey[k] = one.ey;
    }
    *p = (v_line){ vf_load(x0), vf_load(y0), vf_load(ex), vf_load(ey) };
    return ok;
}

/* The lanes from pixel i on that lie in a tile of w x h. */
static inline vm v_inside(int i, int w, int h)
{
    int in[LANES];

    if (w == BS_TILE && h == BS_TILE)
        return ALL;
    for (int k = 0; k < LANES; k++)
        in[k] = (i + k) % BS_TILE < w && (i + k) / BS_TILE < h ? 0 : 1;
    return vi_is_0(vi_load(in));
}

void BS_SIMD(bs_warp_tile)(const bs_layers *l, const bs_view *views, bs_rows rows, const bs_box *tile,
                           const bs_bounds *bounds, bs_tile_sum *sum)
{
    const v_tile t = { .l = l,
                       .bounds = bounds,
                       .inv_lo = vf_set(bounds->inv_lo),
                       .inv_hi = vf_set(bounds->inv_hi),
                       .last_x = vf_set(l->last_x),
                       .last_y = vf_set(l->last_y),
                       .stride = vi_set(l->stride),
                       .blocks_x = vi_set(l->blocks_x) };
    const int w = (int)(tile->x1 - tile->x0) + 1, h = (int)(tile->y1 - tile->y0) + 1;
    v_queue queue;

    queue.n = 0;
    for (int i = 0; i < BS_TILE * h; i += LANES) {
        vm rest = v_inside(i, w, h), done;
        int at[LANES];
        v_line p;
        vf hit;

        for (int k = 0; k < LANES; k++)
            at[k] = i + k;
        if (v_lines_of(views, rows, tile, i, &p)) {
            if (!bounds->edge) {
                done = vm_and(rest, v_settle(&t, &p, &sum->guess[i], &hit));
                v_add_whole(&t, &p, hit, done, at, sum);
                rest = vm_less(rest, done);
            }
            if (vm_any(rest))
                rest = v_walk_frame(&t, &p, rest, i, at, sum, &queue);
        }
        for (unsigned k = 0, bits = vm_bits(rest); bits >> k; k++)
            if (bits >> k & 1)
                bs_tile_add(l, views, rows, tile, bounds, i + (int)k, sum);
    }
    v_queue_run(&t, &queue, sum);
}
