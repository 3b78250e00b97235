/* tests/team_layers_lanes.h - tests/team_layers.h for BS_LANES lanes: 'run_team', included once a size. */
#include "tests/lanes.h"

#include "tests/team_layers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inpaint/build_px.h"

typedef struct job {
    const team_frame *f;
    const bs_scene *room; /* as given */
    const bs_layers *out;
    struct {
        bs_scene room;
        bs_layers out;
        int rc;
    } got[BS_LANES]; /* by each lane */
} job;

static void build(void *user)
{
    job *j = (job *)user;
    const team_frame *f = j->f;
    bs_scene s = *j->room;
    bs_layers l = *j->out;
    const int rc = bs_layers_build_team(&s, f->rgb, f->inv_depth, f->measured, f->parallax_px_m, f->reach,
                                        f->method, &l);

    j->got[bs_lane()].room = s;
    j->got[bs_lane()].out = l;
    j->got[bs_lane()].rc = rc;
}

static int run_team(const team_frame *f, lanes_order order, bs_scene *room, bs_layers *out)
{
    job *j = (job *)calloc(1, sizeof *j);
    int rc;

    if (!j)
        abort();
    j->f = f;
    j->room = room;
    j->out = out;
    lanes_run(BS_LANES, order, build, j);
    for (int i = 1; i < BS_LANES; i++)
        if (j->got[i].rc != j->got[0].rc || j->got[i].room.n_spots != j->got[0].room.n_spots ||
            j->got[i].room.wanted != j->got[0].room.wanted ||
            j->got[i].out.light[1] != j->got[0].out.light[1] ||
            memcmp(&j->got[i].out.inv_lo, &j->got[0].out.inv_lo, sizeof(float)) ||
            memcmp(&j->got[i].out.inv_hi, &j->got[0].out.inv_hi, sizeof(float))) {
            fprintf(stderr, "lane %d ends with code %d and %d spots, lane 0 with %d and %d\n", i,
                    j->got[i].rc, j->got[i].room.n_spots, j->got[0].rc, j->got[0].room.n_spots);
            abort();
        }
    rc = j->got[0].rc;
    *room = j->got[0].room;
    *out = j->got[0].out;
    free(j);
    return rc;
}
