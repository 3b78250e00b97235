/*
 * inpaint/fill_far_px.h - colour and structure of the farther surface at the far pixels, which show it mixed with the
 * nearer one: told from the unmixed pixels around them.
 *
 * Internal to inpaint/.
 */
#ifndef BS_FILL_FAR_PX_H
#define BS_FILL_FAR_PX_H

#include "inpaint/scene_px.h"

/* Linear light: gradients of this size are taken for noise of the photo, without direction. */
#define BS_NOISE 0.02f

/* A surface is told from the one in front of it by less than this share of their distance in inverse
 * depth. */
#define BS_GAP_SHARE 0.25f

/* Which surface is meant: it goes on from a spot in a plane, more or less. */
typedef struct bs_behind {
    float inv, slope_x, slope_y;
    float slack[2 * BS_REACH + 1]; /* how far off its plane it may be that many pixels away */
} bs_behind;

BS_PX bs_behind bs_behind_of(const bs_scene *s, const bs_spot *spot, float front)
{
    const float tear = bs_tear_at(s, spot->x, spot->y), most = BS_GAP_SHARE * (front - spot->inv);
    bs_behind b;

    b.inv = spot->inv;
    b.slope_x = spot->slope[0];
    b.slope_y = spot->slope[1];
    for (int px = 0; px <= 2 * BS_REACH; px++) {
        const float slack = tear * (2.0f + 0.5f * (float)px);

        b.slack[px] = slack < most ? slack : most;
    }
    return b;
}

BS_PX int bs_is_on(const bs_behind *b, int dx, int dy, float inv)
{
    const float expected = b->inv + (float)dx * b->slope_x + (float)dy * b->slope_y;

    return fabsf(inv - expected) <= b->slack[(dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy)];
}

/* The unmixed colours of a surface around a far pixel, NULL for none. */
typedef struct bs_window {
    const float *rgb[BS_SIDE][BS_SIDE];
} bs_window;

BS_PX void bs_window_of(const bs_scene *s, const bs_spot *spot, bs_window *win)
{
    const bs_behind b = bs_behind_of(s, spot, spot->ring);

    for (int dy = -BS_REACH; dy <= BS_REACH; dy++)
        for (int dx = -BS_REACH; dx <= BS_REACH; dx++) {
            const size_t i = (size_t)(spot->at + bs_plane_step(s, dx, dy));

            win->rgb[dy + BS_REACH][dx + BS_REACH] =
                !(s->role[i] & (BS_ROLE_MIXED | BS_ROLE_MARGIN)) && bs_is_on(&b, dx, dy, s->inv[i])
                    ? bs_shown(s, spot->x + dx, spot->y + dy, i)
                    : NULL;
        }
}

BS_PX bs_tensor bs_window_structure(const bs_window *win)
{
    bs_tensor t = { 0, 0, 0 };

    for (int v = 0; v + 1 < BS_SIDE; v++)
        for (int u = 0; u + 1 < BS_SIDE; u++) {
            const float *const *r = &win->rgb[v][u], *const *q = &win->rgb[v + 1][u];

            if (r[0] && r[1] && q[0] && q[1])
                bs_tensor_add(&t, (float)(u - BS_REACH) + 0.5f, (float)(v - BS_REACH) + 0.5f, r[0], r[1],
                              q[0], q[1]);
        }
    return t;
}

/* The mean of the colours in the window, mostly along the structure; returns 0 if there are none. */
BS_PX int bs_window_blend(const bs_window *win, const bs_across *across, float rgbu[4])
{
    float sum[3] = { 0, 0, 0 }, square = 0, weight = 0;

    for (int dy = -BS_REACH; dy <= BS_REACH; dy++)
        for (int dx = -BS_REACH; dx <= BS_REACH; dx++) {
            const float *rgb = win->rgb[dy + BS_REACH][dx + BS_REACH];
            float w;

            if (!rgb)
                continue;
            w = bs_weight(across, dx, dy);
            for (int c = 0; c < 3; c++)
                sum[c] += w * rgb[c];
            square += w * (rgb[0] * rgb[0] + rgb[1] * rgb[1] + rgb[2] * rgb[2]);
            weight += w;
        }
    if (!(weight > 0))
        return 0;
    weight = 1 / weight;
    rgbu[3] = square * weight;
    for (int c = 0; c < 3; c++) {
        rgbu[c] = sum[c] * weight;
        rgbu[3] -= rgbu[c] * rgbu[c];
    }
    rgbu[3] = rgbu[3] > 0 ? rgbu[3] : 0;
    return 1;
}

BS_PX void bs_fill_far(const bs_scene *s, int k)
{
    bs_spot *spot = &s->spots[k];
    bs_across across;
    bs_window win;

    bs_window_of(s, spot, &win);
    s->told[k] = bs_window_structure(&win);
    across = bs_across_of(&s->told[k], BS_NOISE * BS_NOISE);
    if (!bs_window_blend(&win, &across, spot->rgbu))
        memcpy(spot->rgbu, bs_shown(s, spot->x, spot->y, (size_t)spot->at), 3 * sizeof *spot->rgbu);
}

/* Takes the structure along a tear together, for what is carried on from here is told nowhere else. */
BS_PX void bs_smooth_far(const bs_scene *s, int k)
{
    bs_spot *spot = &s->spots[k];
    const bs_behind b = bs_behind_of(s, spot, spot->ring);
    bs_tensor t = s->told[k];
    int n = 1;

    for (int d = 0; d < BS_WAYS; d++) {
        const bs_way way = bs_way_of(d);
        const int number = s->slot[spot->at + bs_plane_step(s, way.dx, way.dy)];
        const bs_spot *by = &s->spots[number];

        if (by->level != 0 || !bs_is_on(&b, way.dx, way.dy, by->inv))
            continue;
        bs_tensor_join(&t, &s->told[number]);
        n++;
    }
    spot->structure = bs_tensor_part(&t, 1.0f / (float)n);
}

BS_TEAM void bs_fill_all_far(bs_scene *s)
{
    BS_EACH_OF (k, s->first, s->far_end)
        bs_fill_far(s, k);
    bs_team_sync();
    BS_EACH_OF (k, s->first, s->far_end)
        bs_smooth_far(s, k);
    bs_team_sync();
}

#endif /* BS_FILL_FAR_PX_H */
