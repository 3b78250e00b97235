#define BS_LANES 32
#include "tests/team_layers_lanes.h"

int team_layers_nvcc(const team_frame *f, lanes_order order, bs_scene *room, bs_layers *out)
{
    return run_team(f, order, room, out);
}
