#include "tests/cuda_words.h"

#include "cuda/warp_team.h"
#include "tests/team_blur.h"

#include "tests/team_blur_lanes.h"

void team_blur_warp(const bs_blur_item *item, lanes_order order)
{
    run_teams(item, order);
}
