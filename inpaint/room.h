/*
 * inpaint/room.h - memory for building the layers of a frame by bs_layers_build_team() (inpaint/build_px.h), wherever
 * it is: nothing is read or written here.
 */
#ifndef BS_ROOM_H
#define BS_ROOM_H

#include <stddef.h>

#include "inpaint/scene_px.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many spots nearly all frames of a size get along with: half of their pixels.  Thin things all over a small frame
 * have a spot for a quarter of them, a room for a twentieth or a tenth. */
int bs_room_spots(int width, int height);

/* Bytes for a frame size, of sides up to BS_MAX_SIDE, and 'spots' spots, 1 to INT_MAX / 8: any frame of n pixels gets
 * along with 2 n + 1. */
size_t bs_room_bytes(int width, int height, int spots);

/* A scene in so many bytes, which start at a multiple of 16 and may be another machine's; their values are anything,
 * now and for every frame. */
bs_scene bs_room_place(int width, int height, int spots, void *memory);

#ifdef __cplusplus
}
#endif

#endif /* BS_ROOM_H */
