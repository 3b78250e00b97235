/* The blur by a device: alone, with what it reads and writes there already; its ceilings; and the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cuda/device.h"
#include "tests/bench.h"
#include "tests/bench_ceiling.h"

/* Batches that are given to the device before anybody waits. */
#define AHEAD 4

/* One batch, ready on the device. */
typedef struct ready {
    bs_device dev;
    void *stream, *stores, *items, *memory;
    int *next;
    bs_blur_batch batch;
    size_t image_bytes; /* of a frame's layers */
} ready;

static void stop_on(int rc, const bs_err *err)
{
    if (rc != BS_OK)
        bench_stop("%s", err->text);
}

static void upload(ready *r, void *to, const void *from, size_t n)
{
    bs_err err = { 0 };

    stop_on(r->dev.upload(r->dev.self, r->stream, to, from, n, &err), &err);
    stop_on(r->dev.wait(r->dev.self, r->stream, &err), &err);
}

static void *take(ready *r, size_t n)
{
    void *at = NULL;
    bs_err err = { 0 };

    stop_on(r->dev.alloc(r->dev.self, n, &at, &err), &err);
    return at;
}

/* 'n' blurs of the same frame, each with memory of its own. */
static void prepare(ready *r, const bench_case *b, int n)
{
    const size_t px = b->c->n_px, n_layers = bs_layers_used(&b->layers), n_views = (size_t)b->n_poses;
    const size_t each = (n_layers + n_views * sizeof(bs_view) + sizeof b->response + 19 * px + 1024) / 256 * 256;
    bs_blur_item *items = acc_alloc((size_t)n, sizeof *items);
    bs_err err = { 0 };
    char *at;

    stop_on(r->dev.open_stream(r->dev.self, &r->stream, &err), &err);
    r->stores = take(r, (size_t)r->dev.teams * r->dev.store_bytes);
    r->items = take(r, (size_t)n * sizeof *items);
    r->next = take(r, sizeof *r->next);
    r->memory = take(r, (size_t)n * each);
    for (int i = 0; i < n; i++) {
        at = (char *)r->memory + (size_t)i * each;
        items[i] = (bs_blur_item){ .layers = bs_layers_moved(&b->layers, at), .n_poses = b->n_poses, .n_lines = 1 };
        upload(r, at, b->layers.memory, n_layers);
        at += (n_layers + 255) / 256 * 256;
        items[i].blur = (float *)(void *)at;
        items[i].seen = items[i].blur + 3 * px;
        items[i].views = (const bs_view *)(const void *)(items[i].seen + px);
        upload(r, items[i].seen + px, b->views, n_views * sizeof *b->views);
        items[i].response = (const bs_response *)(const void *)(items[i].views + n_views);
        upload(r, at + 16 * px + n_views * sizeof *b->views, &b->response, sizeof b->response);
        items[i].encoded = (uint8_t *)(at + 16 * px + n_views * sizeof *b->views + sizeof b->response);
        items[i].noise_peak = 5000;
        items[i].sample = (uint64_t)i;
    }
    upload(r, r->items, items, (size_t)n * sizeof *items);
    r->batch = (bs_blur_batch){ r->items, n, b->c->camera.width, b->c->camera.height };
    r->image_bytes = n_layers;
    free(items);
}

static void give_back(ready *r)
{
    r->dev.release(r->dev.self, r->memory);
    r->dev.release(r->dev.self, r->next);
    r->dev.release(r->dev.self, r->items);
    r->dev.release(r->dev.self, r->stores);
    r->dev.close_stream(r->dev.self, r->stream);
}

/* Seconds for a batch, of several in a row. */
static double time_batches(ready *r, int times)
{
    const double t = bench_wall_s();
    bs_err err = { 0 };

    for (int i = 0; i < times; i++)
        stop_on(r->dev.blur(r->dev.self, r->stream, &r->batch, r->stores, r->dev.teams, r->next, &err), &err);
    stop_on(r->dev.wait(r->dev.self, r->stream, &err), &err);
    return (bench_wall_s() - t) / times;
}

/* Seconds of all processors for one blur and exposure: on the clock, since they share it. */
static double time_processors(bench_case *b, int threads)
{
    const double t = bench_wall_s();

    bench_case_warp(b, threads);
    return bench_wall_s() - t;
}

static void print_resident(const bench_options *o, const bs_device *dev, bench_size size, int n_poses, int batch)
{
    const int threads = (int)sysconf(_SC_NPROCESSORS_ONLN);

    for (int kind = 0; kind < BENCH_KINDS; kind++) {
        double device[BENCH_MAX_REPS], here[BENCH_MAX_REPS], ratio[BENCH_MAX_REPS];
        bench_case *b = bench_case_create(kind, size, n_poses);
        ready r = { .dev = *dev };
        double began_s;
        int n = 0;

        prepare(&r, b, batch);
        (void)time_batches(&r, 1);
        (void)time_processors(b, threads);
        for (began_s = bench_wall_s(); bench_again(o, n, began_s); n++) {
            device[n] = time_batches(&r, AHEAD) / batch;
            here[n] = time_processors(b, threads);
            ratio[n] = here[n] / device[n];
        }
        printf("| %dx%d, %d poses, %s | %d | %.0f | %.3f | %.1f | %.1f |\n", size.width, size.height, n_poses,
               bench_kind_names[kind], batch, 1 / bench_median(device, n), 1e3 * bench_median(device, n),
               1 / bench_median(here, n), bench_median(ratio, n));
        fflush(stdout);
        give_back(&r);
        bench_case_destroy(&b);
    }
}

