/* tests/lanes_order.h - in which order the lanes of tests/lanes.h take their turns. */
#ifndef LANES_ORDER_H
#define LANES_ORDER_H

typedef enum lanes_order { LANES_UP, LANES_DOWN, LANES_MIXED /* another one each time */, LANES_ORDERS } lanes_order;

#endif /* LANES_ORDER_H */
