#include "gen/source_internal.h"

#define LAYOUT "rgb/<name>.jpg (or .png) with depth/<name>.png"

int bs_source_find_rgbd(bs_source *src, bs_err *err)
{
    static const bs_folder_pair pair = { .photo = "rgb", .depth = "depth", .numbers_only = 0 };
    const int rc = bs_source_add_folders(src, ".", &pair, err);

    return rc == BS_OK && !src->n_frames ? bs_source_wrong_layout(src, LAYOUT, err) : rc;
}
