/*
 * gen/dataset.h - a dataset in the making: what its parts in gen/ share.  Internal to gen/.
 *
 *   options.c         what may be asked for                  describe*.c  JSON of the dataset and of a tuple
 *   dataset.c         opening the inputs                     marker.c     what of a shard is finished
 *   back_end.c        what blurs: the processor or a device
 *   dataset_motion.c  of them, the motion                    member.c     names of folders and files
 *   notice.c          what was assumed of them               manifest.c   whose the folder is; what spans it
 *   plan.c            frames, splits, checksums              spread.c     how blurred its tuples are
 *   motion.c, wanted.c, sequence.c  the exposure of a sample
 *   tuple.c, kernel_noisy.c         one sample: frame, motion, blur, files
 *   pipeline*.c                     the samples, by many threads
 */
#ifndef BS_DATASET_H
#define BS_DATASET_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "gen/blursynth.h"
#include "gen/bytes.h"
#include "gen/camera_file.h"
#include "gen/checksum.h"
#include "gen/encode.h"
#include "gen/motion.h"
#include "gen/output.h"
#include "gen/source.h"
#include "imu/noise.h"

/* A frame that the plan uses. */
typedef struct bs_used {
    size_t frame;        /* index in the source */
    uint32_t trajectory; /* index in the source */
} bs_used;

typedef struct bs_skip_note {
    char *input, *reason; /* owned */
} bs_skip_note;

struct bs_dataset {
    bs_dataset_options opt;     /* its strings are copies, owned */
    bs_camera_file camera_file; /* {0} without one */
    bs_imu_noise imu_noise;     /* of opt.imu_noise */
    bs_source *source;
    bs_trace *trace; /* recorded; or, of made motion, an example: sample 0, of the longest exposure */
    int has_shake;
    bs_shake shake;   /* where motion is made: opt.poses is its text with all keys */
    bs_used *used;    /* [plan.n_frames_used] in generation order; owned */
    int8_t *split_of; /* [n_trajectories] index into opt.splits; owned */
    bs_dataset_plan plan;
    char notice[2048];   /* of the plan */
    bs_cuda *cuda;       /* what blurs; NULL: the processor */
    int owns_cuda;       /* 0: borrowed */
    char backend_why[BS_ERR_TEXT]; /* of the plan */
    bs_skip_note *skips; /* from discovery, then from reading; owned */
    size_t n_skips, skips_capacity;
    bs_sha256 inputs; /* of frame names and trace: what the dataset was made from */
    bs_sha256 config; /* of the text of dataset.json without counts and limit */
};

/* Sample 'key' of the plan: its frame and its split (-1 for none). */
static inline const bs_used *bs_dataset_used(const bs_dataset *ds, int64_t key)
{
    return &ds->used[key / (ds->opt.samples_per_frame * ds->opt.frames_per_sequence)];
}

static inline int bs_dataset_split(const bs_dataset *ds, int64_t key)
{
    return ds->opt.n_splits ? ds->split_of[bs_dataset_used(ds, key)->trajectory] : -1;
}

/* options.c: BS_EINVAL or BS_ENODEV, naming the option as on the command line. */
int bs_dataset_check(const bs_dataset_options *opt, bs_err *err);

/* The same for the shutter in force, which a camera file may have said: BS_EINVAL. */
int bs_dataset_check_shutter(const bs_dataset_options *opt, bs_err *err);

/* plan.c: used frames, splits, counts and checksums, from an open source and trace.  BS_EINVAL, BS_ENOMEM. */
int bs_plan_make(bs_dataset *ds, bs_err *err);

/* dataset.c: whether the user said what the lens is. */
int bs_dataset_own_camera(const bs_dataset *ds);

/* dataset.c: copies a string that the caller only lent; NULL stays NULL. */
int bs_dataset_own_text(const char *lent, const char **owned, bs_err *err);

