/* inpaint/method.h - the ways to fill what the moving camera uncovers. Part of the public interface. */
#ifndef BS_METHOD_H
#define BS_METHOD_H

typedef enum bs_inpaint {
    BS_INPAINT_BACKGROUND, /* the farther surface, continued */
    BS_INPAINT_TELEA,      /* cv::inpaint, INPAINT_TELEA */
    BS_INPAINT_NS,         /* cv::inpaint, INPAINT_NS */
    BS_INPAINT_NONE,       /* left unknown: such light does not count */
} bs_inpaint;

#endif /* BS_METHOD_H */
