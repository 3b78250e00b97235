#include <math.h>

#include "gen/cli_options.h"

static const bs_cli_word depth_kinds[] = { { "z", BS_DEPTH_Z }, { "ray", BS_DEPTH_RAY }, { NULL, 0 } };
static const bs_cli_word depth_zeros[] = { { "far", BS_ZERO_FAR },
                                           { "unknown", BS_ZERO_UNKNOWN },
                                           { NULL, 0 } };
static const bs_cli_word cleanups[] = {
    { "auto", BS_CLEANUP_AUTO }, { "on", BS_CLEANUP_ON }, { "off", BS_CLEANUP_OFF }, { NULL, 0 }
};
static const bs_cli_word anchors[] = {
    { "start", BS_ANCHOR_START }, { "middle", BS_ANCHOR_MIDDLE }, { "end", BS_ANCHOR_END }, { NULL, 0 }
};
static const bs_cli_word placements[] = { { "midpoint", BS_PLACEMENT_MIDPOINT },
                                          { "endpoints", BS_PLACEMENT_ENDPOINTS },
                                          { NULL, 0 } };
static const bs_cli_word autos[] = { { "auto", 0 }, { NULL, 0 } };
static const bs_cli_word alls[] = { { "all", 0 }, { NULL, 0 } };
static const bs_cli_word methods[] = { { "first-hit", BS_METHOD_FIRST_HIT },
                                       { "scatter", BS_METHOD_SCATTER },
                                       { NULL, 0 } };
static const bs_cli_word inpaints[] = { { "background", BS_INPAINT_BACKGROUND },
                                        { "telea", BS_INPAINT_TELEA },
                                        { "ns", BS_INPAINT_NS },
                                        { "none", BS_INPAINT_NONE },
                                        { NULL, 0 } };
static const bs_cli_word interpolations[] = { { "bilinear", BS_INTERPOLATION_BILINEAR },
                                              { "bicubic", BS_INTERPOLATION_BICUBIC },
                                              { NULL, 0 } };
static const bs_cli_word responses[] = { { "auto", BS_RESPONSE_AUTO },
                                         { "linear", BS_RESPONSE_LINEAR },
                                         { "srgb", BS_RESPONSE_SRGB },
                                         { "gamma:G", BS_RESPONSE_GAMMA },
                                         { "scenenet", BS_RESPONSE_SCENENET },
                                         { "none", BS_RESPONSE_NONE },
                                         { NULL, 0 } };
static const bs_cli_word formats[] = {
    { "folder", BS_FORMAT_FOLDER }, { "webdataset", BS_CLI_LATER }, { "null", BS_FORMAT_NULL }, { NULL, 0 }
};
static const bs_cli_word members[] = { { "blur", BS_EMIT_BLUR },
                                       { "sharp", BS_EMIT_SHARP },
                                       { "kernel", BS_EMIT_KERNEL },
                                       { "depth", BS_EMIT_DEPTH },
                                       { "mask", BS_EMIT_MASK },
                                       { "meta", BS_EMIT_META },
                                       { "kernel_noisy", BS_EMIT_KERNEL_NOISY },
                                       { "all", BS_EMIT_ALL },
                                       { NULL, 0 } };
static const bs_cli_word kernel_formats[] = { { "npy", BS_KERNEL_NPY },
                                              { "npy16", BS_KERNEL_NPY16 },
                                              { "flo", BS_KERNEL_FLO },
                                              { "kitti", BS_KERNEL_KITTI },
                                              { NULL, 0 } };
static const bs_cli_word velocities[] = { { "zero-mean", BS_VELOCITY_ZERO_MEAN },
                                          { "rest", BS_VELOCITY_REST },
                                          { "poses:FILE", BS_VELOCITY_POSES },
                                          { NULL, 0 } };
