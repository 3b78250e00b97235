/* Cut, flipped and hostile image files: refused or right, never a crash, never wrong pixels from a PNG. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <turbojpeg.h>
#include <zlib.h>

#include "gen/decode.h"
#include "gen/encode.h"
#include "tests/tree.h"

#define W 48
#define H 40

static tree folder;
static char path[sizeof folder.dir + 8];
static uint8_t rgb[H * W * 3];
static uint16_t depth[H * W];
static bs_bytes photo_png, depth_png, jpegs[2]; /* jpegs: baseline, progressive */

static void make_jpeg(int flags, bs_bytes *out)
{
    tjhandle tj = tjInitCompress();
    unsigned char *data = NULL;
    unsigned long n = 0;

    assert_int_equal(tjCompress2(tj, rgb, W, 0, H, TJPF_RGB, &data, &n, TJSAMP_420, 90, flags), 0);
    assert_int_equal(bs_bytes_append(out, data, n, NULL), BS_OK);
    tjFree(data);
    tjDestroy(tj);
}

/* Appends a chunk with a right checksum. */
static void append_chunk(bs_bytes *b, const char *type, const void *data, size_t n)
{
    const uint8_t length[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };
    const uLong crc = crc32(crc32(0, (const Bytef *)type, 4), data, (uInt)n);
    const uint8_t end[4] = { (uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8), (uint8_t)crc };

    bs_bytes_append(b, length, 4, NULL);
    bs_bytes_append(b, type, 4, NULL);
    if (n)
        bs_bytes_append(b, data, n, NULL);
    bs_bytes_append(b, end, 4, NULL);
}

static int make_files(void **state)
{
    (void)state;
    folder = tree_create();
    snprintf(path, sizeof path, "%s/image", folder.dir);
    for (int i = 0; i < H * W; i++) {
        rgb[3 * i] = (uint8_t)(i * 5);
        rgb[3 * i + 1] = (uint8_t)(i / W * 6 + i % 7);
        rgb[3 * i + 2] = (uint8_t)(i * i >> 4);
        depth[i] = (uint16_t)(1000 + i * 13 % 4001);
    }
    bs_encode_png8(rgb, W, H, 3, 1, NULL, &photo_png, NULL);
    bs_encode_png16(depth, W, H, 1, 1, NULL, &depth_png, NULL);
    make_jpeg(0, &jpegs[0]);
    make_jpeg(TJFLAG_PROGRESSIVE, &jpegs[1]);
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    bs_bytes_free(&photo_png);
    bs_bytes_free(&depth_png);
    bs_bytes_free(&jpegs[0]);
    bs_bytes_free(&jpegs[1]);
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

/* 1: refused; 0: read, and if 'want' is given, with its pixels and size. */
static int photo_refused(const void *want, const char *what, size_t where)
{
    bs_err err = { 0 };
    bs_rgb8 img = { .width = -1 };

    if (bs_photo_read(path, &img, &err) != BS_OK) {
        assert_true(err.code == BS_EFORMAT && !img.px && img.width == -1);
        return 1;
    }
    if (want && (img.width != W || img.height != H || memcmp(img.px, want, sizeof rgb) != 0))
        fail_msg("%s %zu: wrong pixels accepted", what, where);
    bs_rgb8_destroy(&img);
    return 0;
}

static int depth_refused(const char *what, size_t where)
{
    bs_err err = { 0 };
    bs_gray16 img = { .width = -1 };

    if (bs_depth_png_read(path, &img, &err) != BS_OK) {
        assert_true(err.code == BS_EFORMAT && !img.px && img.width == -1);
        return 1;
    }
    if (img.width != W || img.height != H || memcmp(img.px, depth, sizeof depth) != 0)
        fail_msg("%s %zu: wrong depth accepted", what, where);
    bs_gray16_destroy(&img);
    return 0;
}

static void cut_everywhere(const bs_bytes *whole, int is_depth)
{
    /* Each 1/64, and each of the last 16 bytes: the end markers. */
    for (size_t i = 1; i < 64 + 16; i++) {
        const size_t n = i < 64 ? whole->n * i / 64 : whole->n - (i - 63);

        put(whole->data, n);
        if (!(is_depth ? depth_refused("cut at", n) : photo_refused(NULL, "", 0)))
            fail_msg("cut at %zu of %zu bytes: accepted", n, whole->n);
    }
    put(whole->data, whole->n);
    assert_int_equal(is_depth ? depth_refused("whole", 0) : photo_refused(NULL, "", 0), 0);
}

static void test_cut(void **state)
{
    (void)state;
    cut_everywhere(&photo_png, 0);
    cut_everywhere(&depth_png, 1);
    cut_everywhere(&jpegs[0], 0);
    cut_everywhere(&jpegs[1], 0);
}

static void test_bit_flips(void **state)
{
    const bs_bytes *files[4] = { &photo_png, &depth_png, &jpegs[0], &jpegs[1] };
    int n_refused[4] = { 0 };

    (void)state;
    for (int f = 0; f < 4; f++)
        for (size_t i = 0; i < 500; i++) {
            /* Every bit of the first 25 bytes (signature, header), then spread over the rest. */
            const size_t bit = i < 200 ? i : i * 2654435761u % (files[f]->n * 8);

            files[f]->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            put(files[f]->data, files[f]->n);
            files[f]->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (f == 1)
                n_refused[f] += depth_refused("flipped bit", bit);
            else
                n_refused[f] += photo_refused(f == 0 ? rgb : NULL, "flipped bit", bit);
        }
    /* A PNG is under checksums from end to end, a JPEG under none. */
    assert_int_equal(n_refused[0], 500);
    assert_int_equal(n_refused[1], 500);
    assert_true(n_refused[2] > 100 && n_refused[3] > 100);
}

static void expect_text(const char *text)
{
    struct rusage before, after;
    const clock_t start = clock();
    bs_err err = { 0 };
    bs_rgb8 img = { 0 };

    getrusage(RUSAGE_SELF, &before);
    assert_int_equal(bs_photo_read(path, &img, &err), BS_EFORMAT);
    getrusage(RUSAGE_SELF, &after);
    if (!strstr(err.text, text))
        fail_msg("\"%s\" does not say \"%s\"", err.text, text);
    assert_true(clock() - start < CLOCKS_PER_SEC / 2);
    assert_true(after.ru_maxrss - before.ru_maxrss < 32 * 1024); /* KiB */
}

/* The photo's chunks behind a header that claims another size; every checksum is right. */
static void put_resized_png(uint32_t width, uint32_t height)
{
    const uint8_t ihdr[13] = { (uint8_t)(width >> 24),
                               (uint8_t)(width >> 16),
                               (uint8_t)(width >> 8),
                               (uint8_t)width,
                               (uint8_t)(height >> 24),
                               (uint8_t)(height >> 16),
                               (uint8_t)(height >> 8),
                               (uint8_t)height,
                               8,
                               2 };
    bs_bytes b = { 0 };

    bs_bytes_append(&b, photo_png.data, 8, NULL);
    append_chunk(&b, "IHDR", ihdr, sizeof ihdr);
    bs_bytes_append(&b, photo_png.data + 33, photo_png.n - 33, NULL);
    put(b.data, b.n);
    bs_bytes_free(&b);
}

static void test_png_size_lies(void **state)
{
    (void)state;
    put_resized_png(65535, 65535);
    expect_text("image size 65535x65535; each side must be 1 to 16384 pixels");
    put_resized_png(W, 16385);
    expect_text("image size 48x16385");
    put_resized_png(0x7fffffff, 1);
    expect_text("image size 2147483647x1");
    put_resized_png(0xffffffff, H);
    expect_text("cannot be decoded");
    put_resized_png(0, H);
    expect_text("cannot be decoded");
    put_resized_png(16384, 16384);
    expect_text("cannot hold 16384x16384 pixels");
    put_resized_png(W, H - 1);
    expect_text("cannot be decoded");
    put_resized_png(W, H + 1);
    expect_text("cannot be decoded");
    put_resized_png(W, H);
    assert_int_equal(photo_refused(rgb, "same size", 0), 0);
}

static void test_jpeg_size_lies(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const uint8_t sof[2] = { 0xff, i ? 0xc2 : 0xc0 };
        bs_bytes b = { 0 };
        size_t at = 2;

        bs_bytes_append(&b, jpegs[i].data, jpegs[i].n, NULL);
        while (memcmp(b.data + at, sof, 2) != 0)
            at++;
        memset(b.data + at + 5, 0xff, 4);
        put(b.data, b.n);
        expect_text("cannot be decoded"); /* libjpeg's own limit is 65500 */
        memcpy(b.data + at + 5, (const uint8_t[]){ 0xff, 0xdc, 0xff, 0xdc }, 4);
        put(b.data, b.n);
        expect_text("image size 65500x65500; each side must be 1 to 16384 pixels");
        memcpy(b.data + at + 5, (const uint8_t[]){ 0x40, 0, 0x40, 0 }, 4);
        put(b.data, b.n);
        expect_text("cannot hold 16384x16384 pixels");
        memset(b.data + at + 5, 0, 4);
        put(b.data, b.n);
        expect_text("JPEG");
        bs_bytes_free(&b);
    }
}

