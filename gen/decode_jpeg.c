#include <string.h>

#include <turbojpeg.h>

#include "gen/decode_internal.h"

/* Huffman codes spend at least one bit on each block of 8x8 pixels of the finest component. */
#define MAX_PX_PER_BYTE (8.0 * 64.0)

/*
 * Without the first flag a file cut in half decodes to a photo with a grey lower half; without the second a
 * progressive file of a few kilobytes can ask for thousands of passes.  The default (accurate) DCT and
 * (smooth) upsampling give OpenCV's pixels; the fast ones do not.
 */
#define FLAGS (TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)

/* libjpeg-turbo has one return value for damage and for want of memory: only its text tells them apart. */
static int fail_turbo(const char *path, tjhandle tj, bs_err *err)
{
    const char *text = tjGetErrorStr2(tj);

    return bs_fail(err, strstr(text, "emory") ? BS_ENOMEM : BS_EFORMAT, "%s: JPEG cannot be decoded: %s",
                   path, text);
}

static int read_header(const char *path, tjhandle tj, const bs_bytes *file, int *width, int *height,
                       bs_err *err)
{
    int subsampling = 0, colours = 0;

    if (tjDecompressHeader3(tj, file->data, file->n, width, height, &subsampling, &colours) != 0)
        return fail_turbo(path, tj, err);
    if (*width < 1 || *height < 1)
        return bs_fail(err, BS_EFORMAT, "%s: JPEG without an image", path);
    if (colours == TJCS_CMYK || colours == TJCS_YCCK)
        return bs_fail(err, BS_EFORMAT, "%s: CMYK JPEG; a photo must be grey or colour (YCbCr or RGB)", path);
    return bs_decode_check_size(path, file, (unsigned long)*width, (unsigned long)*height, MAX_PX_PER_BYTE,
                                err);
}

int bs_decode_jpeg(const char *path, const bs_bytes *file, bs_rgb8 *img, bs_err *err)
{
    tjhandle tj = tjInitDecompress();
    int width = 0, height = 0, rc;

    if (!tj)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for the JPEG decoder", path);
    rc = read_header(path, tj, file, &width, &height, err);
    if (rc == BS_OK)
        rc = bs_decode_fit_rgb8(width, height, img, err);
    if (rc == BS_OK &&
        tjDecompress2(tj, file->data, file->n, img->px, width, 0, height, TJPF_RGB, FLAGS) != 0)
        rc = fail_turbo(path, tj, err);
    tjDestroy(tj);
    return rc;
}
