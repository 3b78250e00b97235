/* A crew's memory: stores, lists, and places for images. */
#include "cuda/engine.h"

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

int bs_crew_open_memory(bs_crew *crew, bs_err *err)
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

int bs_crew_fit(bs_crew *crew, int n, size_t bytes, bs_err *err)
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

bs_image_places bs_image_places_for(int width, int height, size_t n_views)
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

int bs_crew_batch(const bs_crew *crew, int width, int height)
{
    const double bytes = (double)bs_image_places_for(width, height, 1).all;
    const double share = (double)crew->cuda->dev.info.unused / PLACES_SHARE / bytes;
    const int n = worth(crew, width, height);

    if (crew->cuda->batch || crew->cuda->dev.info.unused == 0 || share >= n)
        return n;
    return share >= 1 ? (int)share : 1;
}

int bs_crew_reserve(bs_crew *crew, int width, int height, size_t n_views, int n, bs_err *err)
{
    crew->place_bytes = bs_image_places_for(width, height, n_views).all;
    return alloc_places(crew, n, crew->place_bytes, err);
}

void bs_crew_free_memory(bs_crew *crew)
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
