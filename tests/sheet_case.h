/*
 * tests/sheet_case.h - what tests of sheets share: a small frame's layers, and numbers drawn.
 */
#ifndef SHEET_CASE_H
#define SHEET_CASE_H

#include <stdint.h>

#include "homography/layers.h"

enum { W = 64, H = 48 };

/* 'lo' to 'hi'. */
double between(uint32_t *seed, double lo, double hi);

/* Layers of W x H with nothing in them yet, 4 m away; destroy them. */
bs_layers make_layers(void);

#endif /* SHEET_CASE_H */
