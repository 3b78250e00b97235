/*
 * imu/shake.h - camera motion that is made, not recorded: hand shake, random walks, splines.
 *
 *     shake.c       from a generator to a path, from a path to a trace     shake_spec.c  its text and its keys
 *     shake_hand.c  tremor and sway   shake_walk.c  random walk   shake_spline.c  splines
 *
 * A motion is a pure function of (generator, seed, sample, attempt, times): no state, and a new one for
 * every sample.  docs/motion.md says which spectra and figures the generators have, and which recordings
 * have. Functions are pure, so any number of threads may call them at once.
 */
#ifndef BS_SHAKE_H
#define BS_SHAKE_H

#include <stddef.h>
#include <stdint.h>

#include "imu/trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The longest text of a generator with all its keys, and the NUL. */
#define BS_SHAKE_TEXT 320

/* Samples draw again, with other numbers, up to this many times where a motion does not fit. */
#define BS_SHAKE_ATTEMPTS 64

typedef enum bs_shake_kind { BS_SHAKE_HAND, BS_SHAKE_WALK, BS_SHAKE_SPLINE } bs_shake_kind;

/* A generator and its keys; those of other generators do not count.  Camera axes: pitch about x, yaw about y,
 * roll about z. */
typedef struct bs_shake {
    bs_shake_kind kind;
    double rate_hz; /* rows of the traces it makes; at least 64 an exposure */
    double roll;    /* of roll, for 1 of pitch and yaw */
    /* HAND: root mean square of angular rate and velocity, all three axes together.  WALK: the two speeds. */
    double rotation_deg_s, translation_m_s;
    /* HAND */
    double tremor;   /* share of the angular rate's power; of the velocity's it has 0.4 of that */
    double peak_hz;  /* of the tremor */
    double drift_hz; /* above it, sway falls off */
    /* WALK: each sample draws uniformly from 0 to these. */
    double jitter;   /* of the direction, radians for a square root of an exposure */
    double pull;     /* towards the start, for an exposure */
    double impulses; /* expected reversals in an exposure */
    /* SPLINE */
    double angle_deg, shift_m; /* largest turn about an axis, and shift, in an exposure */
    double order_min, order_max;
    /* For all: the wanted mean blur of a tuple, pixels; 0, 0 if the text does not say. */
    double blur_min_px, blur_max_px;
} bs_shake;

/* Whether 'poses' names a generator and not a file: "handheld", "random-walk" or "spline", alone or with
 * ":...". */
int bs_shake_is(const char *poses);

/*
 * bs_shake_parse() reads "handheld[:key=value,...]".  '*out' is untouched on failure.  BS_EINVAL: a key that
 * the generator does not have, or a value out of range; the text names the keys with their ranges.
 */
int bs_shake_parse(const char *text, bs_shake *out, bs_err *err);

/* Writes the generator with every key in force but 'blur': equal motion has equal text, whatever was
 * typed. */
void bs_shake_text(const bs_shake *s, char out[BS_SHAKE_TEXT]);

/* What a sample's motion has of its own. */
typedef struct bs_shake_drawn {
    double jitter, pull, impulses; /* WALK */
    int order;                     /* SPLINE */
} bs_shake_drawn;

/* A motion of unit strength, before it is scaled. */
typedef struct bs_path {
    size_t n;        /* rows, at least 2 */
    int64_t *t_ns;   /* [n] from 0 to the path's length; owned, as the rest */
    double (*x)[6];  /* [n] rotation vector, rad, and position, m */
    double (*dx)[6]; /* [n] their derivatives, 1/s */
    int has_rates;   /* dx counts */
    bs_shake_drawn drawn;
} bs_path;

/* Whether bs_shake_path() can make a motion of 'length_ns' for such exposures.  BS_EINVAL: more than 4
 * million rows. */
int bs_shake_check_length(const bs_shake *s, int64_t exposure_ns, int64_t length_ns, bs_err *err);

/*
 * bs_shake_path() makes the motion of 'sample' from 0 to 'length_ns', for exposures of 'exposure_ns',
 * which is the length that WALK and SPLINE understand as theirs.  '*out' is {0} or was made before; its
 * memory is used again.  BS_EINVAL as above, BS_ENOMEM.
 */
int bs_shake_path(const bs_shake *s, uint64_t seed, uint64_t sample, uint32_t attempt, int64_t exposure_ns,
                  int64_t length_ns, bs_path *out, bs_err *err);
void bs_path_free(bs_path *p);

/* The path with all displacements times 'scale' as a trace of kind BS_TRACE_MADE.  BS_ENOMEM. */
int bs_path_trace(const bs_path *p, double scale, const char *name, bs_trace **out, bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_SHAKE_H */
