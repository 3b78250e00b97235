#include "tests/scene_parts.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

/* The shell: floor, ceiling and walls. */
#define FLOOR 1.25
#define CEILING (-1.35)
#define LEFT (-2.1)
#define RIGHT 2.1
#define BACK 3.9
#define FRONT (-2.0)

/* The window in the back wall. */
#define WIN_X0 0.40
#define WIN_X1 1.60
#define WIN_Y0 (-0.85)
#define WIN_Y1 0.30

typedef struct room {
    scene *s;
    uint32_t seed, drawn;
    scene_texture tex; /* of the shapes that follow */
    double yaw;        /* likewise: turns boxes and balls about y */
} room;

static double draw(room *r, double lo, double hi)
{
    return lo + (hi - lo) * scene_hash01(r->seed, r->drawn++, 99, 0);
}

static void paint(room *r, scene_pattern p, double size_m, float mottle, const float a[3], const float b[3])
{
    r->tex = (scene_texture){ .pattern = p, .size_m = size_m, .mottle = mottle };
    r->tex.seed = r->seed * 1009 + r->drawn++;
    memcpy(r->tex.a, a, sizeof r->tex.a);
    memcpy(r->tex.b, b, sizeof r->tex.b);
}

#define RGB(r, g, b) ((const float[3]){ r, g, b })

static void box(room *r, double x, double y, double z, double hx, double hy, double hz)
{
    scene_shape p = { .kind = SCENE_BOX, .c_m = { x, y, z }, .half = { hx, hy, hz }, .texture = r->tex };

    scene_turn(r->yaw, 0, 0, p.R_world_obj);
    scene_add(r->s, &p);
}

static void ball(room *r, double x, double y, double z, double radius)
{
    scene_shape p = { .kind = SCENE_SPHERE, .c_m = { x, y, z }, .half = { radius }, .texture = r->tex };

    scene_turn(r->yaw, 0, 0, p.R_world_obj);
    scene_add(r->s, &p);
}

static void upright(room *r, double x, double z, double top, double bottom, double radius)
{
    scene_shape p = { .kind = SCENE_CYLINDER,
                      .c_m = { x, (top + bottom) / 2, z },
                      .half = { radius, (bottom - top) / 2 },
                      .texture = r->tex };

    scene_turn(0, 0, 0, p.R_world_obj);
    scene_add(r->s, &p);
}

/* A rod from 'a' to 'b'. */
static void rod(room *r, const double a[3], const double b[3], double radius)
{
    const double d[3] = { b[0] - a[0], b[1] - a[1], b[2] - a[2] }, across = sqrt(d[0] * d[0] + d[2] * d[2]);
    scene_shape p = { .kind = SCENE_CYLINDER, .texture = r->tex };

    for (int i = 0; i < 3; i++)
        p.c_m[i] = (a[i] + b[i]) / 2;
    p.half[0] = radius;
    p.half[1] = sqrt(across * across + d[1] * d[1]) / 2;
    scene_turn(atan2(d[0], d[2]), PI / 2 - atan2(d[1], across), 0, p.R_world_obj);
    scene_add(r->s, &p);
}

/* A wall of the shell in the paint at hand: (u, v) are half sizes along its own axes. */
static void shell(room *r, double x, double y, double z, double yaw, double pitch, double u, double v)
{
    scene_shape p = {
        .kind = SCENE_RECT, .c_m = { x, y, z }, .half = { u, v }, .texture = r->tex, .no_shadow = 1
    };

    scene_turn(yaw, pitch, 0, p.R_world_obj);
    scene_group(r->s);
    scene_add(r->s, &p);
}

static void build_shell(room *r)
{
    const double cy = (FLOOR + CEILING) / 2, hy = (FLOOR - CEILING) / 2, cz = (BACK + FRONT) / 2;
    const double hz = (BACK - FRONT) / 2;

    paint(r, SCENE_PLANK, 0.14, 0.25f, RGB(0.46f, 0.25f, 0.11f), RGB(0.20f, 0.09f, 0.035f));
    shell(r, 0, FLOOR, cz, 0, PI / 2, RIGHT, hz);
    paint(r, SCENE_PLAIN, 1, 0.12f, RGB(0.72f, 0.69f, 0.62f), RGB(0, 0, 0));
    shell(r, 0, CEILING, cz, 0, PI / 2, RIGHT, hz);
    paint(r, SCENE_STRIPE, 0.11, 0.25f, RGB(0.13f, 0.30f, 0.30f), RGB(0.40f, 0.52f, 0.42f));
    shell(r, LEFT, cy, cz, PI / 2, 0, hz, hy);
    paint(r, SCENE_PLANK, 0.16, 0.3f, RGB(0.66f, 0.54f, 0.30f), RGB(0.44f, 0.32f, 0.16f));
    shell(r, RIGHT, cy, cz, PI / 2, 0, hz, hy);
    shell(r, 0, cy, FRONT, 0, 0, RIGHT, hy);
}

