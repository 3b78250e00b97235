#include "tests/scene_parts.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define PI 3.14159265358979323846

void scene_turn(double yaw, double pitch, double roll, double R[9])
{
    const double a = cos(yaw), b = sin(yaw), c = cos(pitch), d = sin(pitch), e = cos(roll), f = sin(roll);

    R[0] = a * e + b * d * f;
    R[1] = -a * f + b * d * e;
    R[2] = b * c;
    R[3] = c * f;
    R[4] = c * e;
    R[5] = -d;
    R[6] = -b * e + a * d * f;
    R[7] = b * f + a * d * e;
    R[8] = a * c;
}

static double draw(uint32_t seed, uint32_t *count, double lo, double hi)
{
    return lo + (hi - lo) * scene_hash01(seed, (*count)++, 77, 0);
}

/* Warm, cool and natural pairs that stand apart in brightness as well as in hue. */
static scene_texture some_texture(uint32_t seed, uint32_t *count)
{
    static const float colours[][2][3] = {
        { { 0.52f, 0.11f, 0.06f }, { 0.80f, 0.62f, 0.36f } },
        { { 0.05f, 0.16f, 0.34f }, { 0.62f, 0.72f, 0.74f } },
        { { 0.10f, 0.26f, 0.08f }, { 0.74f, 0.74f, 0.30f } },
        { { 0.70f, 0.34f, 0.05f }, { 0.20f, 0.06f, 0.05f } },
        { { 0.62f, 0.56f, 0.46f }, { 0.10f, 0.09f, 0.09f } },
        { { 0.04f, 0.28f, 0.28f }, { 0.85f, 0.55f, 0.42f } },
    };
    static const scene_pattern patterns[] = { SCENE_CHECKER, SCENE_BRICK, SCENE_CLOUD, SCENE_DOT,
                                              SCENE_STRIPE };
    const int k = (int)draw(seed, count, 0, 5.999), p = (int)draw(seed, count, 0, 4.999);
    scene_texture t = { .pattern = patterns[p], .size_m = draw(seed, count, 0.10, 0.18), .mottle = 0.45f };

    memcpy(t.a, colours[k][0], sizeof t.a);
    memcpy(t.b, colours[k][1], sizeof t.b);
    t.seed = seed * 131 + *count;
    return t;
}

/* A rectangle so wide that no view ends, turned by 'yaw'. */
static void add_wall(scene *s, double z, double yaw, scene_texture t)
{
    scene_shape wall = {
        .kind = SCENE_RECT, .c_m = { 0, 0, z }, .half = { 100, 100 }, .texture = t, .no_shadow = 1
    };

    scene_turn(yaw, 0, 0, wall.R_world_obj);
    scene_group(s);
    scene_add(s, &wall);
}

static scene_texture wall_texture(scene_pattern p, double size_m, uint32_t seed)
{
    return (scene_texture){ .pattern = p,
                            .size_m = size_m,
                            .a = { 0.45f, 0.36f, 0.24f },
                            .b = { 0.16f, 0.22f, 0.28f },
                            .mottle = 0.6f,
                            .seed = seed };
}

static void build_empty(scene *s, uint32_t seed)
{
    (void)s;
    (void)seed;
}

static void build_wall(scene *s, uint32_t seed)
{
    add_wall(s, 2, 0, wall_texture(SCENE_CHECKER, 0.25, seed));
}

static void build_plane(scene *s, uint32_t seed)
{
    add_wall(s, 2.5, 40 * PI / 180, wall_texture(SCENE_BRICK, 0.42, seed));
}

static void build_step(scene *s, uint32_t seed)
{
    uint32_t count = 0;
    scene_shape card = { .kind = SCENE_RECT, .c_m = { -50, 0, 2 }, .half = { 50, 100 } };

    add_wall(s, 4, 0, wall_texture(SCENE_CLOUD, 0.5, seed));
    card.texture = some_texture(seed, &count);
    scene_turn(0, 0, 0, card.R_world_obj);
    scene_group(s);
    scene_add(s, &card);
}

static void build_cards(scene *s, uint32_t seed)
{
    uint32_t count = 0;

    add_wall(s, 3.6, 0, wall_texture(SCENE_CHECKER, 0.3, seed));
    for (int i = 0; i < 12; i++) {
        const double z = 3.1 - 0.15 * i;
        const double across = draw(seed, &count, -0.6, 0.6), down = draw(seed, &count, -0.45, 0.45);
        const double yaw = draw(seed, &count, -0.6, 0.6), pitch = draw(seed, &count, -0.4, 0.4);
        scene_shape card = { .kind = SCENE_RECT, .c_m = { across * z, down * z, z } };

        card.half[0] = draw(seed, &count, 0.14, 0.30);
        card.half[1] = draw(seed, &count, 0.14, 0.34);
        card.texture = some_texture(seed, &count);
        scene_turn(yaw, pitch, draw(seed, &count, -0.9, 0.9), card.R_world_obj);
        scene_group(s);
        scene_add(s, &card);
    }
}

static void build_thin(scene *s, uint32_t seed)
{
    uint32_t count = 0;

    add_wall(s, 3.2, 0, wall_texture(SCENE_CLOUD, 0.6, seed));
    for (int i = 0; i < 14; i++) {
        const double z = draw(seed, &count, 1.2, 2.6), pitch = draw(seed, &count, -0.3, 0.3);
        const double across = (i % 12 - 5.5) / 11 + draw(seed, &count, -0.04, 0.04);
        scene_shape pole = { .kind = i < 12 ? SCENE_CYLINDER : SCENE_SPHERE };

        pole.c_m[0] = across * z;
        pole.c_m[1] = draw(seed, &count, -0.2, 0.2) * z;
        pole.c_m[2] = z;
        pole.half[0] = i < 12 ? draw(seed, &count, 0.006, 0.020) : draw(seed, &count, 0.07, 0.12);
        pole.half[1] = i % 3 ? 3 : 0.35;
        pole.texture = some_texture(seed, &count);
        scene_turn(0, pitch, draw(seed, &count, -0.5, 0.5) + (i % 4 == 3 ? PI / 2 : 0), pole.R_world_obj);
        scene_group(s);
        scene_add(s, &pole);
    }
}

static const struct {
    const char *name;
    scene_builder *build;
} builders[] = {
    { "room", scene_build_room },
    { "cards", build_cards },
    { "thin", build_thin },
    { "plane", build_plane },
    { "step", build_step },
    { "wall", build_wall },
    { "empty", build_empty },
    { "cards_sharp", scene_build_cards_sharp },
    { "cards_smooth", scene_build_cards_smooth },
    { "room_sharp", scene_build_room_sharp },
    { "room_smooth", scene_build_room_smooth },
    { "slant_sharp", scene_build_slant_sharp },
    { "thin_smooth", scene_build_thin_smooth },
    { "poles", scene_build_poles },
    { "layers", scene_build_layers },
};

scene_builder *scene_builder_find(const char *name)
{
    for (size_t i = 0; i < sizeof builders / sizeof *builders; i++)
        if (strcmp(name, builders[i].name) == 0)
            return builders[i].build;
    return NULL;
}

const char *scene_names(void)
{
    return "room, cards, thin, plane, step, wall, empty, cards_sharp, cards_smooth, room_sharp, room_smooth, "
           "slant_sharp, thin_smooth, poles, layers";
}
