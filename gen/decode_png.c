#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "gen/decode_internal.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "16-bit samples are swapped without asking");

/* Deflate's longest match is 258 bytes and takes at least two bits. */
#define MAX_RAW_PER_BYTE 1032.0

/* Of the chunks that are read at all (palette, transparency), none comes near these. */
#define MAX_CHUNK_BYTES 8000000
#define MAX_CHUNKS_KEPT 64

/*
 * Everything that must outlive libpng's longjmp.  It lives in the caller of the function that calls setjmp,
 * so no local variable there is modified between setjmp and longjmp.
 */
typedef struct png_job {
    const char *path;     /* borrowed */
    bs_err *err;          /* borrowed */
    const bs_bytes *file; /* borrowed */
    size_t at;            /* bytes consumed */
    bool no_memory;       /* an allocation failed: the file is not to blame */
    int rc;
    png_structp png;
    png_infop info;
    int width, height, bits, colour;
    int passes;    /* 7 if interlaced, else 1 */
    int channels;  /* after expansion: 3 or 4 for a photo, 1 for depth */
    uint8_t *rows; /* where the pixels go, 'row_bytes' apart; borrowed */
    size_t row_bytes;
} png_job;

static void on_error(png_structp png, png_const_charp text)
{
    png_job *job = png_get_error_ptr(png);

    if (job->no_memory)
        job->rc = bs_fail(job->err, BS_ENOMEM, "%s: no memory for the PNG decoder", job->path);
    else
        job->rc = bs_fail(job->err, BS_EFORMAT, "%s: PNG cannot be decoded: %s", job->path, text);
    png_longjmp(png, 1);
}

/* The chunks that draw harmless remarks (colour profiles, texts) are skipped, so what is left is damage. */
static void on_warning(png_structp png, png_const_charp text)
{
    on_error(png, text);
}

static png_voidp on_malloc(png_structp png, png_alloc_size_t n)
{
    void *p = malloc(n);

    if (!p)
        ((png_job *)png_get_mem_ptr(png))->no_memory = true;
    return p;
}

static void on_free(png_structp png, png_voidp p)
{
    (void)png;
    free(p);
}

static void on_read(png_structp png, png_bytep to, size_t n)
{
    png_job *job = png_get_io_ptr(png);

    if (n > job->file->n - job->at)
        png_error(png, "the file ends too early");
    memcpy(to, job->file->data + job->at, n);
    job->at += n;
}

static int open_job(png_job *job)
{
    job->png =
        png_create_read_struct_2(PNG_LIBPNG_VER_STRING, job, on_error, on_warning, job, on_malloc, on_free);
    if (job->png)
        job->info = png_create_info_struct(job->png);
    if (!job->info)
        job->rc = bs_fail(job->err, BS_ENOMEM, "%s: no memory for the PNG decoder", job->path);
    return job->rc;
}

static void close_job(png_job *job)
{
    png_destroy_read_struct(&job->png, &job->info, NULL);
}

