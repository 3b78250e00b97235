/*
 * blursynth.h - synthetic depth-dependent motion blur: the public interface of libblursynth.
 *
 * Two ways in.  bs_synth_run() blurs one RGB-D frame along given poses, in memory.  bs_dataset_open() and
 * bs_dataset_run() make a whole dataset on disk from a folder of frames and a recorded motion.
 *
 * Conventions (docs/conventions.md has the drawing): camera axes x right, y down, z forward; poses T_a_b take
 * points of b to a; metres, nanoseconds, pixels; the centre of the top-left pixel is (0, 0).
 *
 * Failures are codes with a sentence in a bs_err (homography/error.h).  The library never prints, never
 * exits, and does not read the environment.  Objects are opaque, made by _create or _open and freed by
 * _destroy or _close, which take the address of the pointer and null it; NULL is fine to free.
 */
#ifndef BLURSYNTH_H
#define BLURSYNTH_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "cuda/cuda.h"
#include "homography/camera.h"
#include "homography/error.h"
#include "homography/interpolation.h"
#include "homography/pose.h"
#include "homography/response.h"
#include "homography/shutter.h"
#include "homography/warp_method.h"
#include "imu/exposure.h"
#include "imu/trace.h"
#include "inpaint/cleanup.h"
#include "inpaint/method.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0" */
BS_API const char *bs_version(void);

/* 1 if the library can run --inpaint telea and ns, and --method scatter with them (built with OpenCV). */
BS_API int bs_has_opencv(void);

/* BS_OK if the CUDA back end can run here, else BS_ENODEV and the reason. */
BS_API int bs_has_cuda(bs_err *err);

/* ---- one tuple in memory
 * -------------------------------------------------------------------------------- */

/* What to blur.  All pointers are borrowed for the call. */
typedef struct bs_synth_input {
    bs_camera camera;     /* of the frame; its size is the size of every array below */
    const uint8_t *rgb;   /* [height][width][3] encoded */
    const float *depth_m; /* [height][width] z-depth, metres; INFINITY = infinitely far, NaN = unknown */
    bs_shutter shutter;   /* of the moving camera; 'lines' below is bs_shutter_lines(), 1 for a global one */
    /* [n_poses][lines] from the moving camera to the camera of the sharp image; line i is row or column i of
     * the blurred image, whenever it is read */
    const bs_pose *T_anchor_cam;
    int n_poses;                                   /* >= 1; weighted equally */
    const bs_pose *T_anchor_first, *T_anchor_last; /* [lines] at start and end of each line's exposure: what
                                                      the kernel map joins */
    const double *when; /* [n_poses] 0 to 1: where in its line's exposure each pose lies */
    /* One exposure of several along one motion, each with a sharp image of its own (BS_METHOD_FIRST_HIT
     * only). */
    const bs_pose *T_frame_anchor; /* from the camera of the sharp image to that of the frame; NULL, or the
                                      identity: they are one */
    /* [n_span] poses in the camera of the frame, dense enough for the parallax of all exposures, that what the
     * frame hides is filled in for; NULL: for this exposure alone. */
    const bs_pose *T_frame_span;
    int n_span;
    uint64_t span_id;  /* not 0: a run right after one with the same span_id may use what that one filled in.
                         The caller warrants equal frame, span and options but for the noise; no byte depends on
                         it, and without T_frame_span it counts for nothing (0) */
    uint64_t frame_id; /* not 0: a run right after one with the same frame_id may use the depth that that one
                          completed or cleaned up.  The caller warrants equal camera, rgb, depth_m, response
                          and clean-up; no byte depends on it (0) */
} bs_synth_input;

typedef struct bs_synth_options {
    bs_response_kind response;      /* AUTO means sRGB here (default BS_RESPONSE_AUTO) */
    double gamma;                   /* for BS_RESPONSE_GAMMA */
    bs_method method;               /* (default BS_METHOD_FIRST_HIT) */
    bs_inpaint inpaint;             /* (default BS_INPAINT_BACKGROUND; SCATTER takes it for TELEA) */
    bs_interpolation interpolation; /* (default BS_INTERPOLATION_BILINEAR); SCATTER does not interpolate */
    bs_cleanup cleanup;             /* of depth; AUTO means off here (default BS_CLEANUP_AUTO) */
    double noise_peak;              /* photo-electrons at white for Poisson noise; 0 = none (default 0) */
    uint64_t seed, sample;          /* noise is a pure function of these and the pixel (default 0) */
    int kernel_only; /* 1: no blurred image and no mask are made, which take most of the time (0) */
    int threads;     /* OpenMP threads inside the image; 0 = 1 (default 1).  Never changes a byte */
    int no_linear;   /* 1: blur_linear is NULL, and 8 bytes less are held for each pixel (0) */
} bs_synth_options;

