/*
 * cuda/seat.h - a caller's place at the device: memory for frames of one size, and one blur at a time.  Internal to the
 * library.
 */
#ifndef BS_SEAT_H
#define BS_SEAT_H

#include "cuda/cuda.h"
#include "homography/camera.h"
#include "homography/layers.h"
#include "homography/line_px.h"
#include "homography/reach.h"
#include "homography/response.h"
#include "homography/shutter.h"
#include "inpaint/method.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * bs_cuda_reserve() takes memory of the device's for images of a size and up to 'n_views' views, before there is any
 * work, so that it turns out early if there is too little: BS_ENODEV.  Larger images take more when they come.
 */
int bs_cuda_reserve(bs_cuda *cuda, int width, int height, size_t n_views, bs_err *err);

/*
 * bs_cuda_share() says how many callers may work at a time, of those between bs_cuda_begin() and bs_cuda_end(): whoever
 * waits for the device lets another one work.  Before there are any; 0: any number.
 */
void bs_cuda_share(bs_cuda *cuda, int most);
void bs_cuda_begin(bs_cuda *cuda);
void bs_cuda_end(bs_cuda *cuda);

typedef struct bs_seat bs_seat;

/* BS_EINVAL for the size, BS_ENOMEM, BS_EDEVICE. */
int bs_seat_create(bs_cuda *cuda, int width, int height, bs_seat **out, bs_err *err);
void bs_seat_destroy(bs_seat **seat);

/* Layers that the caller builds: it fills them in, and may leave them for as many blurs as it likes.  BS_ENOMEM, BS_EDEVICE. */
int bs_seat_layers(bs_seat *seat, bs_layers **out, bs_err *err);

/* A frame whose layers the device builds: as for bs_layers_build() (inpaint/background.h), but for the colours. */
typedef struct bs_seat_frame {
    const uint8_t *rgb; /* [height][width][3], of the order's response */
    const float *inv_depth, *parallax_px_m;
    const uint8_t *measured;
    const bs_reach *reach;
    bs_inpaint method; /* BACKGROUND, or NONE */
    int bicubic;
} bs_seat_frame;

/* What is to be made of them. */
typedef struct bs_seat_order {
    const bs_seat_frame *frame; /* its layers; NULL: those of bs_seat_layers(); borrowed for the call */
    bs_shutter shutter;
    const bs_view *views; /* [n][lines], borrowed for the call */
    int n;
    const bs_response *response; /* borrowed for the call */
    double noise_peak;           /* bs_expose() */
    uint64_t seed, sample;
    int with_blur; /* 1: 'blur' is asked for */
} bs_seat_order;

/* What came out; until the seat's next blur or its end. */
typedef struct bs_seat_result {
    const float *blur;      /* [height][width][3] as bs_warp_cpu() gives it; NULL unless asked for */
    const float *seen;      /* [height][width] */
    const uint8_t *encoded; /* [height][width][3] as bs_expose() gives it */
    int too_many; /* 1: nothing of this; the frame has more edges than the device has room for, and its layers are
                               to be built by the caller */
} bs_seat_result;

/*
 * bs_seat_blur() blurs the layers, and waits until that is done; other seats' blurs meanwhile go on.  The bytes are those
 * of bs_warp_cpu() and bs_expose().  BS_ENOMEM; BS_EDEVICE: the device failed, and does not blur any more: nothing is in
 * '*out'.
 */
int bs_seat_blur(bs_seat *seat, const bs_seat_order *order, bs_seat_result *out, bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_SEAT_H */