static void set_up(png_job *job)
{
    png_set_read_fn(job->png, job, on_read);
    png_set_crc_action(job->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_user_limits(job->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* our own check has the better text */
    png_set_chunk_malloc_max(job->png, MAX_CHUNK_BYTES);
    png_set_chunk_cache_max(job->png, MAX_CHUNKS_KEPT);
    /* -1: all but IHDR, PLTE, tRNS, IDAT and IEND.  Nothing that asks for gamma, no text to inflate. */
    png_set_keep_unknown_chunks(job->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
}

/* Reads up to the first pixel; nothing of the image's size is allocated yet. */
static int read_header(png_job *job)
{
    if (setjmp(png_jmpbuf(job->png)))
        return job->rc;
    set_up(job);
    png_read_info(job->png, job->info);
    job->bits = png_get_bit_depth(job->png, job->info);
    job->colour = png_get_color_type(job->png, job->info);
    job->rc = bs_decode_check_size(job->path, job->file, png_get_image_width(job->png, job->info),
                                   png_get_image_height(job->png, job->info),
                                   MAX_RAW_PER_BYTE * 8 / (job->bits * png_get_channels(job->png, job->info)),
                                   job->err);
    job->width = (int)png_get_image_width(job->png, job->info);
    job->height = (int)png_get_image_height(job->png, job->info);
    return job->rc;
}

static const char *colour_name(int colour)
{
    switch (colour) {
    case PNG_COLOR_TYPE_GRAY:
        return "greyscale";
    case PNG_COLOR_TYPE_GRAY_ALPHA:
        return "greyscale+alpha";
    case PNG_COLOR_TYPE_PALETTE:
        return "palette";
    case PNG_COLOR_TYPE_RGB:
        return "colour";
    default:
        return "colour+alpha";
    }
}

/*
 * A photo becomes RGB or RGBA with 8 bits a channel, whatever kind of PNG it was; depth stays as it is, in
 * the host's byte order.  Neither gamma nor profile touches the pixels.
 */
static int prepare(png_job *job)
{
    if (setjmp(png_jmpbuf(job->png)))
        return job->rc;
    if (job->bits == 16) {
        png_set_swap(job->png);
    } else {
        png_set_expand(job->png);
        png_set_gray_to_rgb(job->png);
    }
    job->passes = png_set_interlace_handling(job->png);
    png_read_update_info(job->png, job->info);
    job->channels = png_get_channels(job->png, job->info);
    job->row_bytes = png_get_rowbytes(job->png, job->info);
    return job->rc;
}

/* All passes over all rows, and on to the end of the file: what is cut there was cut by somebody. */
static int read_rows(png_job *job)
{
    if (setjmp(png_jmpbuf(job->png)))
        return job->rc;
    for (int pass = 0; pass < job->passes; pass++)
        for (int y = 0; y < job->height; y++)
            png_read_row(job->png, job->rows + (size_t)y * job->row_bytes, NULL);
    png_read_end(job->png, NULL);
    return job->rc;
}

/* A tuple has no place for transparency; an alpha channel is fine as long as it says nothing. */
static int drop_opaque_alpha(const png_job *job, const uint8_t *rgba, uint8_t *rgb)
{
    const size_t n = (size_t)job->width * (size_t)job->height;

    for (size_t i = 0; i < n; i++) {
        if (rgba[4 * i + 3] != 255)
            return bs_fail(job->err, BS_EFORMAT,
                           "%s: transparent at pixel (%zu, %zu); a photo must be opaque everywhere",
                           job->path, i % (size_t)job->width, i / (size_t)job->width);
        memcpy(rgb + 3 * i, rgba + 4 * i, 3);
    }
    return BS_OK;
}

static int read_photo_rows(png_job *job, uint8_t *rgb)
{
    uint8_t *rgba;

    job->rows = rgb;
    if (job->channels == 3)
        return read_rows(job);
    rgba = calloc((size_t)job->height, job->row_bytes);
    if (!rgba)
        return bs_fail(job->err, BS_ENOMEM, "%s: no memory for %dx%d pixels with alpha", job->path,
                       job->width, job->height);
    job->rows = rgba;
    if (read_rows(job) == BS_OK)
        job->rc = drop_opaque_alpha(job, rgba, rgb);
    free(rgba);
    return job->rc;
}

int bs_decode_png_photo(const char *path, const bs_bytes *file, bs_rgb8 *img, bs_err *err)
{
    png_job job = { .path = path, .err = err, .file = file };
    int rc = open_job(&job);

    if (rc == BS_OK)
        rc = read_header(&job);
    if (rc == BS_OK && job.bits > 8)
        rc = bs_fail(err, BS_EFORMAT, "%s: %d-bit %s PNG; a photo must have 8 bits a channel", path, job.bits,
                     colour_name(job.colour));
    if (rc == BS_OK)
        rc = prepare(&job);
    if (rc == BS_OK)
        rc = bs_decode_fit_rgb8(job.width, job.height, img, err);
    if (rc == BS_OK)
        rc = read_photo_rows(&job, img->px);
    close_job(&job);
    return rc;
}

int bs_decode_png_depth(const char *path, const bs_bytes *file, bs_gray16 *img, bs_err *err)
{
    png_job job = { .path = path, .err = err, .file = file };
    int rc = open_job(&job);

    if (rc == BS_OK)
        rc = read_header(&job);
    if (rc == BS_OK && (job.bits != 16 || job.colour != PNG_COLOR_TYPE_GRAY))
        rc = bs_fail(err, BS_EFORMAT, "%s: %d-bit %s PNG; depth must be 16-bit greyscale (millimetres)", path,
                     job.bits, colour_name(job.colour));
    if (rc == BS_OK)
        rc = prepare(&job);
    if (rc == BS_OK)
        rc = bs_decode_fit_gray16(job.width, job.height, img, err);
    if (rc == BS_OK) {
        job.rows = (uint8_t *)img->px;
        rc = read_rows(&job);
    }
    close_job(&job);
    return rc;
}
