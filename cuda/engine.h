/*
 * cuda/engine.h - the back end, as its parts share it.  Internal to cuda/.
 *
 * Callers put their seats into a queue and wait.  Crews take what waits: while one's batch is on its way to or from the
 * device, another's is blurred.  No batch waits to become larger: when the device is busy they grow by themselves.
 */
#ifndef BS_ENGINE_H
#define BS_ENGINE_H

#include <pthread.h>

#include "cuda/device.h"
#include "cuda/seat.h"

/* One computes while the other copies. */
#define BS_CREWS 2

/* Most blurs of a batch, whatever is asked for. */
#define BS_BATCH_MOST 256

typedef enum bs_seat_state { BS_SEAT_IDLE, BS_SEAT_WAITING, BS_SEAT_TAKEN, BS_SEAT_DONE } bs_seat_state;

struct bs_seat {
    bs_cuda *cuda;
    int width, height;
    /* Memory of the host's that the device copies from and to; owned. */
    char *memory;        /* a frame, as bs_frame_places says; then 'seen' and 'encoded' */
    char *layers_memory; /* of 'layers'; NULL before they are asked for */
    float *blur;         /* likewise */
    bs_view *views;
    size_t n_views, views_room;

    bs_layers layers;
    float *seen;
    uint8_t *encoded;

    /* What follows is the order, and, guarded by the engine's lock, what has become of it. */
    bs_seat_order order; /* its views are those above, its response and frame the next */
    bs_response response;
    bs_seat_frame frame; /* how it is to be built; the rest lies in 'memory' */
    int wanted;          /* spots, where there was no room for them */
    bs_seat_state state;
    struct bs_seat *next; /* in the queue */
    int rc;
    bs_err why;
};

/* A frame in memory, the host's and the device's: bytes from the first on. */
typedef struct bs_frame_places {
    size_t inv_depth, parallax, measured, reach, all; /* 'rgb' is at 0 */
} bs_frame_places;

bs_frame_places bs_frame_places_of(int width, int height);

/* What of the device's memory an image has, likewise. */
typedef struct bs_image_places {
    size_t response, frame, light, room, seen, blur, encoded, views, all; /* the layers are at 0 */
} bs_image_places;

/* What a batch tells the device, and the device of it. */
typedef struct bs_crew_lists {
    bs_blur_item items[BS_BATCH_MOST];
    bs_build_item builds[BS_BATCH_MOST];
    bs_scene rooms[BS_BATCH_MOST];
    int wanted[BS_BATCH_MOST]; /* of builds */
    int next;
} bs_crew_lists;

typedef struct bs_crew {
    bs_cuda *cuda;
    pthread_t thread;
    int is_started;
    int is_dismissed; /* 1: its thread is to end; guarded by the engine's lock */
    void *stream;
    void *stores; /* [teams] of the device's */
    int teams;
    bs_crew_lists *lists, *d_lists; /* the host's, and the device's */
    char *d_places; /* [n_places][place_bytes] of the device's: what an image reads and writes */
    int n_places;
    size_t place_bytes, places_bytes; /* of one; of all that was allocated */
} bs_crew;

struct bs_cuda {
    bs_device dev;
    int batch; /* most of a batch; 0: as many as fill the device */
    bs_crew crews[BS_CREWS];

    pthread_mutex_t lock;        /* what follows, and the seats' states */
    pthread_cond_t work;         /* told to crews: there is some, or there will be none */
    pthread_cond_t done;         /* told to callers */
    pthread_cond_t turn;         /* likewise: one may work who could not */
    int n_working, most_working; /* callers that do something else than wait for the device; 0: any number */
    bs_seat *first, *last;
    bs_err broken; /* code not 0: the device failed; all that is asked of it from then on fails so */
};

/* engine.c: waits, with the lock held, until fewer work than may. */
void bs_cuda_take_turn(bs_cuda *c);

/* seat.c: how many views there is room for where so many are wanted. */
#define BS_VIEWS_AT_FIRST 4096
size_t bs_views_room(size_t n_views);

/* engine.c: takes 'dev' over, also if it fails. */
int bs_cuda_open_on(const bs_device *dev, int batch, bs_cuda **out, bs_err *err);

/* crew.c: memory and thread; neither is there if it fails. */
int bs_crew_open(bs_cuda *cuda, bs_crew *crew, bs_err *err);
/* When its work is done, or at once if there is none. */
void bs_crew_close(bs_crew *crew);
/* batch.c: blurs seats of one size, by as many batches as memory wants. */
int bs_crew_blur(bs_crew *crew, bs_seat *const *seats, int n, bs_err *err);

/* memory.c: all but the places; and gives back all.  BS_ENOMEM, BS_ENODEV. */
int bs_crew_open_memory(bs_crew *crew, bs_err *err);
void bs_crew_free_memory(bs_crew *crew);

/* memory.c: what an image with that many views takes. */
bs_image_places bs_image_places_for(int width, int height, size_t n_views);

/* memory.c: how many images of a size are worth a batch, of those that may be given memory. */
int bs_crew_batch(const bs_crew *crew, int width, int height);

/* memory.c: before any work, places for 'n' such images; BS_ENOMEM, BS_ENODEV: it then has none.  And gives them back. */
int bs_crew_reserve(bs_crew *crew, int width, int height, size_t n_views, int n, bs_err *err);
void bs_crew_release(bs_crew *crew);

/* memory.c: places for 'n' images of 'bytes' each, or as many as there is memory for, at least one.  BS_ENOMEM,
 * BS_ENODEV. */
int bs_crew_fit(bs_crew *crew, int n, size_t bytes, bs_err *err);

#endif /* BS_ENGINE_H */
