/* What the decoders accept, pixel by pixel, and what they refuse, with which words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <png.h>
#include <turbojpeg.h>

#include "gen/decode.h"
#include "gen/encode.h"
#include "tests/tree.h"

static tree folder;
static char path[sizeof folder.dir + 8];

static int make_dir(void **state)
{
    (void)state;
    folder = tree_create();
    snprintf(path, sizeof path, "%s/image", folder.dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    tree_remove(&folder);
    return 0;
}

static void put(const void *data, size_t n)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void put_bytes(bs_bytes *b)
{
    put(b->data, b->n);
    bs_bytes_free(b);
}

/* A PNG of a kind that the encoder does not make. */
typedef struct odd_png {
    int width, height, bits, colour, interlace;
    const uint8_t *rows; /* as in the file */
    const png_color *palette;
    int n_palette;
    const png_byte *alpha; /* tRNS of a palette */
    int n_alpha;
    const png_color_16 *key; /* tRNS of grey or RGB */
    int with_profile;        /* a gAMA of 1.0 and an iCCP that is nonsense */
} odd_png;

static void put_png(const odd_png *o)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    FILE *f = fopen(path, "wb");
    const int channels = o->colour == 2 ? 3 : o->colour == 6 ? 4 : 1;
    const size_t row_bytes = (size_t)(o->width * o->bits * channels + 7) / 8;
    int passes;

    assert_non_null(f);
    png_init_io(png, f);
    png_set_IHDR(png, info, (png_uint_32)o->width, (png_uint_32)o->height, o->bits, o->colour, o->interlace,
                 0, 0);
    if (o->palette)
        png_set_PLTE(png, info, o->palette, o->n_palette);
    if (o->alpha || o->key)
        png_set_tRNS(png, info, o->alpha, o->n_alpha, o->key);
    if (o->with_profile)
        png_set_gAMA(png, info, 1.0);
    png_write_info_before_PLTE(png, info);
    if (o->with_profile)
        png_write_chunk(png, (png_const_bytep) "iCCP", (png_const_bytep) "nonsense", 8);
    png_write_info(png, info);
    passes = png_set_interlace_handling(png);
    for (int p = 0; p < passes; p++)
        for (int y = 0; y < o->height; y++)
            png_write_row(png, o->rows + (size_t)y * row_bytes);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    fclose(f);
}

static void put_jpeg(const uint8_t *px, int width, int height, int format, int subsampling, int flags)
{
    tjhandle tj = tjInitCompress();
    unsigned char *data = NULL;
    unsigned long n = 0;

    assert_int_equal(tjCompress2(tj, px, width, 0, height, format, &data, &n, subsampling, 90, flags), 0);
    put(data, n);
    tjFree(data);
    tjDestroy(tj);
}

static void expect_photo(const uint8_t *rgb, int width, int height)
{
    bs_err err = { 0 };
    bs_rgb8 img = { 0 };

    if (bs_photo_read(path, &img, &err) != BS_OK)
        fail_msg("refused: %s", err.text);
    assert_int_equal(err.code, BS_OK);
    assert_int_equal(img.width, width);
    assert_int_equal(img.height, height);
    assert_memory_equal(img.px, rgb, (size_t)width * (size_t)height * 3);
    bs_rgb8_destroy(&img);
}

static void check_refusal(const char *where, int rc, const bs_err *err, int code, const char *text)
{
    assert_int_equal(rc, code);
    assert_int_equal(err->code, code);
    assert_memory_equal(err->text, where, strlen(where));
    if (!strstr(err->text, text))
        fail_msg("\"%s\" does not say \"%s\"", err->text, text);
}

/* Both readers, since they share the file reading; either text may be NULL: not tried. */
static void expect_refused(const char *where, int code, const char *photo_text, const char *depth_text)
{
    bs_err err = { 0 };
    uint8_t mark8;
    uint16_t mark16;
    bs_rgb8 photo = { .px = &mark8, .width = -1, .height = -2 };
    bs_gray16 depth = { .px = &mark16, .width = -1, .height = -2 };

    if (photo_text)
        check_refusal(where, bs_photo_read(where, &photo, &err), &err, code, photo_text);
    err = (bs_err){ 0 };
    if (depth_text)
        check_refusal(where, bs_depth_png_read(where, &depth, &err), &err, code, depth_text);
    assert_true(photo.px == &mark8 && photo.width == -1 && photo.height == -2);
    assert_true(depth.px == &mark16 && depth.width == -1 && depth.height == -2);
}

static void fill(uint8_t *px, size_t n)
{
    for (size_t i = 0; i < n; i++)
        px[i] = (uint8_t)(i * i * 31 + i * 7 + (i >> 5));
}

