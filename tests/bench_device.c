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
    void *stream, *stores, *memory;
    bs_blur_item *items; /* the device's, as all below */
    bs_build_item *builds;
    bs_scene *rooms;
    int *wanted, *next;
    bs_blur_batch batch;
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

/* The next 'n' bytes of the device's memory, with what lies at 'from' unless that is NULL. */
static void *put(ready *r, char **at, const void *from, size_t n)
{
    void *to = *at;

    if (from)
        upload(r, to, from, n);
    *at += (n + 255) / 256 * 256;
    return to;
}

/* Bytes that a frame and its blur take, or more. */
static size_t bytes_of(const bench_case *b)
{
    const int w = b->c->camera.width, h = b->c->camera.height;

    return bs_layers_bytes(w, h) + bs_room_bytes(w, h, bs_room_spots(w, h)) + 43 * b->c->n_px +
           (size_t)b->n_poses * sizeof *b->views +
           (size_t)bs_reach_cells(w) * (size_t)bs_reach_cells(h) * sizeof *b->reach + sizeof b->response +
           16 * 256;
}

/* The i-th blur of a batch: a frame of its own, of the same content, with layers that are built already. */
static void put_image(ready *r, const bench_case *b, int i, char *at, bs_blur_item *item,
                      bs_build_item *build, bs_scene *room)
{
    const int w = b->c->camera.width, h = b->c->camera.height;
    const size_t px = b->c->n_px, cells = (size_t)bs_reach_cells(w) * (size_t)bs_reach_cells(h);
    const size_t n_room = bs_room_bytes(w, h, bs_room_spots(w, h));

    *item = (bs_blur_item){ .n_poses = b->n_poses, .n_lines = 1, .noise_peak = 5000, .sample = (uint64_t)i };
    item->layers = bs_layers_moved(&b->layers, put(r, &at, b->layers.memory, bs_layers_bytes(w, h)));
    item->views = put(r, &at, b->views, (size_t)b->n_poses * sizeof *b->views);
    item->response = put(r, &at, &b->response, sizeof b->response);
    item->blur = put(r, &at, NULL, 3 * px * sizeof *item->blur);
    item->seen = put(r, &at, NULL, px * sizeof *item->seen);
    item->encoded = put(r, &at, NULL, 3 * px);
    item->rgb = put(r, &at, b->c->sharp, 3 * px);
    item->light = put(r, &at, NULL, 3 * px * sizeof *item->light);
    *build = (bs_build_item){ .rgb = item->light,
                              .inv_depth = put(r, &at, b->inv_depth, px * sizeof *b->inv_depth),
                              .measured = put(r, &at, b->measured, px),
                              .parallax_px_m = put(r, &at, b->parallax, px * sizeof *b->parallax),
                              .reach = put(r, &at, b->reach, cells * sizeof *b->reach),
                              .layers = &r->items[i].layers,
                              .wanted = &r->wanted[i] };
    *room = bs_room_place(w, h, bs_room_spots(w, h), put(r, &at, NULL, n_room));
}

static void prepare(ready *r, const bench_case *b, int n)
{
    bs_blur_item *items = acc_alloc((size_t)n, sizeof *items);
    bs_build_item *builds = acc_alloc((size_t)n, sizeof *builds);
    bs_scene *rooms = acc_alloc((size_t)n, sizeof *rooms);
    const size_t each = bytes_of(b) / 256 * 256;
    bs_err err = { 0 };

    stop_on(r->dev.open_stream(r->dev.self, &r->stream, &err), &err);
    r->stores = take(r, (size_t)r->dev.teams * r->dev.store_bytes);
    r->items = take(r, (size_t)n * sizeof *items);
    r->builds = take(r, (size_t)n * sizeof *builds);
    r->rooms = take(r, (size_t)n * sizeof *rooms);
    r->wanted = take(r, (size_t)n * sizeof *r->wanted);
    r->next = take(r, sizeof *r->next);
    r->memory = take(r, (size_t)n * each);
    for (int i = 0; i < n; i++)
        put_image(r, b, i, (char *)r->memory + (size_t)i * each, &items[i], &builds[i], &rooms[i]);
    upload(r, r->items, items, (size_t)n * sizeof *items);
    upload(r, r->builds, builds, (size_t)n * sizeof *builds);
    upload(r, r->rooms, rooms, (size_t)n * sizeof *rooms);
    r->batch = (bs_blur_batch){ r->items, n, b->c->camera.width, b->c->camera.height };
    free(items);
    free(builds);
    free(rooms);
}

static void give_back(ready *r)
{
    void *const all[] = { r->memory, r->next, r->wanted, r->rooms, r->builds, r->items, r->stores };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        r->dev.release(r->dev.self, all[i]);
    r->dev.close_stream(r->dev.self, r->stream);
}

/* What of a batch is timed. */
enum { BLUR = 1, LAYERS = 2 };

