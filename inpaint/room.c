#include "inpaint/room.h"

int bs_room_spots(int width, int height)
{
    return (int)((size_t)width * (size_t)height / 2 + 256);
}

size_t bs_room_bytes(int width, int height, int spots)
{
    const bs_scene s = bs_room_place(width, height, spots, NULL);
    const size_t of_pixel = sizeof *s.inv + sizeof *s.slot + sizeof *s.role + 2 * sizeof *s.tears;

    return (size_t)spots * (sizeof *s.spots + sizeof *s.told) + bs_plane_size(&s) * of_pixel;
}

bs_scene bs_room_place(int width, int height, int spots, void *memory)
{
    bs_scene s = { .width = width, .height = height, .capacity = spots };
    size_t n;

    s.stride = bs_stride_of(width);
    n = bs_plane_size(&s);
    if (!memory)
        return s;
    s.spots = memory;
    s.told = (void *)(s.spots + spots);
    s.inv = (void *)(s.told + spots);
    s.slot = (void *)(s.inv + n);
    s.role = (void *)(s.slot + n);
    s.tears = s.role + n;
    s.tears_other = s.tears + n;
    return s;
}
