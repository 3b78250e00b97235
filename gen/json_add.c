#include "gen/json_add.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text of a tuple is mostly shorter: it is printed without growing. */
#define PRINT_BYTES (1 << 14)

void bs_json_add_int(cJSON *o, const char *name, int64_t v)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRId64, v);
    cJSON_AddRawToObject(o, name, text);
}

void bs_json_add_uint(cJSON *o, const char *name, uint64_t v)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRIu64, v);
    cJSON_AddRawToObject(o, name, text);
}

void bs_json_add_seconds(cJSON *o, const char *name, int64_t ns)
{
    char text[48];
    const uint64_t abs_ns = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

    snprintf(text, sizeof text, "%s%" PRIu64 ".%09" PRIu64, ns < 0 ? "-" : "", abs_ns / 1000000000u,
             abs_ns % 1000000000u);
    cJSON_AddRawToObject(o, name, text);
}

void bs_json_add_rounded(cJSON *o, const char *name, double v)
{
    char text[48];

    if (!(fabs(v) < 1e12)) {
        cJSON_AddNullToObject(o, name);
        return;
    }
    snprintf(text, sizeof text, "%s%lld.%04lld", v < 0 ? "-" : "", llround(fabs(v) * 1e4) / 10000,
             llround(fabs(v) * 1e4) % 10000);
    cJSON_AddRawToObject(o, name, text);
}

/* Whether no number of 15 digits is within DBL_EPSILON of the one whose 17 digits are 'text', in parts of it, as
 * doubles are; 0: maybe one is. */
static int is_long(const char *text)
{
    int64_t digits = 0;
    int n = 0, off;

    for (const char *c = text; *c && *c != 'e'; c++)
        if (*c >= '0' && *c <= '9' && (n || *c != '0')) {
            digits = 10 * digits + (*c - '0');
            n++;
        }
    off = (int)(digits % 100 < 50 ? digits % 100 : 100 - digits % 100); /* from it, give or take a half */
    return n == 17 && off - 1 > 1.6 * DBL_EPSILON * (double)digits;     /* and half a step of that one */
}

void bs_json_number(double v, char text[BS_JSON_NUMBER])
{
    char *point;

    if (!(fabs(v) <= DBL_MAX)) {
        strcpy(text, "null");
        return;
    }
    snprintf(text, BS_JSON_NUMBER, "%.17g", v);
    if (fabs(v) < DBL_MIN || !is_long(text)) {
        char brief[BS_JSON_NUMBER];
        double back;

        snprintf(brief, sizeof brief, "%.15g", v);
        back = strtod(brief, NULL);
        if (fabs(back - v) <= fmax(fabs(back), fabs(v)) * DBL_EPSILON)
            strcpy(text, brief);
    }
    point = text + strspn(text, "-+0123456789");
    if (*point && *point != 'e') /* of this locale */
        *point = '.';
}

void bs_json_add_number(cJSON *o, const char *name, double v)
{
    char text[BS_JSON_NUMBER];

    bs_json_number(v, text);
    cJSON_AddRawToObject(o, name, text);
}

void bs_json_add_numbers(cJSON *o, const char *name, const double *v, int n)
{
    char text[8 * BS_JSON_NUMBER + 4] = "[", *at = text + 1;

    for (int i = 0; i < n; i++) {
        if (i)
            at = strcpy(at, ", ") + 2;
        bs_json_number(v[i], at);
        at += strlen(at);
    }
    strcpy(at, "]");
    cJSON_AddRawToObject(o, name, text);
}

void bs_json_add_pose(cJSON *o, const char *name, const bs_pose *p)
{
    cJSON *pose = cJSON_AddObjectToObject(o, name);

    bs_json_add_numbers(pose, "t_m", p->t_m, 3);
    bs_json_add_numbers(pose, "q_xyzw", p->q, 4);
}

int bs_json_print(cJSON *o, int pretty, bs_bytes *out, bs_err *err)
{
    char *text = cJSON_PrintBuffered(o, PRINT_BYTES, pretty);
    int rc;

    cJSON_Delete(o);
    if (!text)
        return bs_fail(err, BS_ENOMEM, "no memory for JSON");
    rc = bs_bytes_append(out, text, strlen(text), err);
    cJSON_free(text);
    return rc ? rc : bs_bytes_append(out, "\n", 1, err);
}