/* Four pieces leave the window open; the bricks run on from one to the next. */
static void build_back_wall(room *r)
{
    const double pieces[4][4] = { { LEFT, CEILING, WIN_X0, FLOOR },
                                  { WIN_X1, CEILING, RIGHT, FLOOR },
                                  { WIN_X0, CEILING, WIN_X1, WIN_Y0 },
                                  { WIN_X0, WIN_Y1, WIN_X1, FLOOR } };
    const double x = (WIN_X0 + WIN_X1) / 2, y = (WIN_Y0 + WIN_Y1) / 2;
    const double hx = (WIN_X1 - WIN_X0) / 2, hy = (WIN_Y1 - WIN_Y0) / 2;

    paint(r, SCENE_BRICK, 0.30, 0.45f, RGB(0.46f, 0.17f, 0.10f), RGB(0.62f, 0.56f, 0.48f));
    for (int i = 0; i < 4; i++) {
        r->tex.at_m[0] = (pieces[i][0] + pieces[i][2]) / 2;
        r->tex.at_m[1] = (pieces[i][1] + pieces[i][3]) / 2;
        shell(r, r->tex.at_m[0], r->tex.at_m[1], BACK, 0, 0, (pieces[i][2] - pieces[i][0]) / 2,
              (pieces[i][3] - pieces[i][1]) / 2);
    }
    scene_group(r->s);
    paint(r, SCENE_PLAIN, 1, 0.15f, RGB(0.80f, 0.78f, 0.72f), RGB(0, 0, 0));
    box(r, x, WIN_Y0, BACK, hx + 0.04, 0.04, 0.05);
    box(r, x, WIN_Y1, BACK - 0.05, hx + 0.10, 0.03, 0.12);
    box(r, WIN_X0, y, BACK, 0.04, hy, 0.05);
    box(r, WIN_X1, y, BACK, 0.04, hy, 0.05);
    box(r, x, y, BACK, 0.018, hy, 0.02);
    box(r, x, y - 0.1, BACK, hx, 0.018, 0.02);
    paint(r, SCENE_STRIPE, 0.06, 0.3f, RGB(0.50f, 0.09f, 0.07f), RGB(0.74f, 0.42f, 0.20f));
    box(r, WIN_X0 - 0.13, -0.15, BACK - 0.16, 0.13, 0.95, 0.02);
    box(r, WIN_X1 + 0.13, -0.15, BACK - 0.16, 0.13, 0.95, 0.02);
    paint(r, SCENE_PLAIN, 1, 0.1f, RGB(0.16f, 0.11f, 0.06f), RGB(0, 0, 0));
    rod(r, (const double[3]){ WIN_X0 - 0.34, -1.12, BACK - 0.16 },
        (const double[3]){ WIN_X1 + 0.34, -1.12, BACK - 0.16 }, 0.02);
}

static void build_books(room *r, double x, double end, double shelf_y, double z)
{
    static const float covers[][3] = { { 0.50f, 0.08f, 0.05f }, { 0.06f, 0.17f, 0.36f },
                                       { 0.10f, 0.28f, 0.10f }, { 0.66f, 0.46f, 0.10f },
                                       { 0.55f, 0.50f, 0.40f }, { 0.28f, 0.08f, 0.24f },
                                       { 0.05f, 0.28f, 0.30f }, { 0.16f, 0.12f, 0.10f },
                                       { 0.72f, 0.32f, 0.10f } };

    while (x < end) {
        const double width = draw(r, 0.025, 0.06), height = draw(r, 0.20, 0.31);

        paint(r, SCENE_SPINE, height, 0.25f, covers[(int)draw(r, 0, 8.999)], RGB(0.80f, 0.70f, 0.42f));
        box(r, x + width / 2, shelf_y - height / 2, z + draw(r, -0.02, 0.02), width / 2 - 0.0015, height / 2,
            0.10);
        x += width + (draw(r, 0, 1) < 0.12 ? 0.10 : 0);
    }
}

