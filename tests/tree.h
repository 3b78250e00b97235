/*
 * tests/tree.h - small trees of folders and images for tests of sources.
 *
 * A tree is a new folder below the system's folder for temporary files, gone after tree_remove().  Names are
 * relative to it, and folders on the way are made.  What cannot be made fails the test.
 */
#ifndef TREE_H
#define TREE_H

#include <stddef.h>
#include <stdint.h>

#include "gen/source.h"

typedef struct tree {
    char dir[256];
} tree;

tree tree_create(void);
void tree_remove(tree *t);

/* "DIR/name", good until the fourth call after this one. */
const char *tree_path(const tree *t, const char *name);

void tree_folder(const tree *t, const char *name);
void tree_text(const tree *t, const char *name, const char *text);
void tree_bytes(const tree *t, const char *name, const void *data, size_t n);
void tree_link(const tree *t, const char *target, const char *name);
/* Leaves the first 'n' bytes of a file. */
void tree_cut(const tree *t, const char *name, size_t n);

/* A PNG whose channel c at (x, y) is tree_photo_value(x, y, c), or a JPEG of mid-grey. */
uint8_t tree_photo_value(int x, int y, int c);
void tree_photo(const tree *t, const char *name, int width, int height);
void tree_jpeg(const tree *t, const char *name, int width, int height);

/* A 16-bit grey PNG: all of one value, or as given. */
void tree_depth(const tree *t, const char *name, int width, int height, uint16_t value);
void tree_depth_px(const tree *t, const char *name, int width, int height, const uint16_t *px);
/* An 8-bit grey PNG, which is not a depth map. */
void tree_grey(const tree *t, const char *name, int width, int height);

/* A photo and a depth of 'value', 8x6 pixels: "0/1/photo/25.png" and "0/1/depth/25.png". */
void tree_frame(const tree *t, const char *trajectory, const char *base, uint16_t value);

/* Opens the tree (or the folder 'name' in it) as a source; it must, or must not, work. */
bs_source *tree_open(const tree *t, const char *name, bs_source_kind kind);
int tree_open_fails(const tree *t, const char *name, bs_source_kind kind, bs_err *err);

size_t source_n_frames(const bs_source *src);
/* The reason why 'input' was skipped, or NULL. */
const char *source_reason(const bs_source *src, const char *input);

/* Fails with both strings unless 'text' contains 'part'. */
void assert_contains(const char *text, const char *part);

#endif /* TREE_H */
