/*
 * tests/fake_device.h - a device that there is not: memory of the host's, streams that do nothing until somebody waits for
 * them, and failures when they are asked for.
 */
#ifndef FAKE_DEVICE_H
#define FAKE_DEVICE_H

#include <pthread.h>

#include "cuda/device.h"

typedef struct fake_device {
    /* What it is to be like; set before fake_device_make(). */
    size_t memory;      /* bytes that it has for alloc(); 0: any number */
    size_t memory_host; /* and for alloc_host() */
    int teams;          /* 0: 4 */
    int fail_at;        /* the number of the call that fails, from 1 on; 0: none */
    int fail_code;      /* by which; after BS_ENODEV all do */
    int gate; /* batches that wait() lets pass only when this many blurs have been asked for; 0: none */
    void (*blur)(const bs_blur_item *item);
    void (*build)(const bs_build_item *item, const bs_scene *room);
    int (*asked)(void *user); /* for 'gate': how many */
    void *asked_user;

    /* What has happened. */
    pthread_mutex_t lock;
    int calls, failed;
    int allocs;                     /* all there ever were */
    int alive, alive_host, streams; /* that have not been given back */
    size_t used, used_host, most;   /* bytes now; of 'used', the most there ever were */
    int batches, largest;           /* blurs of a batch */
    int sick;
} fake_device;

/* 'f' must outlive the device. */
void fake_device_make(fake_device *f, bs_device *out);

/* Item by item, as a processor does; 'encoded' as well. */
void fake_blur_plain(const bs_blur_item *item);
void fake_build_plain(const bs_build_item *item, const bs_scene *room);
/* There is never room enough. */
void fake_build_too_many(const bs_build_item *item, const bs_scene *room);

#endif /* FAKE_DEVICE_H */
