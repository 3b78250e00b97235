#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <png.h>

#include "tests/read_png.h"

typedef struct read_png {
    png_structp png;
    png_infop info;
    const bs_bytes *file;
    size_t at;
} read_png;

static void on_read(png_structp png, png_bytep to, size_t n)
{
    read_png *r = png_get_io_ptr(png);

    assert_true(n <= r->file->n - r->at);
    memcpy(to, r->file->data + r->at, n);
    r->at += n;
}

static png_bytepp open_png(read_png *r, const bs_bytes *file)
{
    *r = (read_png){ .file = file };
    r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    r->info = png_create_info_struct(r->png);
    png_set_read_fn(r->png, r, on_read);
    png_read_png(r->png, r->info, PNG_TRANSFORM_SWAP_ENDIAN, NULL);
    assert_int_equal(r->at, file->n);
    return png_get_rows(r->png, r->info);
}

void read_png_expect(const bs_bytes *file, const void *px, unsigned width, unsigned height, int channels,
                     int bits)
{
    const size_t row_bytes = width * (size_t)channels * (size_t)bits / 8;
    read_png r;
    png_bytepp rows = open_png(&r, file);

    assert_int_equal(png_get_image_width(r.png, r.info), width);
    assert_int_equal(png_get_image_height(r.png, r.info), height);
    assert_int_equal(png_get_bit_depth(r.png, r.info), bits);
    assert_int_equal(png_get_color_type(r.png, r.info), channels == 3 ? 2 : 0);
    assert_int_equal(png_get_rowbytes(r.png, r.info), row_bytes);
    for (size_t y = 0; y < height; y++)
        assert_memory_equal(rows[y], (const uint8_t *)px + y * row_bytes, row_bytes);
    png_destroy_read_struct(&r.png, &r.info, NULL);
}