static const bs_cli_word backends[] = {
    { "auto", BS_BACKEND_AUTO }, { "openmp", BS_BACKEND_OPENMP }, { "cuda", BS_BACKEND_CUDA }, { NULL, 0 }
};
static const bs_cli_word shows[] = { { "auto", BS_CLI_SHOW_AUTO },
                                     { "always", BS_CLI_SHOW_ALWAYS },
                                     { "never", BS_CLI_SHOW_NEVER },
                                     { NULL, 0 } };

#define FIELD(f) .field = offsetof(bs_cli, f)
#define TEXT(f) .read = bs_cli_read_text, FIELD(f)
#define WORD(f, list) .read = bs_cli_read_word, .words = list, FIELD(f)
#define COUNT(f, lo, hi) .read = bs_cli_read_count, FIELD(f), .min = lo, .max = hi /* int64_t */
#define INT(f, lo, hi) .read = bs_cli_read_int, FIELD(f), .min = lo, .max = hi

const bs_cli_option bs_cli_table[] = {
    { BS_CLI_SOURCE, .name = "scenenet", .meta = "DIR", TEXT(scenenet),
      .expected = "the root folder of SceneNet RGB-D",
      .sentence =
          "SceneNet RGB-D: DIR/CHUNK/TRAJECTORY/photo and depth, or a folder with train/ or val/ above" },
    { BS_CLI_SOURCE, .name = "tum", .meta = "DIR", TEXT(tum),
      .expected = "the folder of a TUM RGB-D sequence",
      .sentence = "TUM RGB-D sequence: a folder with rgb.txt and depth.txt" },
    { BS_CLI_SOURCE, .name = "rgbd", .meta = "DIR", TEXT(rgbd),
      .expected = "a folder that holds rgb/ and depth/",
      .sentence = "paired folders DIR/rgb and DIR/depth, depth as 16-bit PNG" },
    { BS_CLI_SOURCE, .name = "depth-scale", .meta = "UNITS", .read = bs_cli_read_positive,
      FIELD(opt.depth_scale), .dflt = "1000", .only_for = BS_SOURCE_RGBD,
      .expected = "depth units per metre, above 0, e.g. 5000", .max = HUGE_VAL,
      .sentence = "depth units per metre of paired folders" },
    { BS_CLI_SOURCE, .name = "depth-kind", WORD(opt.depth_kind, depth_kinds), .dflt = "z",
      .only_for = BS_SOURCE_RGBD,
      .sentence = "depth of paired folders: along the optical axis, or along the ray of the pixel" },
    { BS_CLI_SOURCE, .name = "depth-zero", WORD(opt.depth_zero, depth_zeros),
      .unset = "far for SceneNet, else unknown", .sentence = "what a depth of 0 says" },
    { BS_CLI_SOURCE, .name = "depth-cleanup", WORD(opt.cleanup, cleanups), .dflt = "auto",
      .sentence = "ragged and flying depth put right by colour; auto: where a depth of 0 is unknown" },
    { BS_CLI_SOURCE, .name = "camera", .meta = "FILE", TEXT(opt.camera_file), .expected = "a JSON file",
      .unset = "built in for SceneNet, else guessed",
      .sentence = "camera as JSON: width height fx fy cx cy, and T_imu_cam, time_shift_s, readout_s" },
    { BS_CLI_SOURCE, .name = "intrinsics", .meta = "FX,FY,CX,CY", .read = bs_cli_read_intrinsics,
      .expected = "four numbers in pixels, e.g. 525,525,319.5,239.5",
      .sentence = "the same, short, in pixels; (0, 0) is the top-left pixel's centre" },

    { BS_CLI_MOTION, .name = "poses", .meta = "FILE|GENERATOR[:KEY=V,...]", TEXT(opt.poses),
      .expected = "a trace file, or a generator of motion: handheld, random-walk, spline",
      .sentence =
          "recorded camera motion: timestamp,tx,ty,tz,qx,qy,qz,qw, TUM's or EuRoC's format, or an IMU's "
          "readings: timestamp,gx,gy,gz,ax,ay,az and others; or motion made for each tuple: handheld, "
          "random-walk or spline (handheld:? names their keys)" },
    { BS_CLI_MOTION, .name = "velocity", .words = velocities, .read = bs_cli_read_velocity,
      .dflt = "zero-mean", .expected = "zero-mean, rest, or poses:FILE with a pose trace of the same clock",
      .for_info = 1,
      .sentence = "IMU traces: what is taken for the velocity that an accelerometer cannot tell" },
    { BS_CLI_MOTION, .name = "imu-units", .meta = "GYRO,ACCEL", .read = bs_cli_read_imu_units,
      .unset = "what the header says",
      .expected = "rad/s or deg/s, and perhaps a comma and m/s2 or g, e.g. deg/s,g", .for_info = 1,
      .sentence = "units of an IMU trace whose header does not name them" },
    { BS_CLI_MOTION, .name = "accel", .meta = "FILE", TEXT(opt.imu.accel_path),
      .expected = "a file of accelerometer rows", .unset = "found by its name", .for_info = 1,
      .sentence = "accelerometer rows of an IMU that writes them to a file of their own" },
    { BS_CLI_MOTION, .name = "gyro-bias", .meta = "X,Y,Z", .read = bs_cli_read_gyro_bias,
      .unset = "found where the trace is at rest", .expected = "three numbers in rad/s, e.g. 0.002,-0.001,0",
      .for_info = 1, .sentence = "what the gyroscope reads at rest, rad/s" },
    { BS_CLI_MOTION, .name = "exposure", .meta = "S|MIN:MAX", .read = bs_cli_read_exposure,
      .dflt = "0.03:0.1", .expected = "seconds, e.g. 0.05, or a range, e.g. 0.03:0.1",
      .sentence = "exposure time in seconds; a range is drawn from uniformly" },
    { BS_CLI_MOTION, .name = "start", .meta = "S", .read = bs_cli_read_start, .unset = "drawn",
      .expected = "seconds after the first row of the trace, e.g. 1.5",
      .sentence = "exposure start, seconds after the first row of the trace" },
    { BS_CLI_MOTION, .name = "shutter", .meta = "global|rolling:S[:DIRECTION]", .read = bs_cli_read_shutter,
      .unset = "the camera file's, else global",
      .expected = "global, or rolling:SECONDS with the readout time of the whole frame, and perhaps "
                  ":top-down, :bottom-up, :left-right or :right-left",
      .sentence = "all pixels at once, or line after line, the whole frame in S seconds: top-down (if not "
                  "said), bottom-up, left-right, right-left" },
    { BS_CLI_MOTION, .name = "anchor", WORD(opt.anchor, anchors), .dflt = "middle",
      .sentence = "the instant of the exposure whose view the sharp image is" },
    { BS_CLI_MOTION, .name = "poses-per-exposure", .meta = "N|auto", INT(opt.n_poses, 1, 4096),
      .words = autos, .dflt = "auto",
      .sentence = "camera poses averaged; auto: as few as keep every pixel's steps small" },
    { BS_CLI_MOTION, .name = "max-step", .meta = "PX", .read = bs_cli_read_positive, FIELD(opt.max_step_px),
      .dflt = "1.0", .expected = "pixels from 0.01 to 100, e.g. 0.5", .min = 0.01, .max = 100,
      .sentence = "longest step of a pixel between neighbouring poses that auto allows" },
    { BS_CLI_MOTION, .name = "pose-placement", WORD(opt.placement, placements), .dflt = "midpoint",
      .sentence = "poses in the middle of equal intervals, or equally spaced from end to end" },
    { BS_CLI_MOTION, .name = "max-gap", .meta = "S", .read = bs_cli_read_gap,
      .unset = "5 times the median interval", .expected = "seconds, above 0, e.g. 0.05", .for_info = 1,
      .sentence = "longest hole of the trace that is interpolated, seconds" },
    { BS_CLI_MOTION, .name = "frames-per-trajectory", .meta = "N|all",
      COUNT(opt.frames_per_trajectory, 1, 1e9), .words = alls, .dflt = "3",
      .sentence = "frames used of each trajectory" },
    { BS_CLI_MOTION, .name = "samples-per-frame", .meta = "N", COUNT(opt.samples_per_frame, 1, 1e6),
      .dflt = "1", .sentence = "exposures, or sequences of them, made of each frame" },
    { BS_CLI_MOTION, .name = "frames-per-sequence", .meta = "N", COUNT(opt.frames_per_sequence, 1, 1e5),
      .dflt = "1", .sentence = "consecutive exposures of one motion, as a video camera takes them" },
    { BS_CLI_MOTION, .name = "frame-interval", .meta = "S", .read = bs_cli_read_interval,
      .unset = "needed by frames-per-sequence", .expected = "seconds, above 0, e.g. 0.0333",
      .sentence = "from the start of one exposure of a sequence to the next, seconds" },
    { BS_CLI_MOTION, .name = "blur", .meta = "MIN:MAX", .read = bs_cli_read_blur,
      .unset = "as the motion gives", .expected = "pixels, the smaller first, e.g. 2:20",
      .sentence =
          "wanted mean blur of a tuple, pixels, drawn uniformly: made motion is scaled to it, recorded "
          "motion is drawn until it fits" },
    { BS_CLI_MOTION, .name = "limit", .meta = "N", COUNT(opt.limit, 1, 1e9), .unset = "none",
      .sentence = "stop after this many tuples" },

    { BS_CLI_BLUR, .name = "method", WORD(opt.method, methods), .dflt = "first-hit",
      .sentence = "the first surface that a pixel's ray meets; or the published method, which scatters whole "
                  "pixels and fills the holes of every warped frame" },
    { BS_CLI_BLUR, .name = "inpaint", WORD(opt.inpaint, inpaints), .dflt = "background",
      .sentence = "fill of what the moving camera uncovers; scatter takes background for telea" },
    { BS_CLI_BLUR, .name = "interpolation", WORD(opt.interpolation, interpolations), .dflt = "bilinear",
      .sentence = "how first-hit reads the sharp frame between its pixels" },
    { BS_CLI_BLUR, .name = "response", .words = responses, .read = bs_cli_read_response, .dflt = "auto",
      .expected = "one of auto, linear, srgb, gamma:G (G from 0.1 to 10), scenenet, none",
      .sentence =
          "camera response, undone before averaging and applied after; none averages encoded values" },
    { BS_CLI_BLUR, .name = "noise", .meta = "none|poisson[:PEAK]", .read = bs_cli_read_noise,
      .dflt = "poisson:5000",
      .expected = "none, poisson, or poisson:PEAK with up to 1e7 photo-electrons at white",
      .sentence = "noise of the blurred image; PEAK: photo-electrons at white" },

    { BS_CLI_BLUR, .name = "imu-noise", .meta = "PRESET[:KEY=V,...]", TEXT(opt.imu_noise), .unset = "none",
      .expected = "a preset, e.g. phone, or phone:tilt=2,gyro_bias=0.01",
      .sentence = "adds kernel_noisy, the kernel as an IMU with such errors tells it: phone, mems, esim, "
                  "deblurimu, or ideal and what is given" },

    { BS_CLI_OUTPUT, .letter = 'o', .name = "output", .meta = "DIR", .read = bs_cli_read_output,
      FIELD(opt.output), .dflt = "blursynth-out", .expected = "a folder",
      .sentence = "where the dataset goes; run the same command again to continue it" },
    { BS_CLI_OUTPUT, .name = "format", WORD(opt.format, formats), .dflt = "folder",
      .sentence = "null makes everything and writes nothing, for measuring" },
    { BS_CLI_OUTPUT, .name = "shard-size", .meta = "N", COUNT(opt.shard_size, 1, 1e6), .dflt = "1000",
      .sentence = "tuples committed together" },
    { BS_CLI_OUTPUT, .name = "emit", .meta = "LIST", .read = bs_cli_read_emit, .words = members,
      .dflt = "all",
      .expected = "a list of blur,sharp,kernel,depth,mask,meta, or all; kernel_noisy with --imu-noise",
      .sentence =
          "members of a tuple, of blur,sharp,kernel,depth,mask,meta; without blur and mask no image is "
          "made, which is much faster" },
    { BS_CLI_OUTPUT, .name = "kernel-format", WORD(opt.kernel_format, kernel_formats), .dflt = "npy",
      .sentence = "float32 or float16 array, Middlebury flow, KITTI 16-bit PNG" },
    { BS_CLI_OUTPUT, .name = "png-level", .meta = "N", INT(opt.png_level, 0, 9), .dflt = "1",
      .sentence = "compression of PNG files: 0 stored, 1 fast, 2 to 9 smaller" },
    { BS_CLI_OUTPUT, .name = "split", .meta = "NAME:WEIGHT,...", .read = bs_cli_read_split, .unset = "none",
      .expected = "up to 16 different names (letters, digits, _, -) with weights above 0, e.g. train:8,val:1",
      .sentence = "split by trajectory, e.g. train:8,val:1,test:1" },

    { BS_CLI_RUNNING, .name = "backend", WORD(opt.backend, backends), .dflt = "auto",
      .sentence = "where to blur: auto takes a CUDA device where there is one; never changes a byte" },
    { BS_CLI_RUNNING, .name = "batch", .meta = "N|auto", INT(opt.batch, 1, BS_MAX_BATCH), .words = autos,
      .dflt = "auto",
      .sentence = "CUDA: most images blurred at a time; auto fills the device; never changes a byte" },
    { BS_CLI_RUNNING, .name = "threads", .meta = "N", INT(opt.threads, 0, 4096),
      .unset = "all the machine has", .sentence = "threads to use; never changes a byte" },
    { BS_CLI_RUNNING, .name = "seed", .meta = "N", .read = bs_cli_read_seed, FIELD(opt.seed), .dflt = "0",
      .expected = "a whole number from 0 to 18446744073709551615",
      .sentence = "what everything random is drawn from" },
    { BS_CLI_RUNNING, .name = "overwrite", FIELD(opt.overwrite),
      .sentence = "start anew over the dataset that is in the way" },
    { BS_CLI_RUNNING, .name = "dry-run", FIELD(dry_run),
      .sentence = "check options, trace, camera, frame lists and output, say what would be made, stop" },
    { BS_CLI_RUNNING, .name = "strict", FIELD(opt.strict),
      .sentence = "stop at the first input that cannot be used" },
    { BS_CLI_RUNNING, .name = "quiet", FIELD(quiet), .for_info = 1, .sentence = "say nothing but errors" },
    { BS_CLI_RUNNING, .name = "json", FIELD(json), .for_info = 1,
      .sentence = "print a summary as one JSON object on standard output" },
    { BS_CLI_RUNNING, .name = "progress", WORD(progress, shows), .dflt = "auto",
      .sentence = "auto: a bar on a terminal, else a line every 30 s; always: the bar" },
    { BS_CLI_RUNNING, .name = "version", FIELD(version), .for_info = 1,
      .sentence = "print the version and what it was built with" },
    { BS_CLI_RUNNING, .letter = 'h', .name = "help", FIELD(help), .for_info = 1, .sentence = "print this" },
};
const int bs_cli_table_size = sizeof bs_cli_table / sizeof bs_cli_table[0];

_Static_assert(sizeof bs_cli_table / sizeof bs_cli_table[0] <= BS_CLI_MAX_OPTIONS,
               "bs_cli.given is too short");

const char *const bs_cli_later_commands[] = { "merge", "verify", "report", NULL };
const char *const bs_cli_later_options[] = { "endless", "task", NULL };