/* What came out.  The arrays belong to the bs_synth and last until its next run or its end. */
typedef struct bs_tuple {
    int width, height;
    const uint8_t *blur;      /* [height][width][3] encoded; NULL with kernel_only */
    const float *blur_linear; /* [height][width][3] before noise; NULL with kernel_only and no_linear */
    const float *kernel;      /* [height][width][2] px, x right, y down; NaN where behind the camera */
    const uint8_t *mask;      /* [height][width] 255 x share of the light that the frame really saw;
                                  NULL with kernel_only */
    const float
        *inv_depth; /* [height][width] 1/m, completed: the sharp image's: what the kernel was made from */
    double mean_px, max_px;    /* length of the kernel over the frame */
    double linearity_error_px; /* largest distance between a pixel's track and its straight kernel */
    double seen_share;         /* mean of the mask, 0 to 1; NaN with kernel_only */
    const uint8_t *sharp;      /* [height][width][3] encoded, no noise; NULL: it is the frame itself */
    const float *depth_m;      /* [height][width] z-depth of 'sharp', INFINITY: infinitely far, NaN: where the
                                  frame did not see it; NULL: that of the frame */
    double sharp_seen_share;   /* share of the sharp image's light that the frame really saw, 0 to 1 */
} bs_tuple;

typedef struct bs_synth bs_synth;

/* One bs_synth serves one thread at a time and keeps its buffers between runs of equal size.  BS_ENOMEM. */
BS_API int bs_synth_create(bs_synth **out, bs_err *err);

/* The same, and what it blurs is blurred by a device (cuda/cuda.h), which must outlive it; NULL: by the processor.  No
 * byte depends on it.  BS_METHOD_SCATTER, and what is not the blur, is the processor's in any case. */
BS_API int bs_synth_create_on(bs_cuda *cuda, bs_synth **out, bs_err *err);

BS_API void bs_synth_destroy(bs_synth **s);

/*
 * bs_synth_run() makes one tuple.  Every byte is a pure function of the arguments.
 * BS_EINVAL: a size, pose or option out of range, or an inpainting method the library was built without;
 * BS_EFORMAT: no depth is known anywhere; BS_ENOMEM; BS_EDEVICE: the device failed.  '*out' is then untouched.
 */
BS_API int bs_synth_run(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt, bs_tuple *out,
                        bs_err *err);

/* ---- a dataset on disk
 * ---------------------------------------------------------------------------------- */

typedef enum bs_source_kind {
    BS_SOURCE_NONE,
    BS_SOURCE_SCENENET,
    BS_SOURCE_TUM,
    BS_SOURCE_RGBD
} bs_source_kind;
typedef enum bs_depth_kind { BS_DEPTH_Z, BS_DEPTH_RAY } bs_depth_kind;
typedef enum bs_depth_zero { BS_ZERO_AUTO, BS_ZERO_FAR, BS_ZERO_UNKNOWN } bs_depth_zero;
typedef enum bs_format { BS_FORMAT_FOLDER, BS_FORMAT_NULL } bs_format;
typedef enum bs_kernel_format {
    BS_KERNEL_NPY,
    BS_KERNEL_NPY16,
    BS_KERNEL_FLO,
    BS_KERNEL_KITTI
} bs_kernel_format;
typedef enum bs_backend { BS_BACKEND_AUTO, BS_BACKEND_OPENMP, BS_BACKEND_CUDA } bs_backend;

/* Members of a tuple, one bit each. */
enum {
    BS_EMIT_BLUR = 1,
    BS_EMIT_SHARP = 2,
    BS_EMIT_KERNEL = 4,
    BS_EMIT_DEPTH = 8,
    BS_EMIT_MASK = 16,
    BS_EMIT_META = 32,
    BS_EMIT_ALL = 63,
    BS_EMIT_KERNEL_NOISY = 64, /* needs 'imu_noise', which adds it to a kernel */
};

#define BS_MAX_BATCH 256
#define BS_MAX_SPLITS 16
#define BS_SPLIT_NAME 32

typedef struct bs_split {
    char name
        [BS_SPLIT_NAME]; /* letters, digits, '_' and '-'; not a folder of a tuple ("blur") nor "__meta__" */
    double weight;       /* > 0 */
} bs_split;

