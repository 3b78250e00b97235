/*
 * The worlds that accuracy is measured on: cards, rooms, a slanted plane and thin poles in textures whose
 * detail is either sharp (steps, bricks) or smooth (clouds), seen from the identity pose.
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "tests/scene_parts.h"

#define PI 3.14159265358979323846

typedef struct bench {
    scene *s;
    uint32_t seed, drawn;
    int sharp;
    double dark, bright; /* the colours' range */
    double scale;        /* of patterns; 0 = 1 */
    float mottle, mottle_m;
    int lit; /* 1: shaded by the way it faces; 0: as bright as its texture */
} bench;

static double draw(bench *b, double lo, double hi)
{
    return lo + (hi - lo) * scene_hash01(b->seed, b->drawn++, 55, 0);
}

/* Two colours that stand apart in hue, one dark and one bright. */
static void draw_colours(bench *b, scene_texture *t)
{
    for (int i = 0; i < 3; i++) {
        t->a[i] = (float)draw(b, 0.25 * b->dark, b->dark);
        t->b[i] = (float)draw(b, 0.3 * b->bright, b->bright);
    }
}

/* 'size_m' is that of the pattern's largest parts. */
static scene_texture draw_texture(bench *b, double size_m)
{
    static const scene_pattern steps[] = { SCENE_CHECKER, SCENE_BRICK, SCENE_BLOB };
    scene_texture t = {
        .pattern = SCENE_CLOUD, .size_m = size_m, .mottle = b->mottle, .mottle_m = b->mottle_m
    };

    if (b->scale > 0)
        t.size_m *= b->scale;
    if (b->sharp) {
        t.pattern = steps[(int)draw(b, 0, 2.999)];
        if (t.pattern == SCENE_CHECKER)
            t.size_m *= 0.55;
    }
    draw_colours(b, &t);
    if (draw(b, 0, 1) < 0.5 && t.pattern == SCENE_BRICK) /* dark mortar as often as bright */
        for (int i = 0; i < 3; i++) {
            const float swap = t.a[i];

            t.a[i] = t.b[i];
            t.b[i] = swap;
        }
    t.glow = b->lit ? 0 : 1;
    t.seed = b->seed * 257 + b->drawn++;
    return t;
}

/* Nothing here throws a shadow: its soft edge would cost more rays than all else. */
static void add(bench *b, scene_shape shape, double yaw, double pitch, double roll)
{
    shape.no_shadow = 1;
    scene_turn(yaw, pitch, roll, shape.R_world_obj);
    scene_group(b->s);
    scene_add(b->s, &shape);
}

static void add_wall(bench *b, double z, double yaw, double pitch, double size_m)
{
    scene_shape wall = { .kind = SCENE_RECT, .c_m = { 0, 0, z }, .half = { 100, 100 } };

    wall.texture = draw_texture(b, size_m);
    add(b, wall, yaw, pitch, 0);
}

/* Seven cards from near to far, spread over the picture in a 3 x 3 grid with two places left empty. */
static void build_cards(bench *b)
{
    static const int places[] = { 4, 0, 5, 7, 2, 3, 8 };
    double turn[3];

    /* One draw a statement: the order of arguments is the compiler's own. */
    turn[1] = draw(b, -0.1, 0.1);
    turn[0] = draw(b, -0.12, 0.12);
    add_wall(b, 4.4, turn[0], turn[1], 0.75);
    for (int i = 0; i < 7; i++) {
        const double z = 2.9 - 0.33 * i, size = 0.16 + 0.045 * z;
        const double across = (places[i] % 3 - 1) * 0.38 + draw(b, -0.1, 0.1);
        const double down = (places[i] / 3 - 1) * 0.27 + draw(b, -0.08, 0.08);
        scene_shape card = { .kind = SCENE_RECT, .c_m = { across * z, down * z, z } };

        card.half[0] = draw(b, 0.6, 1.1) * size;
        card.half[1] = draw(b, 0.7, 1.3) * size;
        card.texture = draw_texture(b, 0.35);
        turn[2] = draw(b, -0.9, 0.9);
        turn[1] = draw(b, -0.4, 0.4);
        turn[0] = draw(b, -0.5, 0.5);
        add(b, card, turn[0], turn[1], turn[2]);
    }
}

/* Floor, ceiling and three walls, and eight boxes, balls and columns before them. */
static void build_room(bench *b)
{
    static const double lo[3] = { -1.9, -1.3, -2 }, hi[3] = { 1.9, 1.2, 3.9 };
    scene_shape shell = { .kind = SCENE_BOX, .half = { 1.9, 1.25, 2.95 }, .c_m = { 0, -0.05, 0.95 } };

    b->lit = 1;
    scene_set_room(b->s, lo, hi);
    shell.texture = draw_texture(b, 0.6);
    add(b, shell, 0, 0, 0);
    for (int i = 0; i < 8; i++) {
        const double z = 3.2 - 0.3 * i, size = 0.14 + 0.06 * z;
        const double across = (i * 3 % 8 - 3.5) / 3.5 * 0.5 + draw(b, -0.08, 0.08);
        scene_shape p = { .kind = i % 4 == 3 ? SCENE_SPHERE : SCENE_BOX };

        p.c_m[0] = across * z;
        p.c_m[1] = (i % 2 ? 1 : -1) * draw(b, 0.08, 0.36) * z;
        p.c_m[2] = z;
        for (int k = 0; k < 3; k++)
            p.half[k] = draw(b, 0.7, 1.3) * size;
        p.texture = draw_texture(b, 0.3);
        add(b, p, draw(b, -0.7, 0.7), 0, 0);
    }
}

