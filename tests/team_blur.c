#define BS_LANES 32
#include "tests/lanes.h"

#include "tests/team_blur.h"

#include <stdlib.h>
#include <string.h>

#include "cuda/tile_team.h"

typedef struct job {
    const bs_blur_item *item;
    int tile;
    bs_tile_room room;
    bs_tile_store store;
} job;

static void blur_tile(void *user)
{
    job *j = user;

    bs_team_blur_tile(j->item, j->tile, &j->room, &j->store);
}

void team_blur(const bs_blur_item *item, lanes_order order)
{
    const int n = bs_tiles_along(item->layers.width) * bs_tiles_along(item->layers.height);
    job *j = malloc(sizeof *j);

    if (!j)
        abort();
    memset(j, 0xa5, sizeof *j); /* what a device's memory holds is anything */
    j->item = item;
    for (j->tile = 0; j->tile < n; j->tile++)
        lanes_run(BS_LANES, order, blur_tile, j);
    free(j);
}
