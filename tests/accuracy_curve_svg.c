/* The curve of accuracy over poses as a drawing, in the manner of docs/conventions.svg. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/accuracy_extra.h"

/* The plot's frame, and what its edges mean. */
#define LEFT 76.0
#define RIGHT 640.0
#define TOP 60.0
#define BOTTOM 400.0
#define N_LO 2.7
#define N_HI 110.0
#define DB_LO 20.0
#define DB_HI 90.0

static const char head[] =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 470\" width=\"860\" height=\"470\" "
    "role=\"img\"\n     aria-label=\"PSNR against the continuous exposure over the number of poses\">\n"
    "  <style>\n"
    "    text { font: 15px \"DejaVu Sans\", Verdana, Helvetica, Arial, sans-serif; fill: #222 }\n"
    "    .title { font-weight: bold }\n"
    "    .mid { text-anchor: middle }\n"
    "    .end { text-anchor: end }\n"
    "    .thin { stroke: #ddd; stroke-width: 1; fill: none }\n"
    "    .blue { stroke: #1f5fa8; stroke-width: 2.4; fill: none }\n"
    "    .red { stroke: #b3261e; stroke-width: 2.4; fill: none }\n"
    "    .dash { stroke-dasharray: 6 5; stroke-width: 1.6 }\n"
    "  </style>\n"
    "  <rect width=\"860\" height=\"470\" rx=\"8\" fill=\"#f7f7f3\"/>\n"
    "  <rect x=\"76\" y=\"60\" width=\"564\" height=\"340\" fill=\"#fff\" stroke=\"#d5d5cf\"/>\n"
    "  <text class=\"title\" x=\"24\" y=\"34\">PSNR against the continuous exposure, dB</text>\n"
    "  <text class=\"mid\" x=\"358\" y=\"448\">poses of the exposure</text>\n";

static double x_of(double n)
{
    return LEFT + (RIGHT - LEFT) * log(n / N_LO) / log(N_HI / N_LO);
}

static double y_of(double db)
{
    return BOTTOM - (BOTTOM - TOP) * (fmax(DB_LO, fmin(DB_HI, db)) - DB_LO) / (DB_HI - DB_LO);
}

static void draw_axes(FILE *f, const acc_curve_data *d)
{
    for (int i = 0; i < ACC_CURVE_POINTS; i++) {
        const double x = x_of(d->n_poses[i]);

        fprintf(f, "  <path class=\"thin\" d=\"M%.1f %.0fV%.0f\"/>", x, TOP, BOTTOM);
        fprintf(f, "<text class=\"mid\" x=\"%.1f\" y=\"422\">%d</text>\n", x, d->n_poses[i]);
    }
    for (double db = DB_LO; db <= DB_HI; db += 10) {
        fprintf(f, "  <path class=\"thin\" d=\"M%.0f %.1fH%.0f\"/>", LEFT, y_of(db), RIGHT);
        fprintf(f, "<text class=\"end\" x=\"66\" y=\"%.1f\">%.0f</text>\n", y_of(db) + 5, db);
    }
}

static void draw_line(FILE *f, const acc_curve_data *d, const double *db, const char *class)
{
    fprintf(f, "  <path class=\"%s\" d=\"", class);
    for (int i = 0; i < ACC_CURVE_POINTS; i++)
        fprintf(f, "%s%.1f %.1f", i ? " " : "M", x_of(d->n_poses[i]), y_of(db[i]));
    fprintf(f, "\"/>\n");
}

static void draw_auto(FILE *f, double n, double db, const char *fill)
{
    fprintf(f, "  <circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\"/>\n", x_of(n), y_of(db), fill);
}

static void draw_legend(FILE *f)
{
    static const char *const classes[] = { "blue", "red", "blue dash", "red dash" };
    static const char *const words[] = { "midpoint", "endpoints", "midpoint,", "endpoints," };

    for (int i = 0; i < 4; i++) {
        const int y = 84 + 30 * i + (i == 3) * 20;

        fprintf(f, "  <path class=\"%s\" d=\"M656 %dh34\"/><text x=\"698\" y=\"%d\">%s</text>\n", classes[i],
                y, y + 5, words[i]);
        if (i >= 2)
            fprintf(f, "  <text x=\"698\" y=\"%d\">placing alone</text>\n", y + 24);
    }
    fprintf(f, "  <circle cx=\"673\" cy=\"254\" r=\"5\" fill=\"#222\"/><text x=\"698\" y=\"259\">auto, steps "
               "of</text>\n  <text x=\"698\" y=\"278\">1 px at most</text>\n");
}

int acc_curve_draw(const acc_curve_data *d, const char *path)
{
    FILE *f = fopen(path, "w");
    int bad;

    if (!f) {
        fprintf(stderr, "accuracy: %s: %s\n", path, strerror(errno));
        return 1;
    }
    fputs(head, f);
    draw_axes(f, d);
    draw_line(f, d, d->limit_db[1], "red dash");
    draw_line(f, d, d->limit_db[0], "blue dash");
    draw_line(f, d, d->truth_db[1], "red");
    draw_line(f, d, d->truth_db[0], "blue");
    draw_auto(f, d->auto_n[1], d->auto_truth_db[1], "#b3261e");
    draw_auto(f, d->auto_n[0], d->auto_truth_db[0], "#1f5fa8");
    draw_legend(f);
    fputs("</svg>\n", f);
    bad = ferror(f);
    bad |= fclose(f);
    if (bad)
        fprintf(stderr, "accuracy: %s: cannot be written\n", path);
    return bad != 0;
}