static void build_bookcase(room *r)
{
    const double x = -1.05, z = BACK - 0.17, hx = 0.72, top = -0.85;

    scene_group(r->s);
    paint(r, SCENE_PLANK, 0.2, 0.2f, RGB(0.52f, 0.34f, 0.17f), RGB(0.26f, 0.14f, 0.06f));
    box(r, x - hx, (FLOOR + top) / 2, z, 0.02, (FLOOR - top) / 2, 0.15);
    box(r, x + hx, (FLOOR + top) / 2, z, 0.02, (FLOOR - top) / 2, 0.15);
    for (int i = 0; i < 6; i++)
        box(r, x, top + 0.02 + i * 0.40, z, hx, 0.018, 0.15);
    for (int i = 1; i < 6; i++) {
        const double first = x - hx + 0.04 + draw(r, 0, 0.1), end = x + hx - 0.12 - draw(r, 0, 0.25);

        scene_group(r->s);
        build_books(r, first, end, top + i * 0.40, z);
    }
    scene_group(r->s);
    paint(r, SCENE_DOT, 0.06, 0.2f, RGB(0.75f, 0.72f, 0.62f), RGB(0.06f, 0.16f, 0.40f));
    upright(r, x - 0.35, z, top - 0.30, top, 0.08);
    paint(r, SCENE_CHECKER, 0.07, 0.2f, RGB(0.70f, 0.30f, 0.06f), RGB(0.10f, 0.20f, 0.22f));
    ball(r, x + 0.25, top - 0.12, z, 0.12);
}

static void build_desk(room *r)
{
    const double x = 0.75, z = 2.75, top = 0.50;

    scene_group(r->s);
    paint(r, SCENE_PLANK, 0.12, 0.2f, RGB(0.60f, 0.40f, 0.20f), RGB(0.32f, 0.17f, 0.07f));
    box(r, x, top, z, 0.65, 0.02, 0.34);
    for (int i = 0; i < 4; i++)
        upright(r, x + (i & 1 ? 0.60 : -0.60), z + (i & 2 ? 0.29 : -0.29), top, FLOOR, 0.022);
    scene_group(r->s);
    r->yaw = 0.3;
    for (int i = 0; i < 3; i++) {
        paint(r, SCENE_SPINE, 0.2, 0.3f, i == 1 ? RGB(0.10f, 0.26f, 0.40f) : RGB(0.60f, 0.16f, 0.08f),
              RGB(0.78f, 0.70f, 0.50f));
        box(r, x - 0.40, top - 0.04 - 0.04 * i, z - 0.05, 0.13 - 0.02 * i, 0.018, 0.10 - 0.01 * i);
    }
    r->yaw = 0.7;
    paint(r, SCENE_CLOUD, 0.10, 0.1f, RGB(0.05f, 0.20f, 0.46f), RGB(0.30f, 0.44f, 0.12f));
    scene_group(r->s);
    ball(r, x - 0.02, top - 0.17, z, 0.13);
    upright(r, x - 0.02, z, top - 0.05, top - 0.02, 0.07);
    r->yaw = -0.25;
    scene_group(r->s);
    paint(r, SCENE_CHECKER, 0.06, 0.2f, RGB(0.75f, 0.70f, 0.60f), RGB(0.45f, 0.10f, 0.08f));
    box(r, x + 0.38, top - 0.12, z + 0.05, 0.10, 0.10, 0.10);
    r->yaw = 0;
}

/* A chair whose back is a row of thin slats, near the camera. */
static void build_chair(room *r)
{
    const double x = -0.42, z = 1.75, seat = 0.78;

    scene_group(r->s);
    paint(r, SCENE_PLANK, 0.1, 0.3f, RGB(0.30f, 0.14f, 0.06f), RGB(0.13f, 0.055f, 0.02f));
    for (int i = 0; i < 4; i++)
        upright(r, x + (i & 1 ? 0.20 : -0.20), z + (i & 2 ? 0.20 : -0.20), i & 2 ? seat : 0.28, FLOOR, 0.016);
    for (int i = 0; i < 5; i++)
        box(r, x - 0.13 + 0.065 * i, 0.51, z - 0.20, 0.011, 0.20, 0.007);
    box(r, x, 0.29, z - 0.20, 0.21, 0.035, 0.012);
    paint(r, SCENE_STRIPE, 0.05, 0.3f, RGB(0.06f, 0.26f, 0.28f), RGB(0.62f, 0.52f, 0.30f));
    box(r, x, seat, z, 0.22, 0.025, 0.22);
}

static void build_lamps(room *r)
{
    const double x = -0.12, z = 3.35;

    scene_group(r->s);
    paint(r, SCENE_PLAIN, 1, 0.1f, RGB(0.10f, 0.09f, 0.08f), RGB(0, 0, 0));
    upright(r, x, z, -0.35, FLOOR, 0.013);
    upright(r, x, z, FLOOR - 0.03, FLOOR, 0.14);
    paint(r, SCENE_STRIPE, 0.04, 0, RGB(0.95f, 0.74f, 0.42f), RGB(0.78f, 0.56f, 0.28f));
    r->tex.glow = 0.85f;
    upright(r, x, z, -0.62, -0.32, 0.15);
    scene_group(r->s);
    paint(r, SCENE_PLAIN, 1, 0, RGB(0.08f, 0.08f, 0.08f), RGB(0, 0, 0));
    upright(r, 0.42, 2.1, CEILING, -0.72, 0.006);
    paint(r, SCENE_PLAIN, 1, 0.3f, RGB(0.62f, 0.28f, 0.10f), RGB(0, 0, 0));
    ball(r, 0.42, -0.62, 2.1, 0.13);
}