/* Seconds for a batch, of several in a row. */
static double time_batches(ready *r, int what, int times)
{
    const double t = bench_wall_s();
    bs_err err = { 0 };

    for (int i = 0; i < times; i++) {
        if (what & LAYERS)
            stop_on(r->dev.build(r->dev.self, r->stream, &r->batch, r->builds, r->batch.n, r->rooms, &err),
                    &err);
        if (what & BLUR)
            stop_on(r->dev.blur(r->dev.self, r->stream, &r->batch, r->stores, r->dev.teams, r->next, &err),
                    &err);
    }
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

static void print_resident(const bench_options *o, const bs_device *dev, bench_size size, int n_poses,
                           int batch)
{
    const int threads = (int)sysconf(_SC_NPROCESSORS_ONLN);

    for (int kind = 0; kind < BENCH_KINDS; kind++) {
        double device[BENCH_MAX_REPS], both[BENCH_MAX_REPS], here[BENCH_MAX_REPS], ratio[BENCH_MAX_REPS];
        bench_case *b = bench_case_create(kind, size, n_poses);
        ready r = { .dev = *dev };
        double began_s;
        int n = 0;

        prepare(&r, b, batch);
        (void)time_batches(&r, BLUR | LAYERS, 1);
        (void)time_processors(b, threads);
        for (began_s = bench_wall_s(); bench_again(o, n, began_s); n++) {
            device[n] = time_batches(&r, BLUR, AHEAD) / batch;
            both[n] = time_batches(&r, BLUR | LAYERS, AHEAD) / batch;
            here[n] = time_processors(b, threads);
            ratio[n] = here[n] / device[n];
        }
        printf("| %dx%d, %d poses, %s | %d | %.0f | %.3f | %.0f | %.1f | %.1f |\n", size.width, size.height,
               n_poses, bench_kind_names[kind], batch, 1 / bench_median(device, n),
               1e3 * bench_median(device, n), 1 / bench_median(both, n), 1 / bench_median(here, n),
               bench_median(ratio, n));
        fflush(stdout);
        give_back(&r);
        bench_case_destroy(&b);
    }
}

static void print_ceilings(const bench_options *o)
{
    bench_case *b = bench_case_create(1, (bench_size){ 320, 240, 1 }, 30);
    const int n = o->extent == BENCH_TINY ? 1 : 64;
    bench_ceilings c = { 0, 0, 0 };
    const char *why = bench_measure_ceilings((size_t)n * bs_layers_used(&b->layers), &c);

    if (why)
        bench_stop("%s", why);
    printf("| ceiling of the device | measured |\n|---|---|\n");
    printf("| instructions of warps, 10^9 a second | %.0f |\n", 1e-9 * c.instructions_s);
    printf("| memory, copied there, GB/s read and written | %.0f |\n", 1e-9 * c.copy_bytes_s);
    printf("| from the host's locked memory, GB/s | %.1f |\n", 1e-9 * c.upload_bytes_s);
    printf("| what a 320x240 frame sends, MB | %.2f |\n\n", 1e-6 * 12 * (double)b->c->n_px);
    fflush(stdout);
    bench_case_destroy(&b);
}

/* The program with a back end on frames in 'dir'; tuples a second. */
static double run(const bench_options *o, const char *dir, const char *back_end, const char *format, int n,
                  int i)
{
    const bench_way all = { "", "0", format, "1", back_end };

    return n / bench_run(o, dir, &all, i).wall_s;
}

static void print_programs(const bench_options *o)
{
    static const char *const formats[] = { "null", "folder" };
    const int n = o->extent == BENCH_TINY ? 4 : o->extent == BENCH_QUICK ? 600 : 6000;
    const bench_size size = o->extent == BENCH_TINY ? (bench_size){ 64, 48, 1 } : (bench_size){ 320, 240, 1 };
    char dir[4096];

    snprintf(dir, sizeof dir, "%s", bench_path(o->dir, "device"));
    bench_input_make(o, dir, size, 4, n, 4);
    printf("| program, all processors, %dx%d, 30 poses, %d tuples | cuda, tuples/s | openmp, tuples/s | cuda "
           "/ openmp "
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
    const bench_size small =
        o->extent == BENCH_TINY ? (bench_size){ 64, 48, 1 } : (bench_size){ 320, 240, 1 };
    const int is_full = o->extent == BENCH_FULL;
    bs_device dev;

    if (!open_device(&dev))
        return;
    printf("Device: %s, compute capability %d.%d, %d multiprocessors, %d teams at a time.\n\n", dev.info.name,
           dev.info.major, dev.info.minor, dev.info.multiprocessors, dev.teams);
    printf("| blur and exposure, device resident | batch | tuples/s | ms per tuple | with layers, tuples/s | "
           "openmp's blur, all processors, tuples/s | device / openmp |\n|---|---|---|---|---|---|---|\n");
    print_resident(o, &dev, small, 30, is_full ? 256 : 16);
    if (is_full) {
        print_resident(o, &dev, small, 30, 1);
        print_resident(o, &dev, (bench_size){ 1920, 1080, 1 }, 61, 8);
    }
    printf("\n");
    print_ceilings(o);
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
    (void)time_batches(&r, BLUR, 1);
    give_back(&r);
    dev.close(dev.self);
    bench_case_destroy(&b);
}