/* Everything a dataset depends on.  bs_dataset_defaults() fills in what is said in brackets. */
typedef struct bs_dataset_options {
    /* source */
    bs_source_kind source;    /* (none: must be given) */
    const char *source_dir;   /* folder of the frames */
    double depth_scale;       /* depth units per metre, RGBD only (1000) */
    bs_depth_kind depth_kind; /* RGBD only (z) */
    bs_depth_zero depth_zero; /* what a depth of 0 says (auto: far for SceneNet, else unknown) */
    bs_cleanup cleanup;       /* of depth (auto: on where a depth of 0 is unknown, a sensor's; else off) */
    const char *camera_file;  /* JSON, or NULL */
    int has_intrinsics;       /* 1: fx, fy, cx, cy below count (0) */
    double fx, fy, cx, cy;    /* px */
    /* motion */
    const char *poses;          /* trace file, or a generator of motion: "handheld[:key=value,...]" */
    bs_imu_options imu;         /* IMU traces: units and a second file ({0}) */
    bs_velocity velocity;       /* IMU traces: the velocity they cannot tell (zero-mean) */
    const char *velocity_poses; /* for BS_VELOCITY_POSES */
    int has_gyro_bias;          /* 1: gyro_bias_rad_s counts, else it is estimated (0) */
    double gyro_bias_rad_s[3];
    int has_shutter; /* 1: the next two count, else what the camera file says, else global (0) */
    bs_shutter shutter;
    int64_t readout_ns; /* of the whole frame */
    double blur_min_px,
        blur_max_px;             /* wanted mean blur of a tuple, drawn uniformly; 0, 0 = as it comes (0) */
    int64_t frames_per_sequence; /* consecutive exposures of one motion (1) */
    int64_t frame_interval_ns;   /* between their starts */
    int64_t exposure_min_ns, exposure_max_ns; /* equal, or a range drawn from uniformly (30 to 100 ms) */
    int has_start;                            /* 1: start_ns counts, else drawn (0) */
    int64_t start_ns;                         /* after the first row of the trace */
    bs_anchor anchor;                         /* (middle) */
    int n_poses;                              /* poses per exposure; 0 = auto (0) */
    double max_step_px;                       /* for auto (1.0) */
    bs_placement placement;                   /* (midpoint) */
    int64_t max_gap_ns; /* the longest interval of the trace that is interpolated; 0 = five times the
                                  median interval (0) */
    int64_t frames_per_trajectory; /* 0 = all (3) */
    int64_t samples_per_frame;     /* (1) */
    int64_t limit;                 /* stop after this many tuples; 0 = no limit (0) */
    /* blur */
    bs_method method;               /* (first-hit) */
    bs_inpaint inpaint;             /* (background) */
    bs_interpolation interpolation; /* (bilinear) */
    bs_response_kind response;      /* (auto) */
    double gamma;                   /* for BS_RESPONSE_GAMMA */
    double noise_peak;              /* photo-electrons at white; 0 = no noise (5000) */
    /* of the noisy twin of the kernel: phone, mems, esim, deblurimu or ideal, with changes as in
     * "phone:tilt=2,delay=0:0.005" (NULL: none) */
    const char *imu_noise;
    /* output */
    const char *output;             /* folder ("blursynth-out"); not used by BS_FORMAT_NULL */
    bs_format format;               /* (folder) */
    int64_t shard_size;             /* tuples committed together (1000) */
    unsigned emit;                  /* BS_EMIT_* (all) */
    bs_kernel_format kernel_format; /* (npy) */
    int png_level;                  /* of PNG files: 0 stored, 1 fast, to 9 small (1) */
    bs_split splits[BS_MAX_SPLITS];
    int n_splits; /* (0: no split folders) */
    /* running: none of these changes a byte of the dataset, but for the seed */
    bs_backend backend; /* (auto: CUDA where there is a device, else OpenMP) */
    int batch;          /* CUDA: most blurs at a time; 0: as many as fill the device (0) */
    int threads;        /* 0 = as many as the machine has (0) */
    uint64_t seed;      /* (0) */
    int overwrite;      /* 1: start anew over whatever dataset is there (0) */
    int strict;         /* 1: stop at the first bad input (0) */
} bs_dataset_options;

BS_API void bs_dataset_defaults(bs_dataset_options *opt);

/* How these options have a trace read, but for what a camera file says of mount and clock.  Its strings
 * are those of 'opt'. */
BS_API bs_trace_options bs_dataset_trace_options(const bs_dataset_options *opt);

