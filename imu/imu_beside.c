#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "imu/imu_internal.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

int bs_imu_named(const char *path, const char *word)
{
    const size_t n = strlen(word);

    for (const char *p = base_name(path); *p; p++) {
        size_t i = 0;

        while (i < n && lower(p[i]) == word[i])
            i++;
        if (i == n)
            return 1;
    }
    return 0;
}

/* 'path' with the 'n' bytes at 'at' replaced by 'text', if there is such a file. */
static int replaced(const char *path, const char *at, size_t n, const char *text, char **out, bs_err *err)
{
    const size_t head = (size_t)(at - path), size = strlen(path) + strlen(text) + 1;
    char *s = malloc(size);

    *out = NULL;
    if (!s)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for a file name", path);
    snprintf(s, size, "%.*s%s%s", (int)head, path, text, at + n);
    if (access(s, F_OK) == 0)
        *out = s;
    else
        free(s);
    return BS_OK;
}

int bs_imu_beside(const char *path, const char *name, char **out, bs_err *err)
{
    const char *base = base_name(path);

    return replaced(path, base, strlen(base), name, out, err);
}

int bs_imu_sibling(const char *path, int to_accel, char **out, bs_err *err)
{
    static const char *const words[][2] = {
        { "Gyroscope", "Accelerometer" },
        { "gyroscope", "accelerometer" },
        { "GYROSCOPE", "ACCELEROMETER" },
        { "Gyro", "Accel" },
        { "gyro", "accel" },
        { "GYRO", "ACCEL" },
        { "gyr", "acc" },
    };

    *out = NULL;
    for (size_t i = 0; i < sizeof words / sizeof words[0] && !*out; i++) {
        const char *from = words[i][!to_accel], *at = NULL;
        int rc;

        for (const char *p = base_name(path); (p = strstr(p, from)); p++)
            at = p;
        if (at && (rc = replaced(path, at, strlen(from), words[i][to_accel != 0], out, err)))
            return rc;
    }
    return BS_OK;
}
