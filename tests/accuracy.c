/*
 * accuracy - how close blurred pictures are to ray-traced truth, as Markdown on standard output.
 *
 * PSNR in dB of the 8-bit sRGB picture against the exact sRGB value of the mean light over the same poses,
 * over pixels that never look outside the sharp frame ("inside"), of them those that only ever see what it
 * shows ("visible"), and those that see what it hides ("uncovered").
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/accuracy_extra.h"
#include "tests/accuracy_table.h"

typedef struct options {
    int quick, n_seeds; /* 0: as many as the tables ask for */
    const char *only, *json, *svg, *pictures;
    int is_cuda;
    int is_curve, is_sensors, is_rolling, is_sequence;
} options;

typedef struct row_list {
    acc_row *rows; /* owned */
    int n;
} row_list;

static row_list measure_all(bs_synth *synth, const acc_kind *kinds, int n, int n_seeds, const options *o)
{
    row_list l = { .rows = acc_alloc((size_t)n, sizeof *l.rows) };

    for (int i = 0; i < n; i++) {
        if (o->only && strcmp(o->only, kinds[i].name) != 0)
            continue;
        fprintf(stderr, "accuracy: %s\n", kinds[i].name);
        l.rows[l.n++] = acc_measure_kind(synth, &kinds[i], o->n_seeds ? o->n_seeds : n_seeds,
                                         o->quick ? &acc_quick : &acc_full);
    }
    return l;
}

static int write_json(const char *path, const row_list *rows, const row_list *others)
{
    FILE *f = fopen(path, "w");
    int bad;

    if (!f) {
        fprintf(stderr, "accuracy: %s: %s\n", path, strerror(errno));
        return 1;
    }
    fprintf(f, "{\n  \"main\": [\n");
    acc_print_json(f, rows->rows, rows->n);
    fprintf(f, "  ],\n  \"other\": [\n");
    acc_print_json(f, others->rows, others->n);
    fprintf(f, "  ]\n}\n");
    bad = ferror(f);
    bad |= fclose(f);
    if (bad)
        fprintf(stderr, "accuracy: %s: cannot be written\n", path);
    return bad != 0;
}

static void print_tables(const char *title, const row_list *l)
{
    if (!l->n)
        return;
    acc_print_means(stdout, title, l->rows, l->n);
    acc_print_rows(stdout, l->rows, l->n);
    acc_print_stats(stdout, l->rows, l->n);
    fflush(stdout);
}

static int tables(bs_synth *synth, const options *o)
{
    row_list rows = measure_all(synth, acc_main, acc_n_main, o->quick ? 1 : 3, o);
    row_list others = measure_all(synth, acc_other, acc_n_other, 1, o);
    int rc = 0;

    print_tables("six scenes", &rows);
    print_tables("other motions", &others);
    if (o->json)
        rc = write_json(o->json, &rows, &others);
    free(rows.rows);
    free(others.rows);
    return rc;
}

static const char usage[] =
    "usage: accuracy [options]   PSNR against ray-traced truth, as Markdown\n"
    "  --quick        smaller pictures, fewer rays, one seed\n"
    "  --seeds N      worlds and motions of each kind (default 3 of the six, else 1)\n"
    "  --only NAME    one line of the tables\n"
    "  --json FILE    the same numbers as JSON\n"
    "  --curve        instead: PSNR over the number of poses, and where they lie\n"
    "  --svg FILE     with --curve: a drawing of it\n"
    "  --backend NAME what blurs: openmp or cuda (default openmp)\n"
    "  --rolling      instead: a rolling shutter beside a global one\n"
    "  --sensors      instead: a sensor's depth, without and with clean-up\n"
    "  --sequence     instead: sharp images, depth and kernels of the later frames of sequences\n"
    "  --pictures DIR instead: enlarged pictures of the places with the largest errors\n";

static int is_known(const char *name)
{
    int known = !name;

    for (int i = 0; i < acc_n_main && !known; i++)
        known = !strcmp(acc_main[i].name, name);
    for (int i = 0; i < acc_n_other && !known; i++)
        known = !strcmp(acc_other[i].name, name);
    if (!known)
        fprintf(stderr, "accuracy: no scene is called %s\n", name);
    return known;
}

static int parse(int argc, char **argv, options *o)
{
    static const struct option table[] = {
        { "quick", 0, NULL, 'q' },    { "seeds", 1, NULL, 's' },    { "json", 1, NULL, 'j' },
        { "only", 1, NULL, 'o' },     { "curve", 0, NULL, 'c' },    { "svg", 1, NULL, 'v' },
        { "pictures", 1, NULL, 'p' }, { "help", 0, NULL, 'h' },     { "sensors", 0, NULL, 'n' },
        { "rolling", 0, NULL, 'r' },  { "sequence", 0, NULL, 'f' }, { "backend", 1, NULL, 'b' },
        { NULL, 0, NULL, 0 },
    };
    char *end;
    int c;

    while ((c = getopt_long(argc, argv, "h", table, NULL)) != -1)
        switch (c) {
        case 'q':
            o->quick = 1;
            break;
        case 's':
            o->n_seeds = (int)strtol(optarg, &end, 10);
            if (*end || o->n_seeds < 1 || o->n_seeds > 100)
                return -1;
            break;
        case 'o':
            o->only = optarg;
            break;
        case 'j':
            o->json = optarg;
            break;
        case 'c':
            o->is_curve = 1;
            break;
        case 'r':
            o->is_rolling = 1;
            break;
        case 'n':
            o->is_sensors = 1;
            break;
        case 'f':
            o->is_sequence = 1;
            break;
        case 'b':
            o->is_cuda = !strcmp(optarg, "cuda");
            if (!o->is_cuda && strcmp(optarg, "openmp"))
                return -1;
            break;
        case 'v':
            o->svg = optarg;
            break;
        case 'p':
            o->pictures = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(0);
        default:
            return -1;
        }
    return optind == argc && is_known(o->only) ? 0 : -1;
}

int main(int argc, char **argv)
{
    options o = { 0 };
    bs_synth *synth = NULL;
    bs_cuda *cuda = NULL;
    bs_err err = { 0 };
    int rc;

    if (parse(argc, argv, &o)) {
        fputs(usage, stderr);
        return 2;
    }
    if ((o.is_cuda && bs_cuda_open(0, &cuda, &err)) || bs_synth_create_on(cuda, &synth, &err)) {
        fprintf(stderr, "accuracy: %s\n", err.text);
        bs_cuda_close(&cuda);
        return err.code == BS_ENODEV ? 77 : 1;
    }
    acc_find_methods(synth);
    rc = o.pictures ? acc_pictures(synth, o.pictures)
         : o.is_rolling
             ? acc_rolling(synth, o.n_seeds ? o.n_seeds : 1, o.quick ? &acc_quick : &acc_full, o.only)
         : o.is_sequence ? acc_sequence(synth, o.n_seeds ? o.n_seeds : 3, o.only)
         : o.is_curve    ? acc_curve(synth, o.svg)
         : o.is_sensors  ? acc_sensors(synth, o.n_seeds ? o.n_seeds : 3)
                         : tables(synth, &o);
    bs_synth_destroy(&synth);
    bs_cuda_close(&cuda);
    return rc;
}
