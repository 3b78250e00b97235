#include "tests/cuda_words.h"

#define BS_LANES 256
#include "cuda/block_team.h"
#include "tests/team_layers_lanes.h"

int team_layers_block(const team_frame *f, lanes_order order, bs_scene *room, bs_layers *out)
{
    return run_team(f, order, room, out);
}
