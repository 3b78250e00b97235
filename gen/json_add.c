#include "gen/json_add.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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

void bs_json_add_pose(cJSON *o, const char *name, const bs_pose *p)
{
    cJSON *pose = cJSON_AddObjectToObject(o, name);

    cJSON_AddItemToObject(pose, "t_m", cJSON_CreateDoubleArray(p->t_m, 3));
    cJSON_AddItemToObject(pose, "q_xyzw", cJSON_CreateDoubleArray(p->q, 4));
}

int bs_json_print(cJSON *o, int pretty, bs_bytes *out, bs_err *err)
{
    char *text = pretty ? cJSON_Print(o) : cJSON_PrintUnformatted(o);
    int rc;

    cJSON_Delete(o);
    if (!text)
        return bs_fail(err, BS_ENOMEM, "no memory for JSON");
    rc = bs_bytes_append(out, text, strlen(text), err);
    cJSON_free(text);
    return rc ? rc : bs_bytes_append(out, "\n", 1, err);
}
