/* inpaint/cleanup.h - whether a sensor's depth is cleaned up before use. Part of the public interface. */
#ifndef BS_CLEANUP_H
#define BS_CLEANUP_H

typedef enum bs_cleanup {
    BS_CLEANUP_AUTO, /* for frames whose depth comes from a sensor, as far as that is known */
    BS_CLEANUP_ON,
    BS_CLEANUP_OFF, /* depth as it is; holes completed from their surroundings, the farther side first */
} bs_cleanup;

#endif /* BS_CLEANUP_H */