static void print_ceilings(const bs_device *dev, const bench_options *o)
{
    bench_case *b = bench_case_create(1, (bench_size){ 320, 240, 1 }, 30);
    const int n = o->extent == BENCH_TINY ? 1 : 64;
    bench_ceilings c = { 0, 0, 0 };
    const char *why = bench_measure_ceilings((size_t)n * bs_layers_used(&b->layers), &c);

    (void)dev;
    if (why)
        bench_stop("%s", why);
    printf("| ceiling of the device | measured |\n|---|---|\n");
    printf("| instructions of warps, 10^9 a second | %.0f |\n", 1e-9 * c.instructions_s);
    printf("| memory, copied there, GB/s read and written | %.0f |\n", 1e-9 * c.copy_bytes_s);
    printf("| from the host's locked memory, GB/s | %.1f |\n", 1e-9 * c.upload_bytes_s);
    printf("| layers of one 320x240 frame (room), MB | %.2f |\n\n", 1e-6 * (double)bs_layers_used(&b->layers));
    fflush(stdout);
    bench_case_destroy(&b);
}

/* The program with a back end on frames in 'dir'; tuples a second. */
static double run(const bench_options *o, const char *dir, const char *back_end, const char *format, int n, int i)
{
    char frames[4096], poses[4096], out[4096], name[32];
    bench_usage u;

    snprintf(name, sizeof name, "out-%d", i);
    snprintf(frames, sizeof frames, "%s", bench_path(dir, "frames"));
    snprintf(poses, sizeof poses, "%s", bench_path(dir, "handheld.csv"));
    snprintf(out, sizeof out, "%s", bench_path(dir, name));

    const char *const argv[] = { o->program, "--scenenet", frames, "--poses", poses, "--poses-per-exposure", "30",
                                 "--frames-per-trajectory", "all", "--format", format, "--backend", back_end,
                                 "--quiet", "--output", out, NULL };
    u = bench_process(argv, 1, NULL, NULL);
    return n / u.wall_s;
}

static void print_programs(const bench_options *o)
{
    static const char *const formats[] = { "null", "folder" };
    const int n = o->extent == BENCH_TINY ? 4 : o->extent == BENCH_QUICK ? 600 : 6000;
    const bench_size size = o->extent == BENCH_TINY ? (bench_size){ 64, 48, 1 } : (bench_size){ 320, 240, 1 };
    char dir[4096];

    snprintf(dir, sizeof dir, "%s", bench_path(o->dir, "device"));
    bench_input_make(o, dir, size, 4, n, 4);
    printf("| program, all processors, %dx%d, 30 poses, %d tuples | cuda, tuples/s | openmp, tuples/s | cuda / openmp "
           "|\n|---|---|---|---|\n",
           size.width, size.height, n);
    for (int i = 0; i < 2; i++) {
        const double cuda = run(o, dir, "cuda", formats[i], n, 2 * i);
        const double openmp = run(o, dir, "openmp", formats[i], n, 2 * i + 1);

        printf("| `--format %s` | %.0f | %.0f | %.1f |\n", formats[i], cuda, openmp, cuda / openmp);
        fflush(stdout);
    }
    printf("\n");
    bench_remove(dir);
}

static int open_device(bs_device *dev)
{
    bs_err err = { 0 };

    if (bs_device_open(dev, &err) == BS_OK)
        return 1;
    printf("Device: %s.\n\n", err.text);
    return 0;
}

void bench_print_device(const bench_options *o)
{
    const bench_size small = o->extent == BENCH_TINY ? (bench_size){ 64, 48, 1 } : (bench_size){ 320, 240, 1 };
    const int is_full = o->extent == BENCH_FULL;
    bs_device dev;

    if (!open_device(&dev))
        return;
    printf("Device: %s, compute capability %d.%d, %d multiprocessors, %d teams at a time.\n\n", dev.info.name,
           dev.info.major, dev.info.minor, dev.info.multiprocessors, dev.teams);
    printf("| blur and exposure, device resident | batch | tuples/s | ms per tuple | openmp, all processors, tuples/s | "
           "device / openmp |\n|---|---|---|---|---|---|\n");
    print_resident(o, &dev, small, 30, is_full ? 256 : 16);
    if (is_full) {
        print_resident(o, &dev, small, 30, 1);
        print_resident(o, &dev, (bench_size){ 1920, 1080, 1 }, 61, 16);
    }
    printf("\n");
    print_ceilings(&dev, o);
    dev.close(dev.self);
    print_programs(o);
}

void bench_device_once(void)
{
    bench_case *b = bench_case_create(1, (bench_size){ 320, 240, 1 }, 30);
    bs_device dev;
    ready r;

    if (!open_device(&dev))
        exit(77);
    r = (ready){ .dev = dev };
    prepare(&r, b, BENCH_ONCE);
    (void)time_batches(&r, 1);
    give_back(&r);
    dev.close(dev.self);
    bench_case_destroy(&b);
}
