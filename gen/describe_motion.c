/* What a dataset and its tuples say about motion and exposure, as JSON. */
#include "gen/describe.h"
#include "gen/json_add.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const anchor_names[] = { "middle", "start", "end" };
static const char *const placement_names[] = { "midpoint", "endpoints" };
static const char *const velocity_names[] = { "zero-mean", "rest", "poses" };

/* How the trace was made into the camera's motion: nothing for a trace of the camera's own poses. */
static void add_trace_options(cJSON *o, const bs_dataset *ds)
{
    const bs_camera_file *f = &ds->camera_file;

    if (ds->plan.trace->kind == BS_TRACE_IMU)
        cJSON_AddStringToObject(o, "velocity", velocity_names[ds->opt.velocity]);
    if (ds->opt.has_gyro_bias)
        cJSON_AddItemToObject(o, "gyro-bias", cJSON_CreateDoubleArray(ds->opt.gyro_bias_rad_s, 3));
    if (f->has_mount)
        bs_json_add_pose(o, "T_imu_cam", &f->T_imu_cam);
    if (f->time_shift_ns)
        bs_json_add_seconds(o, "time_shift_s", f->time_shift_ns);
}

/* As on the command line, with its defaults. */
static void add_shutter_option(cJSON *o, const bs_dataset_options *p)
{
    char text[64] = "global";

    if (p->shutter != BS_SHUTTER_GLOBAL)
        snprintf(text, sizeof text, "rolling:%" PRId64 ".%09" PRId64 ":%s", p->readout_ns / 1000000000,
                 p->readout_ns % 1000000000, bs_shutter_direction(p->shutter));
    cJSON_AddStringToObject(o, "shutter", text);
}

void bs_describe_motion_options(cJSON *o, const bs_dataset *ds)
{
    const bs_dataset_options *p = &ds->opt;
    cJSON *range;

    if (ds->has_shake)
        cJSON_AddStringToObject(o, "poses", p->poses);
    if (p->blur_max_px > 0) {
        range = cJSON_AddObjectToObject(o, "blur");
        cJSON_AddNumberToObject(range, "min", p->blur_min_px);
        cJSON_AddNumberToObject(range, "max", p->blur_max_px);
    }
    range = cJSON_AddObjectToObject(o, "exposure");
    bs_json_add_seconds(range, "min", p->exposure_min_ns);
    bs_json_add_seconds(range, "max", p->exposure_max_ns);
    if (p->has_start)
        bs_json_add_seconds(o, "start", p->start_ns);
    cJSON_AddStringToObject(o, "anchor", anchor_names[p->anchor]);
    if (p->n_poses)
        cJSON_AddNumberToObject(o, "poses-per-exposure", p->n_poses);
    else
        cJSON_AddStringToObject(o, "poses-per-exposure", "auto");
    cJSON_AddNumberToObject(o, "max-step", p->max_step_px);
    cJSON_AddStringToObject(o, "pose-placement", placement_names[p->placement]);
    if (!ds->has_shake)
        bs_json_add_seconds(o, "max-gap", ds->plan.trace->max_gap_ns);
    if (p->frames_per_sequence > 1) {
        bs_json_add_int(o, "frames-per-sequence", p->frames_per_sequence);
        bs_json_add_seconds(o, "frame-interval", p->frame_interval_ns);
    }
    if (!ds->has_shake)
        add_trace_options(o, ds);
    add_shutter_option(o, p);
}

/* The line whose poses are told: the middle one. */
static int told_line(const bs_motion *m)
{
    return m->lines / 2;
}

void bs_describe_choice(cJSON *root, const bs_dataset *ds, const bs_motion *m)
{
    cJSON *made;

    if (!ds->has_shake)
        return;
    made = cJSON_AddObjectToObject(root, "motion");
    cJSON_AddStringToObject(made, "made_by", ds->opt.poses);
    cJSON_AddNumberToObject(made, "scale", m->scale);
    bs_json_add_uint(made, "attempt", m->attempt);
    if (ds->shake.kind == BS_SHAKE_WALK) {
        bs_json_add_rounded(made, "jitter", m->path.drawn.jitter);
        bs_json_add_rounded(made, "pull", m->path.drawn.pull);
        bs_json_add_rounded(made, "impulses", m->path.drawn.impulses);
    } else if (ds->shake.kind == BS_SHAKE_SPLINE) {
        bs_json_add_int(made, "order", m->path.drawn.order);
    }
}

