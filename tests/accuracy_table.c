#include "tests/accuracy_table.h"

#include <math.h>
#include <stdlib.h>

#ifdef _OPENMP
#include <omp.h>
#endif

const acc_method acc_methods[ACC_METHODS] = {
    [ACC_FIRST_HIT] = { .name = "first-hit" },
    [ACC_BICUBIC] = { .name = "first-hit, bicubic", .opt = { .interpolation = BS_INTERPOLATION_BICUBIC } },
    [ACC_TELEA] = { .name = "first-hit, Telea", .opt = { .inpaint = BS_INPAINT_TELEA } },
    [ACC_SCATTER] = { .name = "scatter, linear light",
                      .opt = { .method = BS_METHOD_SCATTER, .inpaint = BS_INPAINT_TELEA } },
    [ACC_SCATTER_ENCODED] = { .name = "scatter, encoded values",
                              .opt = { .method = BS_METHOD_SCATTER,
                                       .inpaint = BS_INPAINT_TELEA,
                                       .response = BS_RESPONSE_NONE } },
    [ACC_SHARP] = { .name = "the sharp frame itself", .is_sharp = 1 },
};

static const char *const region_names[ACC_REGIONS] = { "inside", "visible", "uncovered" };

static int there[ACC_METHODS];

void acc_find_methods(bs_synth *synth)
{
    enum { SIDE = 8 };
    static const uint8_t rgb[3 * SIDE * SIDE];
    const bs_pose still = bs_pose_identity();
    const double when = 0;
    float depth_m[SIDE * SIDE];
    const bs_synth_input in = { .camera = { SIDE, SIDE, SIDE, SIDE, 3.5, 3.5 },
                                .rgb = rgb,
                                .depth_m = depth_m,
                                .T_anchor_cam = &still,
                                .n_poses = 1,
                                .T_anchor_first = &still,
                                .T_anchor_last = &still,
                                .when = &when };

    for (int i = 0; i < SIDE * SIDE; i++)
        depth_m[i] = 1;
    for (int m = 0; m < ACC_METHODS; m++) {
        bs_err err = { 0 };
        bs_tuple t;

        there[m] = bs_synth_run(synth, &in, &acc_methods[m].opt, &t, &err) == BS_OK;
        if (!there[m])
            fprintf(stderr, "accuracy: %s: %s\n", acc_methods[m].name, err.text);
    }
}

const uint8_t *acc_run(bs_synth *synth, const acc_case *c, const acc_method *m, bs_tuple *t)
{
    const bs_synth_input in = acc_input(c);
    bs_synth_options opt = m->opt;
    bs_err err = { 0 };
    bs_tuple out;

    if (m->is_sharp)
        return c->sharp;
    if (!there[m - acc_methods])
        return NULL;
#ifdef _OPENMP
    opt.threads = omp_get_max_threads();
#endif
    if (bs_synth_run(synth, &in, &opt, &out, &err) != BS_OK) {
        fprintf(stderr, "accuracy: %s: %s\n", m->name, err.text);
        exit(1);
    }
    if (t)
        *t = out;
    return out.blur;
}

static void add_stats(acc_stats *sum, const acc_stats *st, double n)
{
    sum->kernel_px += st->kernel_px / n;
    sum->extent_px += st->extent_px / n;
    sum->max_extent_px = fmax(sum->max_extent_px, st->max_extent_px);
    sum->hidden_share += st->hidden_share / n;
    sum->inside_share += st->inside_share / n;
    sum->gradient += st->gradient / n;
    sum->depth_lo_m += st->depth_lo_m / n;
    sum->depth_hi_m += st->depth_hi_m / n;
}

static void measure_case(bs_synth *synth, const acc_case *c, acc_row *row)
{
    const acc_stats st = acc_measure(c);
    bs_tuple t;

    for (int m = 0; m < ACC_METHODS; m++) {
        const uint8_t *rgb = acc_run(synth, c, &acc_methods[m], &t);

        for (acc_region r = 0; r < ACC_REGIONS; r++)
            row->db[m][r] += rgb ? acc_psnr(c, rgb, r) / row->n_seeds : NAN;
        if (m != ACC_FIRST_HIT || !rgb)
            continue;
        row->unseen += acc_unseen(c, t.mask) / row->n_seeds;
        row->kernel_p99_px = fmax(row->kernel_p99_px, acc_kernel_p99(c, t.kernel));
    }
    add_stats(&row->stats, &st, row->n_seeds);
}

acc_row acc_measure_kind(bs_synth *synth, const acc_kind *kind, int n_seeds, const acc_setup *setup)
{
    acc_row row = { .kind = kind, .n_seeds = n_seeds };

    for (int i = 1; i <= n_seeds; i++) {
        acc_case *c = acc_case_create(kind, (uint32_t)i, setup);

        measure_case(synth, c, &row);
        acc_case_destroy(&c);
    }
    return row;
}

