#include "gen/encode.h"

#include <setjmp.h>
#include <string.h>

#include <png.h>

#include "gen/png_filter.h"
#include "homography/camera.h"

/* What outlives libpng's longjmp; it lives in the caller of the function that calls setjmp. */
typedef struct png_job {
    const void *px; /* borrowed, like all pointers here */
    int width, height, channels, bits, level;
    size_t row_bytes;
    bs_png_scratch *scratch;
    bs_bytes *out;
    bs_err *err;
    png_structp png;
    png_infop info;
} png_job;

void bs_png_scratch_free(bs_png_scratch *s)
{
    bs_deflater_free(&s->deflater);
    bs_bytes_free(&s->rows);
    bs_bytes_free(&s->stream);
    *s = (bs_png_scratch){ 0 };
}

/*
 * One filter for all rows of a kind, so that bytes do not hang on guesses about each.  MB/s of pixels on one
 * core, filter included, and size in percent, at level 1 of libdeflate 1.14 (ISA-L is faster with each, and best
 * with the same); photos and depth of sensors (Kinect, RealSense) 640x480, the rest 320x240 of made scenes;
 * AVERAGE is never better than PAETH and UP:
 *
 *                        NONE         SUB          UP           PAETH
 *   photo              110  76.6    125  53.1    144  53.1    147  50.3
 *   its blur           112  81.5    137  55.1    134  54.7    136  53.2
 *   sharp              117  83.3    112  66.1    122  65.3    124  60.0
 *   blurred            118  89.1    108  66.3    115  66.4    103  62.4
 *   depth              186  30.9    218  25.6    241  21.9    215  21.4
 *   a sensor's depth   272  15.7    266  16.3    256  15.3    224  15.3
 *   KITTI flow         227  31.8    334  11.0    307  10.4    284  10.7
 *   a sensor's         215  35.6    306  13.7    309  13.3    248  14.0
 *   mask               283   9.6    283  10.4    275   9.8    264   9.6
 *   a sensor's         291  12.2    275  12.0    273  12.5    247  11.8
 *
 * zlib 1.2.13 after the same filters takes twice the time for depth (102  24.5) and is not faster in colour
 * even where it looks for no matches (Z_HUFFMAN_ONLY after PAETH: sharp 90  58.5, blurred 103  59.5).
 */
static void filter_rows(const png_job *job, uint8_t *to, const void *zeros)
{
    const size_t n = job->row_bytes;

    for (int y = 0; y < job->height; y++, to += n + 1) {
        const uint8_t *row = (const uint8_t *)job->px + (size_t)y * n;
        const void *above = y ? row - n : zeros;

        if (job->bits == 8 && job->channels == 3 && job->level)
            bs_png_paeth8(row, above, n, 3, to);
        else if (job->bits == 8)
            bs_png_none8(row, n, to);
        else if (job->level)
            bs_png_up16((const void *)row, above, n, to);
        else
            bs_png_none16((const void *)row, n, to);
    }
}

/* All rows as one zlib stream, in the scratch. */
static int compress(const png_job *job)
{
    const size_t n = (job->row_bytes + 1) * (size_t)job->height;
    bs_png_scratch *s = job->scratch;
    int rc;

    s->rows.n = s->stream.n = 0;
    rc = bs_bytes_reserve(&s->rows, n + job->row_bytes, job->err);
    if (rc != BS_OK)
        return rc;
    memset(s->rows.data + n, 0, job->row_bytes);
    filter_rows(job, s->rows.data, s->rows.data + n);
    return bs_deflate(&s->deflater, s->rows.data, n, job->level, &s->stream, job->err);
}

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

/* The file around the stream. */
static int write_file(png_job *job)
{
    const bs_bytes *stream = &job->scratch->stream;

    if (setjmp(png_jmpbuf(job->png)))
        return BS_ENOMEM;
    png_set_write_fn(job->png, job, on_write, on_flush);
    png_set_IHDR(job->png, job->info, (png_uint_32)job->width, (png_uint_32)job->height, job->bits,
                 job->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(job->png, job->info);
    png_write_chunk(job->png, (png_const_bytep) "IDAT", stream->data, stream->n);
    png_write_chunk(job->png, (png_const_bytep) "IEND", NULL, 0);
    return BS_OK;
}

static int write_png(png_job *job)
{
    const size_t n_before = job->out->n;
    int rc = compress(job);

    if (rc != BS_OK)
        return rc;
    job->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, job, on_error, on_warning);
    if (job->png)
        job->info = png_create_info_struct(job->png);
    rc = job->info ? write_file(job) : bs_fail(job->err, BS_ENOMEM, "no memory for the PNG encoder");
    png_destroy_write_struct(&job->png, &job->info);
    if (rc != BS_OK)
        job->out->n = n_before;
    return rc;
}

static int encode(png_job job)
{
    bs_png_scratch own = { 0 };
    int rc;

    if (job.width < 1 || job.height < 1 || job.width > BS_MAX_SIDE || job.height > BS_MAX_SIDE)
        return bs_fail(job.err, BS_EINVAL, "PNG of %dx%d; each side must be 1 to %d pixels", job.width,
                       job.height, BS_MAX_SIDE);
    if (job.channels != 1 && job.channels != 3)
        return bs_fail(job.err, BS_EINVAL, "PNG with %d channels; it must be 1 or 3", job.channels);
    if (job.level < 0 || job.level > 9)
        return bs_fail(job.err, BS_EINVAL, "PNG level %d; it must be 0 to 9", job.level);

    job.row_bytes = (size_t)job.width * (size_t)job.channels * (size_t)(job.bits / 8);
    if (!job.scratch)
        job.scratch = &own;
    rc = write_png(&job);
    bs_png_scratch_free(&own);
    return rc;
}

int bs_encode_png8(const uint8_t *px, int width, int height, int channels, int level, bs_png_scratch *scratch,
                   bs_bytes *out, bs_err *err)
{
    return encode((png_job){ .px = px,
                             .width = width,
                             .height = height,
                             .channels = channels,
                             .bits = 8,
                             .level = level,
                             .scratch = scratch,
                             .out = out,
                             .err = err });
}

int bs_encode_png16(const uint16_t *px, int width, int height, int channels, int level,
                    bs_png_scratch *scratch, bs_bytes *out, bs_err *err)
{
    return encode((png_job){ .px = px,
                             .width = width,
                             .height = height,
                             .channels = channels,
                             .bits = 16,
                             .level = level,
                             .scratch = scratch,
                             .out = out,
                             .err = err });
}
