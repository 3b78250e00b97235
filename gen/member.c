/* The members of a tuple: what their folders and files are called. */
#include "gen/dataset.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const folders[BS_MEMBERS] = { "blur", "sharp", "kernel",      "depth",
                                                 "mask", "meta",  "kernel_noisy" };
static const char *const kernel_extensions[] = { "npy", "npy", "flo", "png" }; /* by bs_kernel_format */

const char *bs_member_folder(int member)
{
    return folders[member];
}

const char *bs_member_extension(const bs_dataset *ds, int member)
{
    return member == BS_MEMBER_KERNEL || member == BS_MEMBER_KERNEL_NOISY
               ? kernel_extensions[ds->opt.kernel_format]
           : member == BS_MEMBER_META ? "json"
                                      : "png";
}

void bs_member_path(const bs_dataset *ds, int64_t key, int member, char *out, size_t n)
{
    const int split = bs_dataset_split(ds, key);

    snprintf(out, n, "%s%s%s/%08" PRId64 ".%s", split < 0 ? "" : ds->opt.splits[split].name,
             split < 0 ? "" : "/", folders[member], key, bs_member_extension(ds, member));
}