static void test_rgb_round_trip(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 2, 3 }, { 31, 17 }, { 320, 240 } };
    static uint8_t px[320 * 240 * 3];

    (void)state;
    fill(px, sizeof px);
    for (int i = 0; i < 4; i++)
        for (int level = 0; level <= 9; level += 3) {
            bs_bytes b = { 0 };

            assert_int_equal(bs_encode_png8(px, sizes[i][0], sizes[i][1], 3, level, NULL, &b, NULL), BS_OK);
            put_bytes(&b);
            expect_photo(px, sizes[i][0], sizes[i][1]);
        }
    expect_refused(path, BS_EFORMAT, NULL, "8-bit colour PNG; depth must be 16-bit greyscale (millimetres)");
}

static void test_depth_round_trip(void **state)
{
    static uint16_t px[33 * 9] = { 0, 1, 255, 256, 257, 32767, 32768, 65279, 65280, 65535 };
    const uint16_t was = 7;
    bs_bytes b = { 0 };
    bs_gray16 img = { 0 };

    (void)state;
    for (size_t i = 10; i < 33 * 9; i++)
        px[i] = (uint16_t)(i * 2654435u >> 3);
    assert_int_equal(bs_encode_png16(px, 33, 9, 1, 1, NULL, &b, NULL), BS_OK);
    put_bytes(&b);
    assert_int_equal(bs_depth_png_read(path, &img, NULL), BS_OK);
    assert_int_equal(img.width, 33);
    assert_int_equal(img.height, 9);
    assert_memory_equal(img.px, px, sizeof px);
    bs_gray16_destroy(&img);
    expect_refused(path, BS_EFORMAT, "16-bit greyscale PNG; a photo must have 8 bits", NULL);

    /* Interlaced, with a key that means "transparent" in a photo: still the numbers. */
    put_png(&(odd_png){ .width = 1,
                        .height = 1,
                        .bits = 16,
                        .interlace = 1,
                        .rows = (const uint8_t *)"\0\7",
                        .key = &(png_color_16){ .gray = 7 } });
    assert_int_equal(bs_depth_png_read(path, &img, NULL), BS_OK);
    assert_int_equal(img.px[0], was);
    bs_gray16_destroy(&img);
}

static void test_grey_and_palette(void **state)
{
    static const png_color palette[3] = { { 1, 2, 3 }, { 40, 50, 60 }, { 255, 0, 128 } };
    static const uint8_t coloured[] = { 255, 0, 128, 1, 2, 3, 40, 50, 60, 40, 50, 60 };
    static const uint8_t greys[] = { 0, 0, 0, 255, 255, 255, 85, 85, 85, 170, 170, 170 };
    odd_png o = { .width = 2, .height = 2, .bits = 2, .palette = palette, .n_palette = 3 };

    (void)state;
    o.colour = PNG_COLOR_TYPE_PALETTE;
    o.rows = (const uint8_t[]){ 0x80, 0x50 };
    for (o.interlace = 0; o.interlace < 2; o.interlace++) {
        put_png(&o);
        expect_photo(coloured, 2, 2);
        expect_refused(path, BS_EFORMAT, NULL, "2-bit palette PNG");
    }
    put_png(&(odd_png){ .width = 2, .height = 2, .bits = 2, .rows = (const uint8_t[]){ 0x30, 0x60 } });
    expect_photo(greys, 2, 2);
    put_png(&(odd_png){ .width = 2, .height = 2, .bits = 8, .rows = (const uint8_t[]){ 0, 255, 85, 170 } });
    expect_photo(greys, 2, 2);
    expect_refused(path, BS_EFORMAT, NULL, "8-bit greyscale PNG; depth must be");
}

