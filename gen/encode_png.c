#include "gen/encode.h"

#include <setjmp.h>
#include <stdlib.h>

#include <png.h>

#include "gen/deflate.h"
#include "gen/png_filter.h"
#include "homography/camera.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "16-bit samples are swapped without asking");

/* Output is collected in pieces of this size, one IDAT chunk each; libpng's 8 KiB only adds chunks. */
#define IDAT_BYTES 65536

/* What outlives libpng's longjmp; it lives in the caller of the function that calls setjmp. */
typedef struct png_job {
    const uint8_t *px; /* borrowed */
    int width, height, channels, bits, level;
    size_t row_bytes;
    bs_bytes *out; /* borrowed */
    bs_err *err;   /* borrowed */
    png_structp png;
    png_infop info;
    bs_deflate deflate; /* of our own compression, like the rest */
    bs_bytes part;      /* of the compressed stream; owned */
    uint8_t *filtered;  /* rows, until they fill a block; owned */
    uint8_t *swapped;   /* [2][row_bytes] this row and the one above it, of 16 bits; zeros above all; owned */
    size_t n_filtered;
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
 * Level 1, and colour at any level above, is literals and runs after PAETH (gen/deflate.h); level 0 stores.
 * What is left above level 1, depth, flow and masks, is smooth or flat enough for zlib to find matches in.
 * One filter for all rows, so that bytes do not hang on libpng's guesses.  MB/s of pixels on one core, and
 * size in percent; zlib 1.2.13 with libpng's filters (PAETH, run lengths for colour; UP, level 1 for the
 * rest), libdeflate 1.14 at level 1 after our PAETH, and this; 320x240 (photos and depth of sensors 640x480):
 *
 *                     zlib      libdeflate     this        stored: zlib    this
 *   photo            63  45.1   135  49.7   365  44.9           168        1590
 *   sharp            58  61.5   105  63.7   359  61.4           180        1620
 *   blurred          61  61.9    99  64.2   465  61.8           154        1560
 *   depth            90  26.5   226  23.5   273  23.7           385        1460
 *   sensor's depth  125  17.4   235  15.1   283  15.0           381        1520
 *   mask            236   9.0   302   7.5   738   6.6           420        1510
 */
static int is_ours(const png_job *job)
{
    return job->level <= 1 || (job->channels == 3 && job->bits == 8);
}

static void write_chunk(const png_job *job, const char *name, const uint8_t *data, size_t n)
{
    png_write_chunk(job->png, (png_const_bytep)name, data, n);
}

/* The rows that wait as a block of the stream and a chunk of the file. */
static void write_block(png_job *job, int last)
{
    size_t at = 0;

    while (at < job->n_filtered) { /* a row may be longer than a block */
        const size_t rest = job->n_filtered - at;
        const size_t n = rest < BS_DEFLATE_BLOCK ? rest : BS_DEFLATE_BLOCK;

        job->part.n = 0;
        if (bs_deflate_block(&job->deflate, job->filtered + at, n, job->level == 0, last && n == rest,
                             &job->part, job->err) != BS_OK)
            png_error(job->png, "buffer");
        write_chunk(job, "IDAT", job->part.data, job->part.n);
        at += n;
    }
    job->n_filtered = 0;
}

/* Row 'y' and the one above it as PNG has them. */
static void find_rows(const png_job *job, int y, const uint8_t **row, const uint8_t **above)
{
    const size_t n = job->row_bytes;
    uint8_t *here = job->swapped + (y & 1 ? n : 0);

    *row = job->px + (size_t)y * n;
    *above = y ? *row - n : job->swapped;
    if (job->bits == 16) {
        *above = job->swapped + (y & 1 ? 0 : n);
        bs_png_swap(*row, n, here);
        *row = here;
    }
}

static void write_rows(png_job *job)
{
    const size_t n_px = (size_t)job->channels * (size_t)(job->bits / 8);

    for (int y = 0; y < job->height; y++) {
        const uint8_t *row, *above;

        if (job->n_filtered + job->row_bytes + 1 > IDAT_BYTES)
            write_block(job, 0);
        find_rows(job, y, &row, &above);
        bs_png_filter(job->level ? BS_PNG_PAETH : BS_PNG_NONE, row, above, job->row_bytes, n_px,
                      job->filtered + job->n_filtered);
        job->n_filtered += job->row_bytes + 1;
    }
    write_block(job, 1);
    write_chunk(job, "IEND", NULL, 0);
}

static void write_rows_by_zlib(png_job *job)
{
    png_set_filter(job->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
    png_set_compression_level(job->png, job->level);
    png_set_compression_buffer_size(job->png, IDAT_BYTES);
    if (job->bits == 16)
        png_set_swap(job->png);
    for (int y = 0; y < job->height; y++)
        png_write_row(job->png, job->px + (size_t)y * job->row_bytes);
    png_write_end(job->png, NULL);
}

static int write_all(png_job *job)
{
    if (setjmp(png_jmpbuf(job->png)))
        return BS_ENOMEM;
    png_set_write_fn(job->png, job, on_write, on_flush);
    png_set_IHDR(job->png, job->info, (png_uint_32)job->width, (png_uint_32)job->height, job->bits,
                 job->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(job->png, job->info);
    if (is_ours(job))
        write_rows(job);
    else
        write_rows_by_zlib(job);
    return BS_OK;
}

static int open_job(png_job *job)
{
    const size_t n = job->row_bytes + 1;

    job->filtered = malloc(n > IDAT_BYTES ? n : IDAT_BYTES);
    job->swapped = calloc(2, n);
    job->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, job, on_error, on_warning);
    if (job->png)
        job->info = png_create_info_struct(job->png);
    return job->info && job->filtered && job->swapped
               ? BS_OK
               : bs_fail(job->err, BS_ENOMEM, "no memory for the PNG encoder");
}

static int encode(png_job *job)
{
    const size_t n_before = job->out->n;
    int rc;

    if (job->width < 1 || job->height < 1 || job->width > BS_MAX_SIDE || job->height > BS_MAX_SIDE)
        return bs_fail(job->err, BS_EINVAL, "PNG of %dx%d; each side must be 1 to %d pixels", job->width,
                       job->height, BS_MAX_SIDE);
    if (job->channels != 1 && job->channels != 3)
        return bs_fail(job->err, BS_EINVAL, "PNG with %d channels; it must be 1 or 3", job->channels);
    if (job->level < 0 || job->level > 9)
        return bs_fail(job->err, BS_EINVAL, "PNG level %d; it must be 0 to 9", job->level);

    job->row_bytes = (size_t)job->width * (size_t)job->channels * (size_t)(job->bits / 8);
    rc = open_job(job);
    if (rc == BS_OK)
        rc = write_all(job);
    png_destroy_write_struct(&job->png, &job->info);
    bs_bytes_free(&job->part);
    free(job->filtered);
    free(job->swapped);
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
