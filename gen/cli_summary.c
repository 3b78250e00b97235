#include <string.h>

#include "gen/cli.h"

#define MAX_EXAMPLES 5
#define MAX_REASONS 12

const char *bs_cli_s(long long n)
{
    return n == 1 ? "" : "s";
}

const char *bs_cli_format_bytes(double bytes, char out[32])
{
    static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB", "PB" };
    int u = 0;

    while (bytes >= 999.5 && u < 5) {
        bytes /= 1000;
        u++;
    }
    snprintf(out, 32, "%.*f %s", u && bytes < 9.95 ? 1 : 0, bytes, units[u]);
    return out;
}

void bs_cli_print_error(FILE *to, const char *text)
{
    fputs("blursynth: ", to);
    for (; *text; text++) {
        fputc(*text, to);
        if (*text == '\n')
            fputs("  ", to);
    }
    fputc('\n', to);
}

/* File names may hold anything; a terminal should not. */
static void print_clean(FILE *to, const char *s)
{
    for (; *s; s++)
        fputc((unsigned char)*s < 0x20 || *s == 0x7f ? '?' : *s, to);
}

typedef struct reason {
    const char *text;
    size_t n;
    const char *examples[MAX_EXAMPLES];
} reason;

/* What follows the file's name, so that one fault of many files is one reason. */
static const char *bare_reason(const bs_dataset_skip *skip)
{
    const char *colon = strstr(skip->reason, ": ");
    const char *named = strstr(skip->reason, skip->input);
    const size_t head = colon ? (size_t)(colon - skip->reason) : 0;

    if (named && named < skip->reason + head)
        return colon + 2;
    /* A related file, such as the depth of a photo, is one word that looks like a path. */
    if (strcspn(skip->reason, " ") > head && strcspn(skip->reason, "/.") < head)
        return colon + 2;
    return skip->reason;
}

/* Groups by reason; what comes after MAX_REASONS different ones is counted in '*n_other'. */
static int group_skips(const bs_dataset *ds, size_t n_skips, reason *reasons, size_t *n_other)
{
    int n = 0;

    *n_other = 0;
    for (size_t i = 0; i < n_skips; i++) {
        const bs_dataset_skip skip = bs_dataset_get_skip(ds, i);
        const char *text = bare_reason(&skip);
        int k = 0;

        while (k < n && strcmp(reasons[k].text, text))
            k++;
        if (k == MAX_REASONS) {
            ++*n_other;
            continue;
        }
        if (k == n)
            reasons[n++] = (reason){ .text = text };
        if (reasons[k].n < MAX_EXAMPLES)
            reasons[k].examples[reasons[k].n] = skip.input;
        reasons[k].n++;
    }
    return n;
}

void bs_cli_print_skips(FILE *to, const bs_dataset *ds, size_t n_skips)
{
    reason reasons[MAX_REASONS];
    size_t n_other;
    const int n = group_skips(ds, n_skips, reasons, &n_other);

    for (int k = 0; k < n; k++) {
        const reason *r = &reasons[k];

        fprintf(to, "    %zu: ", r->n);
        print_clean(to, r->text);
        fputc('\n', to);
        for (size_t e = 0; e < r->n && e < MAX_EXAMPLES; e++) {
            fputs("       ", to);
            print_clean(to, r->examples[e]);
            fputc('\n', to);
        }
        if (r->n > MAX_EXAMPLES)
            fprintf(to, "       and %zu more\n", r->n - MAX_EXAMPLES);
    }
    if (n_other)
        fprintf(to, "    %zu: for other reasons\n", n_other);
}

/* "3.2 s", "12 min 5 s", "3 h 20 min" */
static const char *format_duration(double s, char out[32])
{
    const long long whole = s < 1e12 ? (long long)s : 0;

    if (s < 120)
        snprintf(out, 32, "%.1f s", s);
    else if (s < 7200)
        snprintf(out, 32, "%lld min %lld s", whole / 60, whole % 60);
    else
        snprintf(out, 32, "%lld h %lld min", whole / 3600, whole % 3600 / 60);
    return out;
}

/* Percentiles, one line of counts, and what missed the wanted blur; a few tuples have no distribution. */
static void print_spread(FILE *to, const bs_blur_spread *s, const bs_dataset_plan *plan)
{
    if (s->n >= 10) {
        fprintf(to, "  spread    a tenth up to %.2f px, half up to %.2f, nine tenths up to %.2f\n", s->p10_px,
                s->p50_px, s->p90_px);
        fprintf(to, "  histogram");
        for (int i = 0; i < s->n_bins; i++)
            fprintf(to, " %lld", (long long)s->histogram[i]);
        fprintf(to, " tuples in steps of %g px\n", s->bin_px);
    }
    if (s->off_target)
        fprintf(
            to,
            "  off       %lld tuple%s outside the wanted %g to %g px: no motion that was drawn came closer\n",
            (long long)s->off_target, bs_cli_s(s->off_target), plan->blur_min_px, plan->blur_max_px);
}

static void print_made(FILE *to, const bs_cli_outcome *out)
{
    const bs_dataset_summary *s = &out->sum;
    const double rate = out->seconds > 0 ? (double)s->made / out->seconds : 0;
    char text[32];

    if (!s->made) {
        fputs(s->kept && !out->code ? "blursynth: nothing was left to make\n" : "blursynth: made no tuples\n",
              to);
        return;
    }
    fprintf(to, "blursynth: made %lld tuple%s in %s (%.*f tuples/s), ", (long long)s->made, bs_cli_s(s->made),
            format_duration(out->seconds, text),
            rate < 9.995   ? 2
            : rate < 99.95 ? 1
                           : 0,
            rate);
    if (out->cli->opt.format == BS_FORMAT_NULL)
        fputs("written nowhere\n", to);
    else
        fprintf(to, "%s -> %s\n", bs_cli_format_bytes((double)s->bytes, text), out->cli->opt.output);
    fprintf(to, "  blur      %.1f px on average, %.1f px at most\n", s->mean_px, s->max_px);
    print_spread(to, &s->spread, out->plan);
    if (s->coarse)
        fprintf(to,
                "  coarse    %lld tuple%s moved so far that 4096 poses leave steps above --max-step; is the "
                "trace "
                "in metres, and is the nearest depth real?\n",
                (long long)s->coarse, bs_cli_s(s->coarse));
}

void bs_cli_print_summary(FILE *to, const bs_cli_outcome *out)
{
    const bs_dataset_summary *s = &out->sum;

    print_made(to, out);
    if (s->kept)
        fprintf(to, "  kept      %lld tuple%s of an earlier run in %s\n", (long long)s->kept,
                bs_cli_s(s->kept), out->cli->opt.output);
    if (s->lost)
        fprintf(to, "  lost      %lld planned tuple%s, because of skipped inputs\n", (long long)s->lost,
                bs_cli_s(s->lost));
    if (!s->n_skips)
        return;
    fprintf(to, "  skipped   %zu input%s that cannot be used", s->n_skips, bs_cli_s((long long)s->n_skips));
    if (out->cli->opt.format != BS_FORMAT_NULL && !out->code)
        fprintf(to, "; all are listed in %s/__meta__/skipped.jsonl", out->cli->opt.output);
    fputc('\n', to);
    bs_cli_print_skips(to, out->ds, s->n_skips);
}
