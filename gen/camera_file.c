#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "gen/camera_file.h"
#include "gen/text_file.h"

/* A camera file has a few hundred bytes; whatever is much longer is another file. */
#define MAX_CAMERA_BYTES (1 << 20)

#define EXPECTED "expected a JSON object with numbers \"fx\", \"fy\", \"cx\", \"cy\", in pixels"

int bs_camera_member(const char *path, const cJSON *root, const char *name, const cJSON **out, bs_err *err)
{
    const cJSON *member;

    *out = NULL;
    cJSON_ArrayForEach (member, root) {
        if (strcmp(member->string, name) != 0)
            continue;
        if (*out)
            return bs_fail(err, BS_EFORMAT, "%s: \"%s\" is there twice", path, name);
        *out = member;
    }
    return BS_OK;
}

int bs_camera_number(const char *path, const cJSON *root, const char *name, const cJSON **out, bs_err *err)
{
    const int rc = bs_camera_member(path, root, name, out, err);

    if (rc == BS_OK && *out && (!cJSON_IsNumber(*out) || !isfinite((*out)->valuedouble)))
        return bs_fail(err, BS_EFORMAT, "%s: \"%s\" is not a number", path, name);
    return rc;
}

static int read_number(const char *path, const cJSON *root, const char *name, double *value, bs_err *err)
{
    const cJSON *member;
    const int rc = bs_camera_number(path, root, name, &member, err);

    if (rc == BS_OK && !member)
        return bs_fail(err, BS_EFORMAT, "%s: no \"%s\"; " EXPECTED, path, name);
    if (rc == BS_OK)
        *value = member->valuedouble;
    return rc;
}

/* "width" and "height": whole, and both or neither. */
static int read_size(const char *path, const cJSON *root, bs_camera *cam, bs_err *err)
{
    static const char *const names[2] = { "width", "height" };
    const cJSON *member[2];
    int *const side[2] = { &cam->width, &cam->height };

    for (int i = 0; i < 2; i++) {
        const int rc = bs_camera_number(path, root, names[i], &member[i], err);

        if (rc != BS_OK)
            return rc;
    }
    if (!member[0] != !member[1])
        return bs_fail(err, BS_EFORMAT, "%s: \"%s\" without \"%s\"", path, names[!member[0]],
                       names[!!member[0]]);
    for (int i = 0; i < 2 && member[i]; i++) {
        const double pixels = member[i]->valuedouble;

        if (!(pixels >= 1 && pixels <= BS_MAX_SIDE) || pixels != floor(pixels))
            return bs_fail(err, BS_EFORMAT, "%s: \"%s\" is %g; expected whole pixels, 1 to %d", path,
                           names[i], pixels, BS_MAX_SIDE);
        *side[i] = (int)pixels;
    }
    return BS_OK;
}

static int read_lens(const char *path, const cJSON *root, bs_camera *cam, bs_err *err)
{
    int rc = read_number(path, root, "fx", &cam->fx, err);

    rc = rc ? rc : read_number(path, root, "fy", &cam->fy, err);
    rc = rc ? rc : read_number(path, root, "cx", &cam->cx, err);
    rc = rc ? rc : read_number(path, root, "cy", &cam->cy, err);
    rc = rc ? rc : read_size(path, root, cam, err);
    if (rc == BS_OK && (cam->fx <= 0 || cam->fy <= 0))
        return bs_fail(err, BS_EFORMAT, "%s: \"%s\" is %g; a focal length must be above 0", path,
                       cam->fx <= 0 ? "fx" : "fy", cam->fx <= 0 ? cam->fx : cam->fy);
    return rc;
}

/* A file without a word of the lens, but of the mount or the shutter, leaves the lens to others. */
static int read_members(const char *path, const cJSON *root, bs_camera_file *out, bs_err *err)
{
    static const char *const lens[] = { "fx", "fy", "cx", "cy", "width", "height" };
    bs_camera_file file = { 0 };
    int rc = bs_camera_rig_read(path, root, &file, err);

    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++)
        file.has_intrinsics |= cJSON_GetObjectItemCaseSensitive(root, lens[i]) != NULL;
    file.has_intrinsics |=
        !file.has_mount && !file.has_readout && !cJSON_GetObjectItemCaseSensitive(root, "time_shift_s");
    if (rc == BS_OK && file.has_intrinsics)
        rc = read_lens(path, root, &file.camera, err);
    if (rc == BS_OK)
        *out = file;
    return rc;
}

static size_t line_of(const char *text, const char *at)
{
    size_t line = 1;

    for (; text < at && *text; text++)
        line += *text == '\n';
    return line;
}

int bs_camera_file_read(const char *path, bs_camera_file *out, bs_err *err)
{
    const char *at = NULL;
    char *text = NULL;
    cJSON *root;
    int rc = bs_text_read(path, MAX_CAMERA_BYTES, &text, err);

    if (rc != BS_OK)
        return rc;
    root = cJSON_ParseWithLengthOpts(text, strlen(text) + 1, &at, 1);
    if (!root)
        rc = bs_fail(err, BS_EFORMAT, "%s:%zu: not JSON; " EXPECTED, path, at ? line_of(text, at) : 1);
    else if (!cJSON_IsObject(root))
        rc = bs_fail(err, BS_EFORMAT, "%s: " EXPECTED, path);
    else
        rc = read_members(path, root, out, err);
    cJSON_Delete(root);
    free(text);
    return rc;
}
