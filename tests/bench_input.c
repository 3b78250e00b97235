/* Frames as files: a few ray-traced ones under many names. */
#define _XOPEN_SOURCE 700 /* nftw() */

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/bench.h"

#define PER_TRAJECTORY 300
#define FRAME_STEP 25 /* names of make_sample's frames */

const char *bench_path(const char *dir, const char *name)
{
    static char paths[4][4096];
    static int at;
    char *path = paths[at++ % 4];

    if (snprintf(path, sizeof *paths, "%s/%s", dir, name) >= (int)sizeof *paths)
        bench_stop("%s: too long a path", dir);
    return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void bench_remove(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_dir(const char *path)
{
    if (mkdir(path, 0777) && errno != EEXIST)
        bench_stop("%s: %s", path, strerror(errno));
}

static void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
    char part[65536];
    size_t n;
    int bad = !out;

    while (!bad && (n = fread(part, 1, sizeof part, in)) > 0)
        bad = fwrite(part, 1, n, out) != n;
    bad = bad || ferror(in);
    if ((out && fclose(out)) || bad)
        bench_stop("%s as %s: %s", from, to, strerror(errno));
    fclose(in);
}

/* Frame 'i' is a copy of the sample's frame 'from'. */
static void copy_frame(const char *dir, int64_t i, int from)
{
    static const char *const kinds[] = { "photo", "depth" }, *const extensions[] = { "jpg", "png" };

    for (int k = 0; k < 2; k++) {
        char old[128], new[128], folder[128];
        const long long trajectory = (long long)i / PER_TRAJECTORY;

        snprintf(folder, sizeof folder, "frames/0/%lld", trajectory);
        make_dir(bench_path(dir, folder));
        snprintf(folder, sizeof folder, "frames/0/%lld/%s", trajectory, kinds[k]);
        make_dir(bench_path(dir, folder));
        snprintf(old, sizeof old, "sample/0/0/%s/%d.%s", kinds[k], from * FRAME_STEP, extensions[k]);
        snprintf(new, sizeof new, "frames/0/%lld/%s/%lld.%s", trajectory, kinds[k],
                 (long long)i % PER_TRAJECTORY, extensions[k]);
        copy_file(bench_path(dir, old), bench_path(dir, new));
    }
}

void bench_input_make(const bench_options *o, const char *dir, bench_size size, int n_rays, int64_t n_frames,
                      int n_distinct)
{
    const int n = n_frames < n_distinct ? (int)n_frames : n_distinct;
    char wxh[32], frames[16], rays[16];

    snprintf(wxh, sizeof wxh, "%dx%d", size.width, size.height);
    snprintf(frames, sizeof frames, "%d", n);
    snprintf(rays, sizeof rays, "%d", n_rays);

    const char *const argv[] = { o->sample,
                                 bench_path(dir, "sample"),
                                 "--size",
                                 wxh,
                                 "--trajectories",
                                 "1",
                                 "--frames",
                                 frames,
                                 "--rays",
                                 rays,
                                 NULL };

    make_dir(dir);
    bench_process(argv, 1, NULL, NULL);
    make_dir(bench_path(dir, "frames"));
    make_dir(bench_path(dir, "frames/0"));
    for (int64_t i = 0; i < n_frames; i++)
        copy_frame(dir, i, (int)(i % n));
    copy_file(bench_path(dir, "sample/handheld.csv"), bench_path(dir, "handheld.csv"));
    bench_remove(bench_path(dir, "sample"));
}
