#define BS_LANES 32
#include "tests/lanes.h"

#include "tests/team_blur.h"

#include "tests/team_blur_lanes.h"

void team_blur(const bs_blur_item *item, lanes_order order)
{
    run_teams(item, order);
}