/* dataset_motion.c: the trace, or an example of made motion, and whether it can hold the exposures asked
 * for. */
int bs_dataset_open_motion(bs_dataset *ds, bs_err *err);

/* dataset_motion.c: whether the trace can hold the longest captures of the source's camera, and a sequence of
 * them; or motion that long be made. */
int bs_dataset_check_motion(const bs_dataset *ds, bs_err *err);

/* back_end.c: what blurs the images of the plan.  BS_ENODEV if a device was asked for, and none can be used. */
int bs_dataset_open_back_end(bs_dataset *ds, bs_err *err);

/* notice.c: what was assumed and may be wrong, a sentence a line, into the plan. */
void bs_dataset_write_notice(bs_dataset *ds);

/* dataset.c: remembers an input that cannot be used; both texts are copied. */
int bs_dataset_note_skip(bs_dataset *ds, const char *input, const char *reason, bs_err *err);

/* ---- tuple.c
 * -------------------------------------------------------------------------------------------- */

/* The members of a tuple in the order of their folders; bit i of the emit mask. */
enum {
    BS_MEMBER_BLUR,
    BS_MEMBER_SHARP,
    BS_MEMBER_KERNEL,
    BS_MEMBER_DEPTH,
    BS_MEMBER_MASK,
    BS_MEMBER_META,
    BS_MEMBER_KERNEL_NOISY,
    BS_MEMBERS
};

/* Folder of a member ("blur") and extension of its files ("png"). */
const char *bs_member_folder(int member);
const char *bs_member_extension(const bs_dataset *ds, int member);

/* "[SPLIT/]blur/00000042.png" */
void bs_member_path(const bs_dataset *ds, int64_t key, int member, char *out, size_t n);

/* A finished tuple: the bytes of its files. */
typedef struct bs_files {
    bs_bytes member[BS_MEMBERS];   /* empty where not emitted */
    const float *more[BS_MEMBERS]; /* what follows that, as it lies in memory; borrowed; NULL: nothing */
    size_t n_more[BS_MEMBERS];     /* bytes */
    bs_sha256 sum[BS_MEMBERS];
    size_t of_frame[BS_MEMBERS]; /* the frame that the file is of and of nothing else; SIZE_MAX: none */
} bs_files;

/* A tuple's kernel as an IMU with errors tells it. */
typedef struct bs_noisy {
    bs_imu_draw draw;        /* the errors */
    float *kernel;           /* [h][w][2] px; owned, as below */
    double mean_px, max_px;  /* how far it is from the exact one, over the frame */
    bs_imu_drift drift;      /* the rest is scratch */
    bs_pose *T_anchor_first; /* [2][lines] at start and end of each line's exposure */
    size_t px_fit, lines_fit;
} bs_noisy;

/* One thread's memory for making tuples. */
typedef struct bs_worker {
    bs_synth *synth;
    bs_hasher *hasher[BS_MEMBERS]; /* members may be made by several threads */
    bs_png_scratch png[BS_MEMBERS];
    bs_motion motion;
    bs_frame frame; /* the last one read */
    bs_frame_scratch scratch;
    size_t frame_index;    /* which it is; SIZE_MAX: none */
    double inv_lo, inv_hi; /* range of its known inverse depth, 1/m */
    bs_depth_grid grid;    /* of its depth, if a blur is wanted */
    bs_files files;
    bs_tuple tuple; /* the last one made: borrowed from 'synth' */
    bs_noisy noisy; /* of the last one, if it is emitted */
    bs_bytes line;  /* its line of metadata.jsonl */
} bs_worker;

int bs_worker_create(const bs_dataset *ds, bs_worker *w, bs_err *err);
void bs_worker_free(bs_worker *w);

/*
 * Makes sample 'key': files, checksums and metadata line, in '*w'.  BS_EIO, BS_EFORMAT: its frame cannot
 * be used; anything else is no fault of the frame's.
 */
