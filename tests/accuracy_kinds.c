/*
 * What accuracy is measured on.
 *
 * The main kinds stand for a set of six ray-traced scenes that earlier figures came from, so that numbers
 * can be compared.  They are worlds of the same sorts and were matched to that set in what makes a scene
 * hard: the motion's scale and slide, the sizes and contrasts of patterns, the number, size and distance of
 * things.  In the order below, the reference set first, then the means over three seeds here:
 *
 *   track of a point, mean px       15   15   15   15   15   15      15   15   15   15   15   15
 *   track of a point, longest px    22   23   18   18   20   25      22   21   20   20   21   22
 *   kernel, mean px                 7.8  6.4 10.0  6.0  9.5  6.3     7.6  7.5  7.8  8.1  7.8  7.8
 *   inside, % of the pixels         91   92   91   93   88   91      92   92   92   92   91   92
 *   uncovered, % of the pixels      13   12    8   12    0   29      10   11   10   10    0   28
 *   unseen light there, %           20   11   14   17    -   21      14   14   11   13    -   16
 *   gradient of the photo           23    8   22   12   19   15      19    7   20   12   17   16
 *   ray length, m, 5 %              1.2  1.2  1.1  0.9  1.3  0.9     1.0  1.0  1.0  1.0  1.4  1.1
 *   ray length, m, 95 %             5.0  4.6  4.1  4.1  7.2  4.0     5.2  5.1  4.3  4.3  7.2  4.0
 *   the sharp frame's PSNR, dB      17   21   18   19   19   17      18   25   18   22   19   18
 *
 * With these, the first-hit method has 47.4, 51.3 and 40.2 dB there (inside, visible, uncovered; means) and
 * 47.8, 51.8 and 40.4 here.  Single scenes differ by up to 3.4 dB (room_smooth, uncovered), others by up to
 * 2.0.
 */
#include "tests/accuracy.h"

const acc_kind acc_main[] = {
    { "cards_sharp", "cards_sharp", ACC_HAND, 15, 1, 0 },
    { "cards_smooth", "cards_smooth", ACC_HAND, 15, 1, 0 },
    { "room_sharp", "room_sharp", ACC_HAND, 15, 1, 0 },
    { "room_smooth", "room_smooth", ACC_HAND, 15, 1, 0 },
    { "slant_sharp", "slant_sharp", ACC_HAND, 15, 1, 0 },
    { "thin_smooth", "thin_smooth", ACC_HAND, 15, 1, 0 },
};
const int acc_n_main = sizeof acc_main / sizeof *acc_main;

/* Motions that a hand does not make, or the main kinds do not ask for.  Points move by up to 25 px forwards,
 * by up to 24 in a roll, by 17 or more in a turn; the poles, one to two pixels wide, by 20. */
const acc_kind acc_other[] = {
    { "forward", "room_sharp", ACC_FORWARD, 0.15, 1, 0 },
    { "roll", "cards_sharp", ACC_ROLL, 0.12, 1, 0 },
    { "turn", "room_sharp", ACC_TURN, 0.06, 1, 0 },
    { "fast_poles", "poles", ACC_SIDEWAYS, 0.070, 1, 0 },
    { "gratings", "layers", ACC_HAND, 15, 1, 0 },
    { "little_motion", "cards_sharp", ACC_HAND, 6, 1, 0 },
    { "much_motion", "cards_sharp", ACC_HAND, 30, 1, 0 },
    { "large_frame", "room_smooth", ACC_HAND, 15, 2, 0 },
};
const int acc_n_other = sizeof acc_other / sizeof *acc_other;
