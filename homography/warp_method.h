/* homography/warp_method.h - the ways to find what the moving camera sees. Part of the public interface. */
#ifndef BS_WARP_METHOD_H
#define BS_WARP_METHOD_H

typedef enum bs_method {
    BS_METHOD_FIRST_HIT, /* each pixel takes the first surface its ray meets: exact, between pixels too */
    BS_METHOD_SCATTER,   /* each reference pixel is moved to a whole pixel, and holes are inpainted in every
                            warped frame: the published method (a master's thesis' Algorithm 1), literally */
} bs_method;

#endif /* BS_WARP_METHOD_H */