void bs_describe_sequence(cJSON *root, const bs_dataset *ds, int64_t key, const bs_motion *m)
{
    cJSON *s;

    if (ds->opt.frames_per_sequence == 1)
        return;
    s = cJSON_AddObjectToObject(root, "sequence");
    bs_json_add_int(s, "id", bs_sequence_of(&ds->opt, key));
    bs_json_add_int(s, "index", bs_sequence_index(&ds->opt, key));
    bs_json_add_int(s, "frames", ds->opt.frames_per_sequence);
    bs_json_add_seconds(s, "interval_s", ds->opt.frame_interval_ns);
    bs_json_add_pose(s, "T_frame_anchor", &m->sequence.T_frame_anchor);
}

void bs_describe_poses(cJSON *root, const bs_motion *m)
{
    cJSON *poses = cJSON_AddArrayToObject(root, "poses");
    const int line = told_line(m);

    for (int i = 0; i < m->n; i++) {
        cJSON *p = cJSON_CreateObject();

        bs_json_add_int(p, "t_ns", m->t_ns[i] + m->delay_ns[line]);
        bs_json_add_number(p, "weight", 1.0 / m->n);
        bs_json_add_pose(p, "T_anchor_cam", &m->T_anchor_cam[(size_t)i * (size_t)m->lines + (size_t)line]);
        cJSON_AddItemToArray(poses, p);
    }
}

/* What tells every line's exposure, and the motion over all of them. */
static void add_rolling(cJSON *e, const bs_motion *m)
{
    cJSON *o = cJSON_AddObjectToObject(e, "rolling"), *track;

    bs_json_add_seconds(o, "readout_s", m->readout_ns);
    cJSON_AddStringToObject(o, "direction", bs_shutter_direction(m->shutter));
    cJSON_AddNumberToObject(o, "lines", m->lines);
    cJSON_AddNumberToObject(o, "line_time_s", 1e-9 * (double)m->readout_ns / m->lines);
    bs_json_add_int(o, "first_line_start_ns", m->exposure.start_ns);
    bs_json_add_int(o, "last_line_start_ns",
                    m->exposure.start_ns + bs_shutter_delay_ns(m->readout_ns, m->lines, m->lines - 1));
    bs_json_add_int(o, "anchor_ns", m->anchor_ns);
    cJSON_AddNumberToObject(o, "poses_line", told_line(m));
    track = cJSON_AddArrayToObject(o, "track");
    for (int i = 0; i < m->n_track; i++) {
        cJSON *p = cJSON_CreateObject();

        bs_json_add_int(p, "t_ns", m->track_ns[i]);
        bs_json_add_pose(p, "T_anchor_cam", &m->T_anchor_track[i]);
        cJSON_AddItemToArray(track, p);
    }
}

void bs_describe_exposure(cJSON *root, const bs_dataset *ds, const bs_motion *m)
{
    cJSON *e = cJSON_AddObjectToObject(root, "exposure");
    const int is_rolling = m->shutter != BS_SHUTTER_GLOBAL;

    bs_json_add_seconds(e, "length_s", m->exposure.length_ns);
    bs_json_add_seconds(e, "start_s", m->exposure.start_ns - ds->plan.trace->origin_ns);
    bs_json_add_int(e, "start_ns", m->capture.start_ns);
    bs_json_add_int(e, "end_ns", m->capture.start_ns + m->capture.length_ns);
    cJSON_AddStringToObject(e, "anchor", anchor_names[ds->opt.anchor]);
    bs_json_add_int(e, "anchor_ns", m->anchor_ns);
    cJSON_AddStringToObject(e, "shutter", is_rolling ? "rolling" : "global");
    cJSON_AddStringToObject(e, "pose_placement", placement_names[ds->opt.placement]);
    bs_json_add_pose(e, "T_world_anchor", &m->T_world_anchor);
    bs_json_add_pose(e, "T_anchor_first", &m->T_anchor_first[told_line(m)]);
    bs_json_add_pose(e, "T_anchor_last", &m->T_anchor_last[told_line(m)]);
    if (is_rolling)
        add_rolling(e, m);
}
