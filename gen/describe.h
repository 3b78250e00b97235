/*
 * gen/describe.h - the parts of which the descriptions of datasets and tuples are made.  Internal to gen/.
 *
 *   describe.c        a dataset                    describe_motion.c  exposure, poses, shutter
 *   describe_tuple.c  a tuple
 *
 * What each adds to the object 'o' is told in docs/dataset.md.
 */
#ifndef BS_DESCRIBE_H
#define BS_DESCRIBE_H

#include <cjson/cJSON.h>

#include "gen/dataset.h"

/* The words of the command line, by enum. */
extern const char *const bs_source_names[], *const bs_zero_names[], *const bs_cleanup_names[];

void bs_describe_camera(cJSON *o, const bs_camera *cam);
void bs_describe_noise(cJSON *o, double peak);

/* How the moving camera's view is found, filled and sampled. */
void bs_describe_method(cJSON *o, const bs_dataset *ds);
void bs_describe_response(cJSON *o, const bs_dataset *ds);

/* Every option of motion that a byte depends on, under its name on the command line. */
void bs_describe_motion_options(cJSON *o, const bs_dataset *ds);

/* The noisy kernel: the model among the options, what was drawn in a tuple; nothing where there is none. */
void bs_describe_imu_model(cJSON *o, const bs_dataset *ds);
void bs_describe_imu_draw(cJSON *root, const bs_dataset *ds, const bs_worker *w);

void bs_describe_exposure(cJSON *root, const bs_dataset *ds, const bs_motion *m);
/* How motion was made; nothing if it was recorded. */
void bs_describe_choice(cJSON *root, const bs_dataset *ds, const bs_motion *m);
/* Nothing for a sequence of one. */
void bs_describe_sequence(cJSON *root, const bs_dataset *ds, int64_t key, const bs_motion *m);
void bs_describe_poses(cJSON *root, const bs_motion *m);

#endif /* BS_DESCRIBE_H */
