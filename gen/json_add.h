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

/* {"t_m": [...], "q_xyzw": [...]} */
void bs_json_add_pose(cJSON *o, const char *name, const bs_pose *p);

/* Appends the text of 'o' and a newline to '*out', and deletes 'o'.  BS_ENOMEM. */
int bs_json_print(cJSON *o, int pretty, bs_bytes *out, bs_err *err);

#endif /* BS_JSON_ADD_H */
