/* tests/team_blur_lanes.h - tests/team_blur.h by whatever the team is made of: 'run_teams', included behind that. */
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
    job *j = (job *)user;

    bs_team_blur_tile(j->item, j->tile, &j->room, &j->store);
}

static void run_teams(const bs_blur_item *item, lanes_order order)
{
    const int n = bs_tiles_along(item->layers.width) * bs_tiles_along(item->layers.height);
    job *j = (job *)malloc(sizeof *j);

    if (!j)
        abort();
    memset((void *)j, 0xa5, sizeof *j); /* what a device's memory holds is anything */
    j->item = item;
    for (j->tile = 0; j->tile < n; j->tile++)
        lanes_run(BS_LANES, order, blur_tile, j);
    free(j);
}
