/*
 * gen/source.h - where sharp RGB-D frames come from.
 *
 * A source is a list of trajectories, each a list of frames in numeric (or time) order, found once when the
 * source is opened; frames are read one at a time, by any number of threads at once.
 */
#ifndef BS_SOURCE_H
#define BS_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "gen/blursynth.h"
#include "gen/bytes.h"
#include "homography/camera.h"
#include "homography/image.h"

typedef struct bs_source_options {
    bs_source_kind kind;
    const char *dir;          /* borrowed for the call */
    double depth_scale;       /* depth units per metre, RGBD only, 1e-6 to 1e9 (0: default 1000) */
    bs_depth_kind depth_kind; /* RGBD only (default z) */
    bs_depth_zero depth_zero; /* (default: far for SceneNet, else unknown) */
    int has_camera;           /* 0: built in for SceneNet, guessed for the others */
    bs_camera camera; /* width = 0: intrinsics of the first frame's size; else scaled from this size */
} bs_source_options;

typedef struct bs_trajectory {
    const char *name;   /* relative to the source's folder: "0/223", "train/3/17"; "." for TUM and RGBD */
    size_t first_frame; /* index of its first frame */
    size_t n_frames;    /* > 0 */
} bs_trajectory;

/* An input that was found and cannot be used. */
typedef struct bs_skip {
    const char *input;  /* relative to the source's folder, byte for byte as it is on disk or in a list */
    const char *reason; /* one sentence without control characters */
} bs_skip;

/* One frame as the blur sees it.  Owned by the caller: bs_frame_destroy(). */
typedef struct bs_frame {
    bs_rgb8 rgb;      /* decoded photo, bit for bit */
    bs_plane depth_m; /* z-depth, metres, 1 channel: > 0; INFINITY = infinitely far; NaN = unknown */
    bs_camera camera; /* of this frame's size */
} bs_frame;

/* What reading a frame takes beside it, kept from one to the next.  {0} is empty. */
typedef struct bs_frame_scratch {
    bs_bytes file;
    bs_gray16 units; /* depth as the file has it */
} bs_frame_scratch;

typedef struct bs_source bs_source;

/*
 * bs_source_open() finds every trajectory and frame below 'dir'.  Nothing is decoded but the first photo that
 * can be, for its size.  Folders are listed once, each file is not asked for; links are followed; hidden
 * files are not seen.
 *
 * SceneNet: DIR/<chunk>/<trajectory>/{photo,depth}/<n>.{jpg,png}, also with train/, val/ or test/ above that;
 * DIR may as well be a chunk, or a trajectory ("." by name).  Numeric order, other names after the numbers.
 * Depth is ray length in whole millimetres, rounded down, and becomes z at the middle of its step.
 * TUM: rgb.txt and depth.txt, each photo paired with the depth nearest in time within 0.02 s, each used
 * once; depth in 1/5000 m, z.  RGBD: rgb/ and depth/ with equal base names, in natural order ("f2", "f10").
 * A photo that is there as PNG and as JPEG is one frame, and the PNG is read.
 *
 * A trajectory without photos, a photo without depth, a file among photos that is none: kept as a bs_skip,
 * the rest is used.  TUM pairs that are listed but not on disk are one bs_skip together.
 *
 * BS_EIO or BS_EFORMAT if the folder does not exist, does not have the layout (the text shows the layout
 * expected and what was found), holds no frame at all, or none of the first 1000 photos can be used;
 * BS_EFORMAT naming file and line if a line of a TUM list is neither "timestamp filename" nor a comment;
 * BS_EINVAL for a wrong option; BS_ENOMEM.  On success close it with bs_source_close().
 */
int bs_source_open(const bs_source_options *opt, bs_source **out, bs_err *err);
void bs_source_close(bs_source **src);

size_t bs_source_n_trajectories(const bs_source *src);
const bs_trajectory *bs_source_trajectory(const bs_source *src, size_t i);

/* Inputs that discovery could not use; borrowed from the source. */
size_t bs_source_n_skips(const bs_source *src);
const bs_skip *bs_source_skip(const bs_source *src, size_t i);

/* The photo of frame 'i' relative to the source's folder ("0/223/photo/25.jpg"); borrowed. */
const char *bs_source_frame_name(const bs_source *src, size_t i);
/* The depth file of frame 'i', likewise. */
const char *bs_source_depth_name(const bs_source *src, size_t i);
/* Time stamp of frame 'i', ns, for TUM; INT64_MIN for sources without clock. */
int64_t bs_source_frame_time_ns(const bs_source *src, size_t i);

/* The camera of the first frame whose photo can be read, and whether it was guessed (worth a notice). */
bs_camera bs_source_camera(const bs_source *src);
int bs_source_camera_guessed(const bs_source *src);

/*
 * bs_source_read() decodes frame 'i'.  BS_EIO or BS_EFORMAT, naming the file, if the photo or the depth
 * cannot be used, their sizes differ, their aspect ratio is more than 1 % from the camera's, or no pixel has
 * a known depth (infinitely far is known); BS_ENOMEM.  '*out' is then untouched; else bs_frame_destroy() it.
 */
int bs_source_read(const bs_source *src, size_t i, bs_frame *out, bs_err *err);
void bs_frame_destroy(bs_frame *f);

/* The same in memory that is kept: '*f' is {0} or a frame, and used again where the size is right.  On
 * failure it is still the caller's to destroy, but no frame. */
int bs_source_read_into(const bs_source *src, size_t i, bs_frame *f, bs_frame_scratch *scratch, bs_err *err);
void bs_frame_scratch_free(bs_frame_scratch *scratch);

#endif /* BS_SOURCE_H */
