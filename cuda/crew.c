#include "cuda/engine.h"

#include <stdlib.h>
#include <string.h>

/* As the device wants memory to begin, and more. */
#define ALIGN 256

/* A device that has this many tiles for each team that it runs at a time is busy for nearly all of a batch. */
#define TILES_PER_TEAM 8

/* One crew's images take this part of the device's unused memory at most, unless a batch is asked for. */
#define PLACES_SHARE 8

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* ---- memory of the device's */

/* Stores for as many teams as there is memory for. */
static int alloc_stores(bs_crew *crew, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;

    for (crew->teams = dev->teams;; crew->teams /= 2) {
        bs_err why = { 0 };
        const int rc = dev->alloc(dev->self, (size_t)crew->teams * dev->store_bytes, &crew->stores, &why);

        if (rc == BS_OK || rc != BS_ENOMEM || crew->teams <= dev->info.multiprocessors)
            return rc ? bs_fail(err, rc, "%s", why.text) : BS_OK;
    }
}

static int open_memory(bs_crew *crew, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;
    void *at = NULL;
    int rc = dev->open_stream(dev->self, &crew->stream, err);

    rc = rc ? rc : alloc_stores(crew, err);
    rc = rc ? rc : dev->alloc(dev->self, sizeof *crew->d_lists, &at, err);
    if (rc != BS_OK)
        return rc;
    crew->d_lists = at;
    rc = dev->alloc_host(dev->self, sizeof *crew->lists, &at, err);
    if (rc == BS_OK)
        crew->lists = at;
    return rc;
}

/* How many images of a size are worth a batch: as many as fill the device with tiles; and with frames whose layers are to
 * be built, by one block each. */
static int worth(const bs_crew *crew, int width, int height)
{
    const double tiles = (double)bs_tiles_along(width) * (double)bs_tiles_along(height);
    const double fill = TILES_PER_TEAM * (double)crew->teams / tiles;
    const double frames = (double)crew->cuda->dev.info.multiprocessors, most = fill > frames ? fill : frames;

    if (crew->cuda->batch)
        return crew->cuda->batch;
    return most >= BS_BATCH_MOST ? BS_BATCH_MOST : 1 + (int)most;
}

void bs_crew_release(bs_crew *crew)
{
    crew->cuda->dev.release(crew->cuda->dev.self, crew->d_places);
    crew->d_places = NULL;
    crew->places_bytes = 0;
}

/* Memory for 'n' images of 'bytes' each; what was there is given back first. */
static int alloc_places(bs_crew *crew, int n, size_t bytes, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;
    void *at = NULL;
    int rc;

    bs_crew_release(crew);
    rc = dev->alloc(dev->self, (size_t)n * bytes, &at, err);
    if (rc != BS_OK)
        return rc;
    crew->d_places = at;
    crew->places_bytes = (size_t)n * bytes;
    return BS_OK;
}

/* Room for 'n' images of 'bytes' each, or as many as there is memory for, at least one. */
static int fit_places(bs_crew *crew, int n, size_t bytes, bs_err *err)
{
    bs_err why = { 0 };
    int rc = bytes <= crew->places_bytes ? BS_OK : BS_ENOMEM;

    for (int m = n; rc == BS_ENOMEM && m > 0; m /= 2) {
        why.code = BS_OK;
        rc = alloc_places(crew, m, bytes, &why);
    }
    if (rc != BS_OK)
        return bs_fail(err, rc, "%s", why.text);
    crew->place_bytes = bytes;
    crew->n_places = crew->places_bytes / bytes < (size_t)n ? (int)(crew->places_bytes / bytes) : n;
    return BS_OK;
}

/* Of an image with that many views. */
static bs_image_places places_for(int width, int height, size_t n_views)
{
    const size_t n = (size_t)width * (size_t)height;
    bs_image_places p;

    p.response = aligned(bs_layers_bytes(width, height));
    p.frame = p.response + aligned(sizeof(bs_response));
    p.light = p.frame + bs_frame_places_of(width, height).all;
    p.room = p.light + aligned(3 * n * sizeof(float));
    p.seen = p.room + aligned(bs_room_bytes(width, height, bs_room_spots(width, height)));
    p.blur = p.seen + aligned(n * sizeof(float));
    p.encoded = p.blur + aligned(3 * n * sizeof(float));
    p.views = p.encoded + aligned(3 * n);
    p.all = p.views + aligned(bs_views_room(n_views) * sizeof(bs_view));
    return p;
}