static void build_slant(bench *b)
{
    const double side = draw(b, -1, 1) < 0 ? -1 : 1;
    const double pitch = draw(b, -0.1, 0.1), yaw = side * draw(b, 0.90, 0.95), z_m = draw(b, 1.9, 2.1);

    add_wall(b, z_m, yaw, pitch, 1.1);
}

/* Nine poles of 3 to 9 px and three balls before a far wall. */
static void build_thin(bench *b)
{
    double turn[2];

    add_wall(b, 3.4, draw(b, -0.1, 0.1), 0, 0.7);
    for (int i = 0; i < 12; i++) {
        const double z = draw(b, 0.7, 2.1), level = i % 3 == 2;
        const double across = (i % 9 - 4) / 4.0 * 0.5 + draw(b, -0.05, 0.05);
        scene_shape pole = { .kind = i < 9 ? SCENE_CYLINDER : SCENE_SPHERE };

        pole.c_m[0] = across * z;
        pole.c_m[1] = (level ? 0.5 * across : draw(b, -0.2, 0.2)) * z;
        pole.c_m[2] = z;
        pole.half[0] = i < 9 ? draw(b, 0.008, 0.016) : draw(b, 0.02, 0.05);
        pole.half[1] = i % 4 == 1 ? 0.35 : 3;
        pole.texture = draw_texture(b, 0.4);
        turn[1] = draw(b, -0.3, 0.3) + level * PI / 2;
        turn[0] = draw(b, -0.3, 0.3);
        add(b, pole, 0, turn[0], turn[1]);
    }
}

/* Thirteen upright poles one to two pixels wide at 1 m before a wall. */
static void build_poles(bench *b)
{
    add_wall(b, 3, 0, 0, 0.7);
    for (int i = 0; i < 13; i++) {
        scene_shape pole = { .kind = SCENE_CYLINDER, .c_m = { (i - 6) * 0.085, 0, 1 } };

        pole.c_m[0] += draw(b, -0.02, 0.02);
        pole.half[0] = draw(b, 0.0018, 0.0036);
        pole.half[1] = 3;
        pole.texture = draw_texture(b, 0.3);
        add(b, pole, 0, 0, draw(b, -0.1, 0.1));
    }
}

/* Four gratings of slats one behind another, each turned against the last, before a wall. */
static void build_layers(bench *b)
{
    add_wall(b, 5, 0, 0, 0.8);
    for (int layer = 3; layer >= 0; layer--)
        for (int i = -4; i <= 4; i++) {
            const double z = 1 + 0.75 * layer, turn = PI / 4 * layer + 0.2,
                         at = (i + draw(b, -0.1, 0.1)) * 0.22;
            scene_shape slat = { .kind = SCENE_RECT, .c_m = { at * cos(turn) * z, at * sin(turn) * z, z } };

            slat.half[0] = draw(b, 0.025, 0.05) * z;
            slat.half[1] = 1.2 * z;
            slat.texture = draw_texture(b, 0.3);
            add(b, slat, 0, 0, turn);
        }
}

#define BENCH(name, body, ...)                           \
    void scene_build_##name(scene *s, uint32_t seed)     \
    {                                                    \
        bench b = { .s = s, .seed = seed, __VA_ARGS__ }; \
        body(&b);                                        \
    }
BENCH(cards_sharp, build_cards, .sharp = 1, .dark = 0.15, .bright = 0.6, .mottle = 1, .mottle_m = 0.45f)
BENCH(cards_smooth, build_cards, .dark = 0.25, .bright = 0.65, .mottle = 0.5f, .mottle_m = 0.25f)
BENCH(room_sharp, build_room, .sharp = 1, .dark = 0.35, .bright = 1.4, .mottle = 0.9f, .mottle_m = 0.4f)
BENCH(room_smooth, build_room, .dark = 0.6, .bright = 1.4, .scale = 1.7, .mottle = 0.97f, .mottle_m = 0.145f)
BENCH(slant_sharp, build_slant, .sharp = 1, .dark = 0.14, .bright = 0.65, .mottle = 0.9f, .mottle_m = 0.4f)
BENCH(thin_smooth, build_thin, .dark = 0.05, .bright = 0.95, .mottle = 0.9f, .mottle_m = 0.45f)
BENCH(poles, build_poles, .sharp = 1, .dark = 0.15, .bright = 0.6, .mottle = 1, .mottle_m = 0.45f)
BENCH(layers, build_layers, .sharp = 1, .dark = 0.15, .bright = 0.6, .mottle = 1, .mottle_m = 0.45f)