/* What will be made: found out by bs_dataset_open(), before any work. */
typedef struct bs_dataset_plan {
    size_t n_trajectories, n_frames_found, n_frames_used;
    int64_t n_tuples;
    size_t n_skips;             /* inputs that cannot be used, known so far */
    bs_camera camera;           /* of the first frame */
    bs_response_kind response;  /* in force, never AUTO */
    bs_inpaint inpaint;         /* in force: what the method makes of the option */
    bs_depth_zero depth_zero;   /* in force */
    bs_cleanup cleanup;         /* in force, never AUTO */
    int camera_guessed;         /* nothing said what the intrinsics are: worth a notice */
    int64_t bytes_per_tuple;    /* estimate for the first frame's size, PNG counted at half of raw size */
    const bs_trace_info *trace; /* of made motion: that of an example; borrowed from the dataset */
    const char *made_by;        /* the generator of motion with all its keys, or NULL: recorded; borrowed */
    double blur_min_px, blur_max_px; /* wanted mean blur in force, from --blur or the generator; 0, 0: none */
    bs_shutter shutter;              /* in force: the option's or the camera file's */
    int64_t readout_ns;              /* of the whole frame */
    const char *backend;             /* "openmp" or "cuda" */
    const char *backend_why;         /* the device; or, for BS_BACKEND_AUTO, why there is none; else NULL; borrowed */
    const char *notice; /* what was assumed and may be wrong, a sentence a line, or NULL; borrowed */
} bs_dataset_plan;

/* An input that was not used, and why. */
typedef struct bs_dataset_skip {
    const char *input;  /* relative to the source's folder */
    const char *reason; /* one sentence */
} bs_dataset_skip;

#define BS_BLUR_BINS 20

/* How the mean blur of tuples is distributed, to hundredths of a pixel. */
typedef struct bs_blur_spread {
    int64_t n;                       /* tuples */
    double p10_px, p50_px, p90_px;   /* what a tenth, a half, nine tenths of them do not exceed */
    double bin_px;                   /* bin i counts from i to i + 1 times this */
    int n_bins;                      /* 1 to BS_BLUR_BINS; 0 without tuples */
    int64_t histogram[BS_BLUR_BINS]; /* [n_bins]; the last one counts what lies beyond 1000 px as well */
    int64_t off_target;              /* more than 2 % outside the blur that is wanted; 0 if none is */
} bs_blur_spread;

typedef struct bs_dataset_summary {
    int64_t made;   /* tuples made by this run */
    int64_t kept;   /* tuples found finished from an earlier run of the same dataset */
    int64_t lost;   /* planned tuples that bad inputs prevented; made + kept + lost = planned when done */
    size_t n_skips; /* inputs not used, in all; see bs_dataset_get_skip() */
    int64_t bytes;  /* written by this run */
    double mean_px, max_px; /* blur of the tuples made by this run */
    bs_blur_spread spread;  /* likewise */
    int64_t coarse; /* of them, those whose steps exceed max_step_px: as many poses as there may be were
                          not enough */
} bs_dataset_summary;

/* What a run tells while it works.  Called from one thread at a time, possibly another than the caller's. */
typedef struct bs_dataset_watch {
    void (*progress)(void *user, int64_t done, int64_t planned, int64_t skipped); /* may be NULL */
    void *user;
    const volatile sig_atomic_t *stop; /* may be NULL; once not 0, the run ends within a tuple's time */
} bs_dataset_watch;

typedef struct bs_dataset bs_dataset;

/*
 * bs_dataset_open() checks every option and every input path, lists the frames, reads the trace and plans the
 * tuples.  Nothing is written.  BS_EINVAL: an option (named as on the command line); BS_EIO, BS_EFORMAT: an
 * input; BS_EGAP, BS_ERANGE: an exposure that the trace cannot hold; BS_ENODEV: a back end that is not there.
 */
BS_API int bs_dataset_open(const bs_dataset_options *opt, bs_dataset **out, bs_err *err);
BS_API void bs_dataset_close(bs_dataset **ds);

BS_API const bs_dataset_plan *bs_dataset_get_plan(const bs_dataset *ds);

/* Skipped inputs, from discovery and, after bs_dataset_run(), from reading; i < n_skips. */
BS_API bs_dataset_skip bs_dataset_get_skip(const bs_dataset *ds, size_t i);

/*
 * bs_dataset_run() makes what is missing of the dataset.  '*sum' is filled in whatever happens.
 *
 * BS_OK: all that could be made is there (some inputs may have been skipped).  BS_ECONFIG: the output belongs
 * to another configuration; the text names what differs.  BS_EOUTPUT: it cannot be written.  BS_EINTERRUPT:
 * stopped; run again to continue.  With 'strict', the first bad input's own code.
 */
BS_API int bs_dataset_run(bs_dataset *ds, const bs_dataset_watch *watch, bs_dataset_summary *sum,
                          bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BLURSYNTH_H */