/* A pot of long thin leaves in the right foreground. */
static void build_plant(room *r)
{
    const double x = 1.02, z = 1.9;

    scene_group(r->s);
    paint(r, SCENE_STRIPE, 0.05, 0.3f, RGB(0.55f, 0.24f, 0.12f), RGB(0.72f, 0.42f, 0.24f));
    upright(r, x, z, FLOOR - 0.34, FLOOR, 0.14);
    scene_group(r->s);
    for (int i = 0; i < 16; i++) {
        const double around = 2.4 * i, out = draw(r, 0.10, 0.42), up = draw(r, 0.05, 0.75);
        const double foot[3] = { x + 0.06 * cos(around), FLOOR - 0.33, z + 0.06 * sin(around) };
        const double tip[3] = { x + out * cos(around), FLOOR - 0.55 - up, z + out * sin(around) };

        paint(r, SCENE_CLOUD, 0.06, 0.3f, RGB(0.06f, 0.22f, 0.05f), RGB(0.22f, 0.42f, 0.08f));
        rod(r, foot, tip, draw(r, 0.007, 0.013));
        paint(r, SCENE_CLOUD, 0.06, 0.3f, RGB(0.12f, 0.34f, 0.06f), RGB(0.34f, 0.52f, 0.12f));
        ball(r, tip[0], tip[1], tip[2], draw(r, 0.03, 0.05));
    }
}

static void build_rest(room *r)
{
    scene_group(r->s);
    paint(r, SCENE_CHECKER, 0.16, 0.5f, RGB(0.40f, 0.07f, 0.06f), RGB(0.62f, 0.50f, 0.30f));
    box(r, 0.05, FLOOR - 0.006, 2.35, 1.15, 0.006, 0.85);
    scene_group(r->s);
    paint(r, SCENE_PLAIN, 1, 0.2f, RGB(0.18f, 0.12f, 0.05f), RGB(0, 0, 0));
    box(r, LEFT + 0.015, -0.25, 2.7, 0.015, 0.34, 0.46);
    box(r, RIGHT - 0.015, -0.30, 2.95, 0.015, 0.46, 0.36);
    paint(r, SCENE_CLOUD, 0.22, 0.3f, RGB(0.75f, 0.40f, 0.12f), RGB(0.06f, 0.20f, 0.34f));
    box(r, LEFT + 0.03, -0.25, 2.7, 0.01, 0.28, 0.40);
    paint(r, SCENE_CLOUD, 0.30, 0.3f, RGB(0.70f, 0.62f, 0.44f), RGB(0.10f, 0.06f, 0.16f));
    box(r, RIGHT - 0.03, -0.30, 2.95, 0.01, 0.40, 0.30);
    paint(r, SCENE_PLANK, 0.1, 0.2f, RGB(0.34f, 0.18f, 0.08f), RGB(0.16f, 0.07f, 0.03f));
    for (int i = 0; i < 4; i++) {
        scene_group(r->s);
        box(r, 0, CEILING + 0.07, 0.4 + 1.0 * i, RIGHT, 0.07, 0.06);
    }
    scene_group(r->s);
    r->yaw = 0.5;
    paint(r, SCENE_PLANK, 0.09, 0.3f, RGB(0.58f, 0.42f, 0.22f), RGB(0.34f, 0.20f, 0.09f));
    box(r, -1.25, FLOOR - 0.22, 2.45, 0.24, 0.22, 0.22);
    paint(r, SCENE_DOT, 0.11, 0.3f, RGB(0.72f, 0.60f, 0.14f), RGB(0.55f, 0.12f, 0.06f));
    ball(r, -1.25, FLOOR - 0.62, 2.45, 0.18);
    r->yaw = 0;
}

void scene_build_room(scene *s, uint32_t seed)
{
    room r = { .s = s, .seed = seed };

    scene_set_room(s, (const double[3]){ LEFT, CEILING, FRONT }, (const double[3]){ RIGHT, FLOOR, BACK });
    build_shell(&r);
    build_back_wall(&r);
    build_bookcase(&r);
    build_desk(&r);
    build_chair(&r);
    build_lamps(&r);
    build_plant(&r);
    build_rest(&r);
}
