/*
 * gen/huffman.h - Huffman codes as deflate has them (RFC 1951, 3.2.2), with a limit to their length.
 */
#ifndef BS_HUFFMAN_H
#define BS_HUFFMAN_H

#include <stdint.h>

#define BS_HUFFMAN_MAX 288 /* symbols */

/* A symbol's code: 'bits' bits, the first of the code lowest, as deflate packs them; 0 bits: not used. */
typedef struct bs_code {
    uint16_t code, bits;
} bs_code;

/*
 * Codes for symbols 0 to n - 1 that occur 'count' times, none longer than 'limit' bits: the shortest ones, or
 * where the limit is in the way those of flatter counts.  The code is complete (no bit string is without
 * meaning): where fewer than two symbols occur, the first that do not get codes as well.
 * n is 2 to BS_HUFFMAN_MAX, each count below 2^22, 2^limit at least 2 n, and limit at most 15.
 */
void bs_huffman_make(const uint32_t *count, int n, int limit, bs_code *codes);

#endif /* BS_HUFFMAN_H */