static bs_image_places places_of(const bs_seat *s)
{
    return places_for(s->width, s->height, s->n_views);
}

/* ---- a batch */

static int upload(const bs_crew *crew, void *to, const void *from, size_t n, bs_err *err)
{
    return crew->cuda->dev.upload(crew->cuda->dev.self, crew->stream, to, from, n, err);
}

static int download(const bs_crew *crew, void *to, const void *from, size_t n, bs_err *err)
{
    return crew->cuda->dev.download(crew->cuda->dev.self, crew->stream, to, from, n, err);
}

static void *at_of(char *place, size_t at)
{
    return place + at;
}

/* What a seat's blur reads, but for its layers; and what it is. */
static int send(bs_crew *crew, const bs_seat *s, char *place, bs_blur_item *item, bs_err *err)
{
    const bs_seat_order *o = &s->order;
    const bs_image_places p = places_of(s);
    int rc = upload(crew, place + p.views, s->views, s->n_views * sizeof *s->views, err);

    rc = rc ? rc : upload(crew, place + p.response, o->response, sizeof *o->response, err);
    memset(item, 0, sizeof *item);
    item->views = at_of(place, p.views);
    item->n_poses = o->n;
    item->n_lines = bs_shutter_lines(o->shutter, s->width, s->height);
    item->rows = bs_rows_of(o->shutter);
    item->blur = at_of(place, p.blur);
    item->seen = at_of(place, p.seen);
    item->response = at_of(place, p.response);
    item->encoded = at_of(place, p.encoded);
    item->noise_peak = (float)o->noise_peak;
    item->seed = o->seed;
    item->sample = o->sample;
    return rc;
}

/* Layers that the host has built. */
static int send_layers(bs_crew *crew, const bs_seat *s, char *place, bs_blur_item *item, bs_err *err)
{
    item->layers = bs_layers_moved(&s->layers, place);
    return upload(crew, place, s->layers.memory, bs_layers_used(&s->layers), err);
}

/* A frame, of which the device builds them: the i-th of a batch, the k-th of those. */
static int send_frame(bs_crew *crew, const bs_seat *s, char *place, int i, int k, bs_err *err)
{
    const bs_frame_places f = bs_frame_places_of(s->width, s->height);
    const bs_image_places p = places_of(s);
    bs_blur_item *item = &crew->lists->items[i];
    bs_build_item *build = &crew->lists->builds[k];
    const int rc = bs_layers_place(s->width, s->height, place, &item->layers, err);

    item->layers.bicubic = s->frame.bicubic;
    item->rgb = at_of(place, p.frame);
    item->light = at_of(place, p.light);
    build->rgb = item->light;
    build->inv_depth = at_of(place, p.frame + f.inv_depth);
    build->parallax_px_m = at_of(place, p.frame + f.parallax);
    build->measured = at_of(place, p.frame + f.measured);
    build->reach = at_of(place, p.frame + f.reach);
    build->method = s->frame.method;
    build->layers = &crew->d_lists->items[i].layers;
    build->wanted = &crew->d_lists->wanted[k];
    crew->lists->rooms[k] =
        bs_room_place(s->width, s->height, bs_room_spots(s->width, s->height), place + p.room);
    return rc ? rc : upload(crew, place + p.frame, s->memory, f.all, err);
}