int bs_tuple_make(const bs_dataset *ds, int64_t key, int threads, bs_worker *w, bs_err *err);

/* kernel_noisy.c: the noisy kernel of the worker's tuple, from its motion.  BS_ENOMEM. */
int bs_noisy_make(const bs_dataset *ds, int64_t key, int threads, bs_worker *w, bs_err *err);
void bs_noisy_free(bs_noisy *n);

/* ---- describe.c, describe_tuple.c
 * ----------------------------------------------------------------------------------------- */

/*
 * dataset.json: version, options in force, camera, inputs; and, with 'sum', counts.  No times, hosts or
 * paths. Without 'sum' and without the limit, which changes no byte of a tuple, it is the text whose
 * checksum is the configuration.
 */
int bs_describe_dataset(const bs_dataset *ds, const bs_dataset_summary *sum, int with_limit, bs_bytes *out,
                        bs_err *err);

/* meta/KEY.json of the worker's tuple. */
int bs_describe_tuple(const bs_dataset *ds, int64_t key, const bs_worker *w, bs_bytes *out, bs_err *err);

/* The tuple's line of metadata.jsonl, newline included. */
int bs_describe_line(const bs_dataset *ds, int64_t key, const bs_worker *w, bs_bytes *out, bs_err *err);

/* A line {"input": ..., "reason": ..., "tuples": n} of skipped.jsonl. */
int bs_describe_skip(const char *input, const char *reason, int64_t tuples, bs_bytes *out, bs_err *err);

/* ---- manifest.c, marker.c
 * ------------------------------------------------------------------------------- */

/* Looks at the output without touching it: BS_ECONFIG as bs_manifest_claim(). */
int bs_manifest_check(const bs_dataset *ds, bs_err *err);

/*
 * Takes possession of the output: BS_ECONFIG if it holds another dataset (naming what differs) or something
 * else; with 'overwrite' an old dataset is removed first.
 */
int bs_manifest_claim(bs_dataset *ds, bs_output **out, bs_err *err);

/*
 * Calls 'keep' with key and line, newline included, of each tuple of shard 'shard' that earlier runs have
 * made and that is whole on disk.  '*marked': whether the shard's commit marker is there and sound, and
 * not only what an interrupted run left.
 */
int bs_manifest_take(const bs_dataset *ds, const bs_output *o, int64_t shard,
                     int (*keep)(void *user, int64_t key, const char *line, size_t n), void *user,
                     int *marked, bs_err *err);

/* Writes the commit marker: 'lines' are the shard's metadata lines and skip lines, in order of key. */
int bs_manifest_commit(const bs_dataset *ds, bs_output *o, int64_t shard, const bs_bytes *lines, int64_t made,
                       int64_t lost, bs_err *err);

/* A run that ends inside a shard leaves the metadata lines of what it made of it, and no marker. */
int bs_manifest_leave_part(const bs_dataset *ds, bs_output *o, int64_t shard, const bs_bytes *lines,
                           int64_t made, bs_err *err);

/*
 * Calls 'take' for each line of a marker, parsed and as it stands with its newline ('n' bytes), until it
 * returns 0. The first line is the marker's head.  Returns 0 if it was stopped, or a line was no JSON.
 */
int bs_marker_each_line(const bs_bytes *text,
                        int (*take)(void *user, const cJSON *line, const char *raw, size_t n), void *user);

/* "__meta__/000042.jsonl" */
void bs_marker_path(int64_t shard, char *out, size_t n);

/* Members of a JSON object: "" and -1 where they are missing. */
const char *bs_json_text(const cJSON *o, const char *name);
int64_t bs_json_int(const cJSON *o, const char *name);

/* Writes the dataset-wide files from the markers: metadata.jsonl, skipped.jsonl, dataset.json with counts. */
int bs_manifest_finish(const bs_dataset *ds, bs_output *o, const bs_dataset_summary *sum, bs_err *err);

#endif /* BS_DATASET_H */