/* Chunks that are not the image are neither kept nor inflated, however many; a critical one must be known. */
static void test_png_chunks(void **state)
{
    static uint8_t zeros[1 << 20], text[1 << 12] = "Comment";
    uLongf n_packed = sizeof text - 9;
    bs_bytes b = { 0 };

    (void)state;
    assert_int_equal(compress2(text + 9, &n_packed, zeros, sizeof zeros, 9), Z_OK);
    bs_bytes_append(&b, photo_png.data, 33, NULL);
    for (int i = 0; i < 20000; i++)
        append_chunk(&b, i % 2 ? "tEXt" : "zTXt", text, i % 2 ? 20 : 9 + n_packed);
    bs_bytes_append(&b, photo_png.data + 33, photo_png.n - 33, NULL);
    bs_bytes_append(&b, "trailing", 8, NULL);
    put(b.data, b.n);
    assert_int_equal(photo_refused(rgb, "with texts", 0), 0);
    b.data[33 + 8] ^= 1; /* even a comment's checksum tells of damage */
    put(b.data, b.n);
    expect_text("CRC");
    b.n = 33;
    append_chunk(&b, "NEWs", "?", 1);
    bs_bytes_append(&b, photo_png.data + 33, photo_png.n - 33, NULL);
    put(b.data, b.n);
    expect_text("critical chunk");
    bs_bytes_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),           cmocka_unit_test(test_bit_flips),
        cmocka_unit_test(test_png_size_lies), cmocka_unit_test(test_jpeg_size_lies),
        cmocka_unit_test(test_png_chunks),
    };

    return cmocka_run_group_tests(tests, make_files, remove_files);
}