static void test_alpha(void **state)
{
    static const uint8_t rgb[] = { 9, 8, 7, 6, 5, 4 };
    static const uint8_t opaque[] = { 9, 8, 7, 255, 6, 5, 4, 255 }, clear[] = { 9, 8, 7, 255, 6, 5, 4, 254 };
    static const png_color palette[2] = { { 9, 8, 7 }, { 6, 5, 4 } };
    const png_color_16 key = { .red = 6, .green = 5, .blue = 4 };
    odd_png o = { .width = 2, .height = 1, .bits = 8, .colour = PNG_COLOR_TYPE_RGB_ALPHA, .rows = opaque };

    (void)state;
    for (o.interlace = 0; o.interlace < 2; o.interlace++) {
        o.rows = opaque;
        put_png(&o);
        expect_photo(rgb, 2, 1);
        o.rows = clear;
        put_png(&o);
        expect_refused(path, BS_EFORMAT, "transparent at pixel (1, 0)", "8-bit colour+alpha PNG");
    }
    put_png(&(odd_png){ .width = 2, .height = 1, .bits = 8, .colour = 2, .rows = rgb, .key = &key });
    expect_refused(path, BS_EFORMAT, "transparent at pixel (1, 0)", NULL);
    o = (odd_png){ .width = 2,
                   .height = 1,
                   .bits = 1,
                   .colour = 3,
                   .rows = (const uint8_t[]){ 0x40 },
                   .palette = palette,
                   .n_palette = 2,
                   .alpha = (const png_byte[]){ 255, 0 },
                   .n_alpha = 2 };
    put_png(&o);
    expect_refused(path, BS_EFORMAT, "transparent at pixel (1, 0)", NULL);
    o.n_alpha = 1;
    put_png(&o);
    expect_photo(rgb, 2, 1);
}

static void test_no_colour_management(void **state)
{
    static uint8_t px[16 * 16 * 3];
    odd_png o = { .width = 16, .height = 16, .bits = 8, .colour = 2, .rows = px, .with_profile = 1 };

    (void)state;
    fill(px, sizeof px);
    for (o.interlace = 0; o.interlace < 2; o.interlace++) {
        put_png(&o);
        expect_photo(px, 16, 16);
    }
    put_png(&(odd_png){ .width = 8, .height = 8, .bits = 16, .colour = 2, .rows = px });
    expect_refused(path, BS_EFORMAT, "16-bit colour PNG; a photo", "16-bit colour PNG; depth");
}

static void test_jpeg(void **state)
{
    static uint8_t px[40 * 30 * 4], want[40 * 30 * 3];
    static const int samplings[] = { TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_GRAY };
    static uint8_t file[1 << 16];
    tjhandle tj = tjInitDecompress();

    (void)state;
    for (size_t i = 0; i < sizeof px; i++)
        px[i] = (uint8_t)(i / 160 * 8 + i % 160 / 2);
    for (size_t i = 0; i < 10; i++) {
        FILE *f;
        size_t n;

        put_jpeg(px, 40, 30, TJPF_RGB, samplings[i / 2], i % 2 ? TJFLAG_PROGRESSIVE : 0);
        f = fopen(path, "rb");
        n = fread(file, 1, sizeof file, f);
        fclose(f);
        assert_int_equal(tjDecompress2(tj, file, n, want, 40, 0, 30, TJPF_RGB, 0), 0);
        expect_photo(want, 40, 30);
        expect_refused(path, BS_EFORMAT, NULL, "JPEG; depth must be 16-bit greyscale PNG");
    }
    tjDestroy(tj);
    for (size_t i = 0; i < sizeof want; i += 3)
        assert_true(want[i] == want[i + 1] && want[i] == want[i + 2]); /* the last one was grey */
    put_jpeg(px, 40, 30, TJPF_CMYK, TJSAMP_444, 0);
    expect_refused(path, BS_EFORMAT, "CMYK JPEG", NULL);
}

static void test_not_an_image(void **state)
{
    char other[sizeof path];

    (void)state;
    expect_refused(folder.dir, BS_EIO, "Is a directory", "Is a directory");
    snprintf(other, sizeof other, "%s/missing", folder.dir);
    expect_refused(other, BS_EIO, "No such file or directory", "No such file or directory");
    snprintf(other, sizeof other, "%s/fifo", folder.dir);
    assert_int_equal(mkfifo(other, 0600), 0);
    expect_refused(other, BS_EIO, "not a regular file", "not a regular file");
    unlink(other);
    put("", 0);
    expect_refused(path, BS_EFORMAT, "empty", "empty");
    put("# colour images\n# timestamp filename\n", 37);
    expect_refused(path, BS_EFORMAT, "neither JPEG nor PNG", "not a PNG file");
    put("\xff", 1);
    expect_refused(path, BS_EFORMAT, "neither JPEG nor PNG", "not a PNG file");
    assert_int_equal(bs_photo_read(path, &(bs_rgb8){ 0 }, NULL), BS_EFORMAT);
    put("\x89PNG\r\n\x1a\n", 8);
    expect_refused(path, BS_EFORMAT, "the file ends too early", "the file ends too early");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rgb_round_trip),       cmocka_unit_test(test_depth_round_trip),
        cmocka_unit_test(test_grey_and_palette),     cmocka_unit_test(test_alpha),
        cmocka_unit_test(test_no_colour_management), cmocka_unit_test(test_jpeg),
        cmocka_unit_test(test_not_an_image),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