/* All that a batch reads; '*n_builds' of its frames come without layers, those of numbers 'which'. */
static int send_all(bs_crew *crew, bs_seat *const *seats, int n, int *n_builds, int which[BS_BATCH_MOST],
                    bs_err *err)
{
    bs_crew_lists *to = crew->d_lists;
    int rc = BS_OK, m = 0;

    for (int i = 0; rc == BS_OK && i < n; i++) {
        char *place = crew->d_places + (size_t)i * crew->place_bytes;
        bs_blur_item *item = &crew->lists->items[i];

        rc = send(crew, seats[i], place, item, err);
        if (rc == BS_OK && !seats[i]->order.frame)
            rc = send_layers(crew, seats[i], place, item, err);
        if (rc == BS_OK && seats[i]->order.frame) {
            rc = send_frame(crew, seats[i], place, i, m, err);
            which[m++] = i;
        }
    }
    *n_builds = m;
    rc = rc ? rc : upload(crew, to->items, crew->lists->items, (size_t)n * sizeof *to->items, err);
    if (rc == BS_OK && m) {
        rc = upload(crew, to->builds, crew->lists->builds, (size_t)m * sizeof *to->builds, err);
        rc = rc ? rc : upload(crew, to->rooms, crew->lists->rooms, (size_t)m * sizeof *to->rooms, err);
    }
    return rc;
}

static int fetch(bs_crew *crew, const bs_seat *s, const char *place, bs_err *err)
{
    const size_t n = (size_t)s->width * (size_t)s->height;
    const bs_image_places p = places_of(s);
    int rc = download(crew, s->seen, place + p.seen, n * sizeof *s->seen, err);

    rc = rc ? rc : download(crew, s->encoded, place + p.encoded, 3 * n, err);
    if (rc == BS_OK && s->order.with_blur)
        rc = download(crew, s->blur, place + p.blur, 3 * n * sizeof *s->blur, err);
    return rc;
}

/* What the device does with a batch: layers, blurs, and back. */
static int do_batch(bs_crew *crew, bs_seat *const *seats, int n, int n_builds, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;
    const bs_blur_batch batch = { crew->d_lists->items, n, seats[0]->width, seats[0]->height };
    int rc = BS_OK;

    if (n_builds) {
        rc = dev->build(dev->self, crew->stream, &batch, crew->d_lists->builds, n_builds,
                        crew->d_lists->rooms, &crew->d_lists->next, err);
        rc = rc ? rc
                : download(crew, crew->lists->wanted, crew->d_lists->wanted,
                           (size_t)n_builds * sizeof *crew->lists->wanted, err);
    }
    rc =
        rc ? rc
           : dev->blur(dev->self, crew->stream, &batch, crew->stores, crew->teams, &crew->d_lists->next, err);
    for (int i = 0; rc == BS_OK && i < n; i++)
        rc = fetch(crew, seats[i], crew->d_places + (size_t)i * crew->place_bytes, err);
    return rc;
}

/* Blurs 'n' seats of one size, for which there are places. */
static int run_batch(bs_crew *crew, bs_seat *const *seats, int n, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;
    int which[BS_BATCH_MOST], n_builds = 0;
    int rc = send_all(crew, seats, n, &n_builds, which, err);

    rc = rc ? rc : do_batch(crew, seats, n, n_builds, err);
    if (rc != BS_OK) { /* what is on its way must not find its memory given back */
        (void)dev->wait(dev->self, crew->stream, NULL);
        return rc;
    }
    rc = dev->wait(dev->self, crew->stream, err);
    for (int k = 0; rc == BS_OK && k < n_builds; k++)
        seats[which[k]]->wanted = crew->lists->wanted[k];
    return rc;
}

/* All seats taken, by as many batches as memory wants. */
static int run_all(bs_crew *crew, bs_seat *const *seats, int n, bs_err *err)
{
    size_t bytes = 0;
    int rc, m;

    for (int i = 0; i < n; i++) {
        const bs_image_places p = places_of(seats[i]);

        bytes = p.all > bytes ? p.all : bytes;
    }
    rc = fit_places(crew, worth(crew, seats[0]->width, seats[0]->height), bytes, err);
    for (int i = 0; rc == BS_OK && i < n; i += m) {
        m = n - i < crew->n_places ? n - i : crew->n_places;
        rc = run_batch(crew, &seats[i], m, err);
    }
    return rc;
}

/* ---- the thread */

