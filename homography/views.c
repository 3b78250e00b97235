#include "homography/views.h"

#include <math.h>
#include <stddef.h>

/* Spacing of the grid at which parallax is known exactly, pixels: the corners of the cells of reach. */
#define BS_PARALLAX_GRID BS_REACH_PX

bs_map bs_map_make(const bs_camera *cam, const bs_pose *T_a_b)
{
    const double fx = cam->fx, fy = cam->fy, cx = cam->cx, cy = cam->cy;
    double R[9], KR[9];
    bs_map m;

    bs_pose_rotation(T_a_b, R);
    for (int c = 0; c < 3; c++) {
        KR[c] = fx * R[c] + cx * R[6 + c];
        KR[3 + c] = fy * R[3 + c] + cy * R[6 + c];
        KR[6 + c] = R[6 + c];
    }
    for (int r = 0; r < 3; r++) {
        m.H_inf[3 * r] = KR[3 * r] / fx;
        m.H_inf[3 * r + 1] = KR[3 * r + 1] / fy;
        /* In this order the identity comes out exactly: fx / fx is 1, and cx - 1 cx is 0. */
        m.H_inf[3 * r + 2] = KR[3 * r + 2] - m.H_inf[3 * r] * cx - m.H_inf[3 * r + 1] * cy;
    }
    m.b[0] = fx * T_a_b->t_m[0] + cx * T_a_b->t_m[2];
    m.b[1] = fy * T_a_b->t_m[1] + cy * T_a_b->t_m[2];
    m.b[2] = T_a_b->t_m[2];
    return m;
}

bs_map bs_map_to(const bs_camera *cam, const bs_pose *T_anchor_cam)
{
    const bs_pose T_cam_anchor = bs_pose_inverse(T_anchor_cam);

    return bs_map_make(cam, &T_cam_anchor);
}

int bs_map_apply(const bs_map *m, double x, double y, double inv_depth, double *u, double *v)
{
    double at[2];

    if (!(bs_map_place(m, x, y, inv_depth, &at[0], &at[1]) > 0))
        return 0;
    *u = at[0];
    *v = at[1];
    return 1;
}

bs_view bs_view_make(const bs_camera *cam, const bs_pose *T_anchor_cam)
{
    const bs_map m = bs_map_make(cam, T_anchor_cam);
    bs_view v;

    for (int i = 0; i < 9; i++)
        v.H_inf[i] = (float)m.H_inf[i];
    for (int i = 0; i < 3; i++)
        v.b[i] = (float)m.b[i];
    return v;
}

/* The views of 'n' poses, and which of their lines matter. */
typedef struct view_range {
    const bs_view *views; /* [n][lines] */
    int n, lines, from, to;
} view_range;

/* The parallax at (x, y), and the reach there. */
static float parallax_at(const view_range *r, int x, int y, bs_reach *reach)
{
    double largest = 0;
    float least[4] = { 0 }, most[4] = { 0 };

    for (int i = 0; i < r->n; i++)
        for (int k = r->from; k <= r->to; k++) {
            const bs_view *v = &r->views[(size_t)i * (size_t)r->lines + (size_t)k];
            const double ex = v->b[0] - x * v->b[2], ey = v->b[1] - y * v->b[2], square = ex * ex + ey * ey;
            const float fx = (float)ex, fy = (float)ey,
                        way[4] = { fx, 0.5f * (fx + fy), fy, 0.5f * (fy - fx) };

            largest = square > largest ? square : largest;
            for (int d = 0; d < 4; d++) {
                least[d] = way[d] < least[d] ? way[d] : least[d];
                most[d] = way[d] > most[d] ? way[d] : most[d];
            }
        }
    for (int d = 0; d < 4; d++) {
        reach->px_m[d] = -least[d];
        reach->px_m[d + 4] = most[d];
    }
    return (float)sqrt(largest);
}

/* How far across the lines, pixels, the line (x, y) to (x, y) of a view looks; INFINITY: anywhere. */
static double look_away(const bs_view *v, int by_row, int x, int y, double inv_depth)
{
    const float *H = v->H_inf;
    const double az = H[6] * x + H[7] * y + H[8], z = 1 - inv_depth * v->b[2];
    double away;

    /* In the sharp frame the point is at p + w e = p (1 - w b_z) + w b_xy. */
    if (!(az > BS_MIN_AZ))
        return INFINITY;
    away = by_row ? (H[3] * x + H[4] * y + H[5]) / az * z + inv_depth * v->b[1] - y
                  : (H[0] * x + H[1] * y + H[2]) / az * z + inv_depth * v->b[0] - x;
    return fabs(away);
}

/* The farthest, over both ends and the middle of every line at both depths: whole lines, with one to
 * spare. */