/* The mean or the least of a method over the rows that have the region. */
static double over_rows(const acc_row *rows, int n, int m, acc_region r, int least)
{
    double sum = 0, count = 0, low = INFINITY;

    for (int i = 0; i < n; i++) {
        const double db = rows[i].db[m][r];

        if (isnan(db))
            continue;
        sum += db;
        count++;
        low = fmin(low, db);
    }
    return count == 0 ? NAN : least ? low : sum / count;
}

static void print_db(FILE *f, const char *before, double db)
{
    if (isnan(db))
        fprintf(f, "%s-", before);
    else
        fprintf(f, "%s%.1f", before, db);
}

void acc_print_means(FILE *f, const char *title, const acc_row *rows, int n)
{
    fprintf(f, "| %s | inside | visible | uncovered | worst inside | worst visible | worst uncovered |\n",
            title);
    fprintf(f, "|---|---|---|---|---|---|---|\n");
    for (int m = 0; m < ACC_METHODS; m++) {
        fprintf(f, "| %s ", acc_methods[m].name);
        for (int least = 0; least < 2; least++)
            for (acc_region r = 0; r < ACC_REGIONS; r++)
                print_db(f, "| ", over_rows(rows, n, m, r, least)), fputc(' ', f);
        fprintf(f, "|\n");
    }
    fprintf(f, "\n");
}

void acc_print_rows(FILE *f, const acc_row *rows, int n)
{
    fprintf(f, "| inside / visible / uncovered ");
    for (int m = 0; m < ACC_METHODS; m++)
        fprintf(f, "| %s ", acc_methods[m].name);
    fprintf(f, "|\n|---");
    for (int m = 0; m < ACC_METHODS; m++)
        fprintf(f, "|---");
    fprintf(f, "|\n");
    for (int i = 0; i < n; i++) {
        fprintf(f, "| %s ", rows[i].kind->name);
        for (int m = 0; m < ACC_METHODS; m++)
            for (acc_region r = 0; r < ACC_REGIONS; r++)
                print_db(f, r ? " / " : m ? " | " : "| ", rows[i].db[m][r]);
        fprintf(f, " |\n");
    }
    fprintf(f, "\n");
}

void acc_print_stats(FILE *f, const acc_row *rows, int n)
{
    fprintf(f, "| | kernel, mean px | track, mean px | track, max px | inside, %% | uncovered, %% | unseen "
               "there, %% | gradient | "
               "ray length, m | kernel error p99, px |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < n; i++) {
        const acc_stats *st = &rows[i].stats;

        fprintf(f, "| %s | %.1f | %.1f | %.1f | %.0f | %.1f | %.1f | %.1f | %.1f to %.1f | %.4f |\n",
                rows[i].kind->name, st->kernel_px, st->extent_px, st->max_extent_px, 100 * st->inside_share,
                100 * st->hidden_share, isnan(rows[i].unseen) ? 0 : 100 * rows[i].unseen, st->gradient,
                st->depth_lo_m, st->depth_hi_m, rows[i].kernel_p99_px);
    }
    fprintf(f, "\n");
}

static void print_json_number(FILE *f, const char *before, const char *name, double v)
{
    fprintf(f, "%s\"%s\": ", before, name);
    if (isfinite(v))
        fprintf(f, "%.4f", v);
    else
        fprintf(f, "null");
}

static void print_json_row(FILE *f, const acc_row *row)
{
    const acc_stats *st = &row->stats;

    fprintf(f, "    {\"name\": \"%s\", \"scene\": \"%s\", \"seeds\": %d,\n     \"psnr_db\": {",
            row->kind->name, row->kind->scene, row->n_seeds);
    for (int m = 0; m < ACC_METHODS; m++) {
        fprintf(f, "%s\n      \"%s\": {", m ? "," : "", acc_methods[m].name);
        for (acc_region r = 0; r < ACC_REGIONS; r++)
            print_json_number(f, r ? ", " : "", region_names[r], row->db[m][r]);
        fprintf(f, "}");
    }
    fprintf(f, "},\n     ");
    print_json_number(f, "", "kernel_px", st->kernel_px);
    print_json_number(f, ", ", "track_px", st->extent_px);
    print_json_number(f, ", ", "max_track_px", st->max_extent_px);
    print_json_number(f, ", ", "inside_share", st->inside_share);
    print_json_number(f, ", ", "uncovered_share", st->hidden_share);
    print_json_number(f, ", ", "gradient", st->gradient);
    print_json_number(f, ", ", "kernel_p99_px", row->kernel_p99_px);
    fprintf(f, "}");
}

void acc_print_json(FILE *f, const acc_row *rows, int n)
{
    for (int i = 0; i < n; i++) {
        print_json_row(f, &rows[i]);
        fprintf(f, "%s\n", i + 1 < n ? "," : "");
    }
}
