#include "gen/cli_progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* The rate is taken over this long, in steps short enough that the ring of marks covers it. */
#define WINDOW_MS 10000
#define MARK_EVERY_MS 400
#define WINDOW_S (1e-3 * WINDOW_MS)
#define MARK_EVERY_S (1e-3 * MARK_EVERY_MS)
_Static_assert((BS_PROGRESS_MARKS - 1) * MARK_EVERY_MS > WINDOW_MS, "the ring is too short");

#define REDRAW_S 0.1
#define LINE_EVERY_S 30.0

/* Parts of a line that can be left out. */
enum { BAR = 1, NAME = 2, RATE = 4, LEFT = 8, SKIPPED = 16 };

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bs_progress_rate(bs_progress *p, double t_s, int64_t made)
{
    const long first = p->n_marks > BS_PROGRESS_MARKS ? p->n_marks - BS_PROGRESS_MARKS : 0;
    const bs_progress_mark *from = NULL;

    /* The youngest mark that is old enough, or the oldest there is. */
    for (long i = p->n_marks - 1; i >= first; i--) {
        from = &p->marks[i % BS_PROGRESS_MARKS];
        if (t_s - from->t_s >= WINDOW_S)
            break;
    }
    const double rate =
        from && t_s - from->t_s >= MARK_EVERY_S ? (double)(made - from->made) / (t_s - from->t_s) : 0;

    if (!p->n_marks || t_s - p->marks[(p->n_marks - 1) % BS_PROGRESS_MARKS].t_s >= MARK_EVERY_S)
        p->marks[p->n_marks++ % BS_PROGRESS_MARKS] = (bs_progress_mark){ t_s, made };
    return rate;
}

static void format_left(double left_s, char *out, size_t n)
{
    const long long s = left_s < 1e9 ? (long long)ceil(left_s) : 1000000000;

    if (s >= 86400)
        snprintf(out, n, "%lld d %lld h left", s / 86400, s % 86400 / 3600);
    else if (s >= 3600)
        snprintf(out, n, "%lld:%02lld:%02lld left", s / 3600, s % 3600 / 60, s % 60);
    else
        snprintf(out, n, "%lld:%02lld left", s / 60, s % 60);
}

static void format_bar(const bs_progress_state *s, char *out, int width)
{
    const int full = s->planned > 0 ? (int)((double)width * (double)s->done / (double)s->planned) : width;

    for (int i = 0; i < width; i++)
        out[i] = i < full ? '#' : '.';
    out[width] = '\0';
}

/* The line with these parts; its length. */
static int format_line(const bs_progress_state *s, int parts, int bar_width, char *out, size_t n)
{
    const int percent = s->planned > 0 ? (int)(100.0 * (double)s->done / (double)s->planned) : 100;
    char bar[64] = "", rate[48] = "", left[48] = "", skipped[48] = "";

    if (parts & BAR)
        format_bar(s, bar, bar_width);
    if (parts & RATE && s->rate > 0)
        snprintf(rate, sizeof rate, "  %.*f tuples/s",
                 s->rate < 9.995   ? 2
                 : s->rate < 99.95 ? 1
                                   : 0,
                 s->rate);
    if (parts & LEFT && s->rate > 0 && s->done < s->planned) {
        strcpy(left, "  ");
        format_left((double)(s->planned - s->done) / s->rate, left + 2, sizeof left - 2);
    }
    if (parts & SKIPPED && s->skipped)
        snprintf(skipped, sizeof skipped, "  %lld skipped", (long long)s->skipped);
    return snprintf(out, n, "%s%s%s%s%d%%  %lld/%lld%s%s%s",
                    !(parts & NAME) ? ""
                    : *bar          ? "blursynth "
                                    : "blursynth: ",
                    *bar ? "[" : "", bar, *bar ? "] " : "", percent, (long long)s->done,
                    (long long)s->planned, rate, left, skipped);
}

int bs_progress_line(const bs_progress_state *s, int bar, int columns, char *out, size_t n)
{
    static const int tries[] = { BAR | NAME | RATE | LEFT | SKIPPED,
                                 NAME | RATE | LEFT | SKIPPED,
                                 RATE | LEFT | SKIPPED,
                                 LEFT | SKIPPED,
                                 LEFT,
                                 0 };
    const int n_tries = sizeof tries / sizeof tries[0];
    int len = 0;

    for (int i = bar ? 0 : 1; i < n_tries; i++) {
        int width = 14;

        len = format_line(s, tries[i], width, out, n);
        if (tries[i] & BAR && len < columns) {
            width += columns - 1 - len;
            len = format_line(s, tries[i], width < 30 ? width : 30, out, n);
        }
        if (len < columns)
            break;
    }
    return len;
}

static int terminal_columns(void)
{
    struct winsize size;

    return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : 80;
}

/* What the last line left is covered by spaces, not by an escape code: any terminal and file takes that. */
static void draw_bar(bs_progress *p)
{
    char text[256], line[520];
    const int columns = terminal_columns();
    const int len = bs_progress_line(&p->now, 1, columns, text, sizeof text);
    const int old = p->told_len < columns ? p->told_len : columns - 1; /* the terminal may have shrunk */
    const int rest = old > len ? old - len : 0;

    snprintf(line, sizeof line, "\r%s%*s", text, rest, "");
    fputs(line, stderr);
    p->told_len = len;
    if (p->bar_is_up)
        *p->bar_is_up = 1;
}

static void write_line(bs_progress *p)
{
    char text[256];

    p->told_done = p->now.done;
    bs_progress_line(&p->now, 0, 1000, text, sizeof text);
    fprintf(stderr, "%s\n", text);
}

void bs_progress_begin(bs_progress *p, bs_cli_show show, int quiet, int64_t planned,
                       volatile sig_atomic_t *bar_is_up)
{
    const char *term = getenv("TERM");
    const int terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb");

    memset(p, 0, sizeof *p);
    p->now.planned = planned;
    p->bar_is_up = bar_is_up;
    if (!quiet && show != BS_CLI_SHOW_NEVER)
        p->look = terminal || show == BS_CLI_SHOW_ALWAYS ? BS_PROGRESS_BAR : BS_PROGRESS_LINES;
    p->told_s = now_s();
    bs_progress_rate(p, p->told_s, 0);
    if (p->look == BS_PROGRESS_BAR)
        draw_bar(p);
    else if (p->look == BS_PROGRESS_LINES)
        write_line(p);
}

void bs_progress_tell(void *progress, int64_t done, int64_t planned, int64_t skipped)
{
    bs_progress *p = progress;
    const double t_s = now_s();

    /* Tuples are told one by one as they are made.  A longer step is a finished shard that was found, or
     * tuples lost with their input: no work went into those. */
    p->made += done - p->now.done == 1;
    p->now = (bs_progress_state){ done, planned, skipped, bs_progress_rate(p, t_s, p->made) };
    if (p->look == BS_PROGRESS_SILENT ||
        t_s - p->told_s < (p->look == BS_PROGRESS_BAR ? REDRAW_S : LINE_EVERY_S))
        return;
    p->told_s = t_s;
    if (p->look == BS_PROGRESS_BAR)
        draw_bar(p);
    else
        write_line(p);
}

void bs_progress_end(bs_progress *p)
{
    if (p->look == BS_PROGRESS_BAR)
        fprintf(stderr, "\r%*s\r", p->told_len, "");
    else if (p->look == BS_PROGRESS_LINES && p->now.done && p->now.done != p->told_done)
        write_line(p);
    if (p->bar_is_up)
        *p->bar_is_up = 0;
}
