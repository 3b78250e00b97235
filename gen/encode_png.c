#include "gen/encode.h"

#include <setjmp.h>

#include <png.h>
#include <zlib.h>

#include "homography/camera.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "16-bit samples are swapped without asking");

/* Output is collected in pieces of this size, one IDAT chunk each; libpng's 8 KiB only adds chunks. */
#define IDAT_BYTES 65536

/* What outlives libpng's longjmp; it lives in the caller of the function that calls setjmp. */
typedef struct png_job {
    const uint8_t *px; /* borrowed */
    int width, height, channels, bits, level;
    bs_bytes *out; /* borrowed */
    bs_err *err;   /* borrowed */
    png_structp png;
    png_infop info;
} png_job;

/* The arguments were checked, so all that can go wrong in here is memory. */
static void on_error(png_structp png, png_const_charp text)
{
    const png_job *job = png_get_error_ptr(png);

    bs_fail(job->err, BS_ENOMEM, "no memory to encode a PNG of %dx%d: %s", job->width, job->height, text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void on_write(png_structp png, png_bytep data, size_t n)
{
    const png_job *job = png_get_io_ptr(png);

    if (bs_bytes_append(job->out, data, n, job->err) != BS_OK)
        png_error(png, "buffer");
}

static void on_flush(png_structp png)
{
    (void)png;
}

/*
 * One filter for all rows, so that speed and bytes do not hang on libpng's guesses.  Measured on 17 photos
 * and 17 depth images of 640x480 (Kinect, RealSense), zlib 1.2.13, level 1, default strategy | run lengths
 * only; each pair is MB/s of pixels per core and size in percent:
 *
 *              NONE              SUB               UP                PAETH
 *   photo      55 71 | 103 84    71 55 |  84 51    74 51 |  86 48    61 50 |  68 44
 *   blurred    56 64 | 108 83    79 37 |  88 36    81 40 |  91 40    70 36 |  71 31
 *   depth      99 34 | 111 60   105 25 | 109 27   105 23 | 112 24    87 25 |  92 23
 *   flow      113 30 | 119 51   169 14 | 156 15   167 13 | 162 15   129 13 | 139 11
 *
 * In colour the noise leaves nothing that repeats, and looking for matches only loses: run lengths after
 * PAETH are smaller than level 6 (46 and 31 %, at 11 MB/s), so the level counts for nothing above 0.  Depth,
 * flow and masks are smooth or flat: UP is fast, and a higher level pays (depth 19, flow 9 % at level 6).
 */
static void choose_compression(const png_job *job)
{
    const int is_colour = job->channels == 3 && job->bits == 8;

    png_set_filter(job->png, PNG_FILTER_TYPE_BASE, is_colour ? PNG_FILTER_PAETH : PNG_FILTER_UP);
    png_set_compression_strategy(job->png, is_colour ? Z_RLE : Z_DEFAULT_STRATEGY);
    png_set_compression_level(job->png, job->level);
    png_set_compression_buffer_size(job->png, IDAT_BYTES);
}

static int write_all(png_job *job)
{
    const size_t row_bytes = (size_t)job->width * (size_t)job->channels * (size_t)(job->bits / 8);

    if (setjmp(png_jmpbuf(job->png)))
        return BS_ENOMEM;
    png_set_write_fn(job->png, job, on_write, on_flush);
    png_set_IHDR(job->png, job->info, (png_uint_32)job->width, (png_uint_32)job->height, job->bits,
                 job->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    choose_compression(job);
    png_write_info(job->png, job->info);
    if (job->bits == 16)
        png_set_swap(job->png);
    for (int y = 0; y < job->height; y++)
        png_write_row(job->png, job->px + (size_t)y * row_bytes);
    png_write_end(job->png, NULL);
    return BS_OK;
}

static int encode(png_job *job)
{
    const size_t n_before = job->out->n;
    int rc = BS_OK;

    if (job->width < 1 || job->height < 1 || job->width > BS_MAX_SIDE || job->height > BS_MAX_SIDE)
        return bs_fail(job->err, BS_EINVAL, "PNG of %dx%d; each side must be 1 to %d pixels", job->width,
                       job->height, BS_MAX_SIDE);
    if (job->channels != 1 && job->channels != 3)
        return bs_fail(job->err, BS_EINVAL, "PNG with %d channels; it must be 1 or 3", job->channels);
    if (job->level < 0 || job->level > 9)
        return bs_fail(job->err, BS_EINVAL, "PNG level %d; it must be 0 to 9", job->level);

    job->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, job, on_error, on_warning);
    if (job->png)
        job->info = png_create_info_struct(job->png);
    if (job->info)
        rc = write_all(job);
    else
        rc = bs_fail(job->err, BS_ENOMEM, "no memory for the PNG encoder");
    png_destroy_write_struct(&job->png, &job->info);
    if (rc != BS_OK)
        job->out->n = n_before;
    return rc;
}

int bs_encode_png8(const uint8_t *px, int width, int height, int channels, int level, bs_bytes *out,
                   bs_err *err)
{
    png_job job = { .px = px,
                    .width = width,
                    .height = height,
                    .channels = channels,
                    .bits = 8,
                    .level = level,
                    .out = out,
                    .err = err };

    return encode(&job);
}

int bs_encode_png16(const uint16_t *px, int width, int height, int channels, int level, bs_bytes *out,
                    bs_err *err)
{
    png_job job = { .px = (const uint8_t *)px,
                    .width = width,
                    .height = height,
                    .channels = channels,
                    .bits = 16,
                    .level = level,
                    .out = out,
                    .err = err };

    return encode(&job);
}