static int is_like(const bs_seat *a, const bs_seat *b)
{
    return a->width == b->width && a->height == b->height;
}

/* Takes seats of one size from the queue, up to 'most', in order.  With the lock held. */
static int take(bs_cuda *c, int most, bs_seat **out)
{
    bs_seat **at = &c->first, *kept = NULL;
    int n = 0;

    while (*at) {
        bs_seat *s = *at;

        if (n < most && (n == 0 || is_like(s, out[0]))) {
            *at = s->next;
            s->state = BS_SEAT_TAKEN;
            out[n++] = s;
        } else {
            kept = s;
            at = &s->next;
        }
    }
    c->last = kept;
    return n;
}

/* With the lock held: what has become of them. */
static void give_back(bs_cuda *c, bs_seat *const *seats, int n, int rc, const bs_err *why)
{
    if (rc == BS_ENODEV)
        rc = BS_EDEVICE;
    if (rc == BS_EDEVICE && !c->broken.code) {
        c->broken = *why;
        c->broken.code = rc;
    }
    for (int i = 0; i < n; i++) {
        seats[i]->rc = rc;
        seats[i]->why = *why;
        seats[i]->state = BS_SEAT_DONE;
    }
    pthread_cond_broadcast(&c->done);
}

static void *work(void *user)
{
    bs_crew *crew = user;
    bs_cuda *c = crew->cuda;
    bs_seat *seats[BS_BATCH_MOST];

    pthread_mutex_lock(&c->lock);
    for (;;) {
        bs_err why = { 0 };
        int n, rc;

        while (!c->first && !crew->is_dismissed)
            pthread_cond_wait(&c->work, &c->lock);
        if (!c->first || crew->is_dismissed)
            break;
        n = take(c, worth(crew, c->first->width, c->first->height), seats);
        rc = c->broken.code ? bs_fail(&why, c->broken.code, "%s", c->broken.text) : BS_OK;
        pthread_mutex_unlock(&c->lock);
        rc = rc ? rc : run_all(crew, seats, n, &why);
        pthread_mutex_lock(&c->lock);
        give_back(c, seats, n, rc, &why);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

static void free_memory(bs_crew *crew)
{
    const bs_device *dev = &crew->cuda->dev;

    dev->release(dev->self, crew->d_places);
    dev->release(dev->self, crew->d_lists);
    dev->release(dev->self, crew->stores);
    dev->release_host(dev->self, crew->lists);
    if (crew->stream)
        dev->close_stream(dev->self, crew->stream);
    *crew = (bs_crew){ 0 };
}

int bs_crew_open(bs_cuda *cuda, bs_crew *crew, bs_err *err)
{
    int rc;

    crew->cuda = cuda;
    rc = open_memory(crew, err);
    if (rc == BS_OK && pthread_create(&crew->thread, NULL, work, crew))
        rc = bs_fail(err, BS_ENOMEM, "the system gives no thread for the CUDA back end");
    if (rc == BS_OK)
        crew->is_started = 1;
    else
        free_memory(crew);
    return rc;
}

int bs_crew_batch(const bs_crew *crew, int width, int height)
{
    const double bytes = (double)places_for(width, height, 1).all;
    const double share = (double)crew->cuda->dev.info.unused / PLACES_SHARE / bytes;
    const int n = worth(crew, width, height);

    return crew->cuda->batch || crew->cuda->dev.info.unused == 0 || share >= n ? n
           : share >= 1                                                        ? (int)share
                                                                               : 1;
}

int bs_crew_reserve(bs_crew *crew, int width, int height, size_t n_views, int n, bs_err *err)
{
    crew->place_bytes = places_for(width, height, n_views).all;
    return alloc_places(crew, n, crew->place_bytes, err);
}

void bs_crew_close(bs_crew *crew)
{
    if (!crew->is_started)
        return;
    pthread_mutex_lock(&crew->cuda->lock);
    crew->is_dismissed = 1;
    pthread_cond_broadcast(&crew->cuda->work);
    pthread_mutex_unlock(&crew->cuda->lock);
    pthread_join(crew->thread, NULL);
    free_memory(crew);
}