static int farthest_look(const bs_camera *cam, int by_row, const bs_view *views, int n, int lines,
                         double inv_lo, double inv_hi)
{
    const int last = (by_row ? cam->width : cam->height) - 1;
    double away = 0;

    for (int i = 0; i < n; i++)
        for (int k = 0; k < lines; k++)
            for (int p = 0; p < 6; p++) {
                const bs_view *v = &views[(size_t)i * (size_t)lines + (size_t)k];
                const int along = last * (p / 2) / 2;

                away = fmax(away, look_away(v, by_row, by_row ? along : k, by_row ? k : along,
                                            p & 1 ? inv_hi : inv_lo));
            }
    return away < lines ? (int)away + 2 : lines;
}

/* The next place of the grid after 'at', on a side of 'side' pixels: its last pixel is on the grid. */
static int next_node(int at, int side)
{
    return at + BS_PARALLAX_GRID < side - 1 || at == side - 1 ? at + BS_PARALLAX_GRID : side - 1;
}

/* Fills in v[1], ..., v[n - 1] between v[0] and v[n]. */
static void fill_between(float *v, int n)
{
    for (int i = 1; i < n; i++)
        v[i] = v[0] + (v[n] - v[0]) * (float)i / (float)n;
}

/* The i-th of the rows between 'a' and 'b', which lie n rows apart. */
static void mix_rows(const float *restrict a, const float *restrict b, int width, int i, int n,
                     float *restrict out)
{
    for (int x = 0; x < width; x++)
        out[x] = a[x] + (b[x] - a[x]) * (float)i / (float)n;
}

/* Which lines matter at (x, y), and within the grid's spacing of it: of a line that looks elsewhere all
 * along, no pixel there knows. */
static void find_lines(view_range *r, bs_shutter shutter, int reach, int x, int y)
{
    const int at = shutter <= BS_SHUTTER_BOTTOM_UP ? y : x;

    if (shutter == BS_SHUTTER_GLOBAL)
        return;
    r->from = at - reach > 0 ? at - reach : 0;
    r->to = at + reach < r->lines ? at + reach : r->lines - 1;
}

/* Adds what is known of a corner to the cells around it. */
static void join_cells(const bs_camera *cam, int x, int y, const bs_reach *node, bs_reach *reach)
{
    const int w = cam->width, h = cam->height, across = bs_reach_cells(w);
    const int x0 = bs_reach_cell(x > 0 ? x - 1 : 0, w), x1 = bs_reach_cell(x, w);
    const int y0 = bs_reach_cell(y > 0 ? y - 1 : 0, h), y1 = bs_reach_cell(y, h);

    for (int cy = y0; reach && cy <= y1; cy++)
        for (int cx = x0; cx <= x1; cx++) {
            float *px_m = reach[cy * across + cx].px_m;

            for (int d = 0; d < BS_REACH_WAYS; d++)
                px_m[d] = node->px_m[d] > px_m[d] ? node->px_m[d] : px_m[d];
        }
}

/* The largest of norms of affine functions is convex, as is that of their parts in a direction: between the
 * points of a grid it is no larger than what linear interpolation says. */
void bs_views_parallax(const bs_camera *cam, bs_shutter shutter, const bs_view *views, int n, double inv_lo,
                       double inv_hi, float *parallax_px_m, bs_reach *reach)
{
    const int w = cam->width, h = cam->height, lines = bs_shutter_lines(shutter, w, h);
    const int by_row = shutter <= BS_SHUTTER_BOTTOM_UP;
    view_range r = { views, n, lines, 0, lines - 1 };
    const int n_cells = bs_reach_cells(w) * bs_reach_cells(h);
    bs_reach node;
    int look = 0;

    for (int i = 0; reach && i < n_cells; i++)
        reach[i] = (bs_reach){ { 0 } };
    if (shutter != BS_SHUTTER_GLOBAL)
        look = BS_PARALLAX_GRID + farthest_look(cam, by_row, views, n, lines, inv_lo, inv_hi);
    for (int y = 0, y_last = 0; y < h; y_last = y, y = next_node(y, h)) {
        float *row = &parallax_px_m[(size_t)y * (size_t)w],
              *before = &parallax_px_m[(size_t)y_last * (size_t)w];

        for (int x = 0, x_last = 0; x < w; x_last = x, x = next_node(x, w)) {
            find_lines(&r, shutter, look, x, y);
            row[x] = parallax_at(&r, x, y, &node);
            join_cells(cam, x, y, &node, reach);
            fill_between(&row[x_last], x - x_last);
        }
        for (int i = 1; i < y - y_last; i++)
            mix_rows(before, row, w, i, y - y_last, &before[(size_t)i * (size_t)w]);
    }
}
