/*
 * gen/source_internal.h - what the kinds of source share: the list they fill, and how they name faults.
 *
 * A kind is one function bs_source_find_*() that fills the lists of a bs_source; reading is common to all.
 */
#ifndef BS_SOURCE_INTERNAL_H
#define BS_SOURCE_INTERNAL_H

#include "gen/arena.h"
#include "gen/source.h"

/* What a depth value v means: range or z = (v + add) / units_per_m metres, and 'zero' for v = 0. */
typedef struct bs_depth_rule {
    double units_per_m, add;
    double zero; /* INFINITY or NAN */
    bs_depth_kind kind;
} bs_depth_rule;

/* source_depth.c: z in metres of each value of a depth image of the camera's size, [height][width]: NaN where it is
 * unknown, or too near to be true.  Returns how many are known. */
size_t bs_depth_convert(const bs_depth_rule *rule, const bs_camera *cam, const uint16_t *in, float *z_m);

/*
 * A frame is one pointer: to the photo's name, with the depth's name right behind its NUL.  SceneNet has five
 * million of them.
 */
struct bs_source {
    char *dir; /* owned */
    bs_depth_rule depth;
    bs_camera lens;    /* as given, built in or guessed; each frame's camera is scaled from it */
    int lens_of_first; /* its size was not given: it is that of the first frame */
    bs_camera camera;  /* of the first frame */
    int guessed;

    bs_arena text;      /* every name and reason below */
    const char **frame; /* owned */
    size_t n_frames, cap_frames;
    int64_t *time_ns;          /* [n_frames], owned; NULL without clock */
    bs_trajectory *trajectory; /* owned */
    size_t n_trajectories, cap_trajectories;
    bs_skip *skip; /* owned */
    size_t n_skips, cap_skips;
};

/* Each finds what is below src->dir; at least one frame, or an error. */
int bs_source_find_scenenet(bs_source *src, bs_err *err);
int bs_source_find_tum(bs_source *src, bs_err *err);
int bs_source_find_rgbd(bs_source *src, bs_err *err);

/* SceneNet's camera: 60 by 45 degrees on 320x240 pixels, which are not square. */
bs_camera bs_scenenet_camera(void);

int bs_source_no_memory(const bs_source *src, bs_err *err);

/* Appends a frame; each name is a prefix ("0/223/photo/") and a file name. */
int bs_source_add_frame(bs_source *src, const char *photo_prefix, const char *photo, const char *depth_prefix,
                        const char *depth, bs_err *err);

/* Makes a trajectory of the frames appended since 'first_frame'; of none, nothing. */
int bs_source_add_trajectory(bs_source *src, const char *name, size_t first_frame, bs_err *err);

/* Records an input, named by a prefix and a name, that cannot be used, and why. */
int bs_source_add_skip(bs_source *src, const char *prefix, const char *name, bs_err *err, const char *reason,
                       ...) BS_PRINTF(5, 6);

/* The folder "src->dir/rel" cannot be listed ('error' is an errno): a skip, or a failure if memory or file
 * descriptors ran out, which says nothing about the folder. */
int bs_source_unlisted(bs_source *src, const char *rel, int error, bs_err *err);

/*
 * No frame was found: fails with the layout expected, what is at the top of the folder instead, and the
 * first skip; or with the reason why the folder cannot be listed.
 */
int bs_source_wrong_layout(const bs_source *src, const char *expected, bs_err *err);

/* Two folders with photos and depths of equal names up to the extension. */
typedef struct bs_folder_pair {
    const char *photo, *depth; /* "photo" and "depth", "rgb" and "depth" */
    int numbers_only;          /* the names are numbers */
} bs_folder_pair;

/* Makes a trajectory of the pair of folders below 'rel'; photos that lack something become skips. */
int bs_source_add_folders(bs_source *src, const char *rel, const bs_folder_pair *pair, bs_err *err);

/*
 * Pairs each time in 'a' with at most one in 'b', nearest pairs first, differences below 'limit_ns' only;
 * of equal differences the one earlier in 'a', then in 'b'.  Both ascend strictly.  Fills 'b_of_a' with
 * indices, SIZE_MAX for none.  O(n log n).
 */
int bs_associate(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b, int64_t limit_ns, size_t *b_of_a,
                 bs_err *err);

#endif /* BS_SOURCE_INTERNAL_H */
