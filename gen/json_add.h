/* gen/json_add.h - numbers, times and poses as members of a JSON object, the same text on every machine. */
#ifndef BS_JSON_ADD_H
#define BS_JSON_ADD_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "gen/bytes.h"
#include "homography/pose.h"

/* 64-bit integers do not fit cJSON's doubles: nanosecond stamps lose their last digits. */
void bs_json_add_int(cJSON *o, const char *name, int64_t v);
void bs_json_add_uint(cJSON *o, const char *name, uint64_t v);

/* Nanoseconds as decimal seconds, exactly. */
void bs_json_add_seconds(cJSON *o, const char *name, int64_t ns);

/* Four decimals: measured figures need no more, and no locale has a say in it; beyond 1e12 or NaN is null. */
void bs_json_add_rounded(cJSON *o, const char *name, double v);

/* The text that cJSON has for a number, in half the time: 15 digits if they are it to within a step of its last
 * bit, else 17.  NaN and infinity are null.  In any locale. */
#define BS_JSON_NUMBER 32
void bs_json_number(double v, char text[BS_JSON_NUMBER]);

void bs_json_add_number(cJSON *o, const char *name, double v);

/* [..., ...], up to 8 of them. */
void bs_json_add_numbers(cJSON *o, const char *name, const double *v, int n);

/* {"t_m": [...], "q_xyzw": [...]} */
void bs_json_add_pose(cJSON *o, const char *name, const bs_pose *p);

/* Appends the text of 'o' and a newline to '*out', and deletes 'o'.  BS_ENOMEM. */
int bs_json_print(cJSON *o, int pretty, bs_bytes *out, bs_err *err);

#endif /* BS_JSON_ADD_H */
