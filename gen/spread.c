#include "gen/spread.h"

#include <math.h>
#include <stdlib.h>

#include "gen/json_add.h"

/* Hundredths of a pixel up to 1000, and one more place for what lies beyond. */
#define PLACES 100001

/* A mean blur this far outside the wanted range counts as inside: what motion is fitted to is a coarse
 * depth. */
#define TOLERANCE 0.02

struct bs_spread {
    int64_t n;
    int64_t at[PLACES]; /* [i]: from i to i + 1 hundredths */
};

int bs_spread_create(bs_spread **out, bs_err *err)
{
    *out = calloc(1, sizeof **out);
    return *out ? BS_OK : bs_fail(err, BS_ENOMEM, "no memory for the distribution of blur");
}

void bs_spread_destroy(bs_spread **s)
{
    free(*s);
    *s = NULL;
}

void bs_spread_add(bs_spread *s, double mean_px)
{
    /* The metadata have four decimals; a figure must not fall elsewhere for being read from there. */
    const double hundredths = mean_px > 0 ? floor(round(mean_px * 1e4) / 100) : 0;

    s->at[hundredths < PLACES - 1 ? (int)hundredths : PLACES - 1]++;
    s->n++;
}

/* The blur that 'share' of the tuples do not exceed, in the middle of its hundredth. */
static double percentile(const bs_spread *s, double share)
{
    const double wanted = ceil(share * (double)s->n);
    int64_t below = 0;
    int i = 0;

    while (i < PLACES - 1 && (double)(below + s->at[i]) < wanted)
        below += s->at[i++];
    return (i + 0.5) / 100;
}

/* The smallest of 0.01, 0.02, 0.05, 0.1, ... px, in hundredths, of which BS_BLUR_BINS reach up to 'last'. */
static int bin_width(int last)
{
    static const int steps[] = { 1, 2, 5 };
    int width = 1;

    for (int i = 0; last / width >= BS_BLUR_BINS; i++) {
        width = steps[(i + 1) % 3];
        for (int k = 0; k < (i + 1) / 3; k++)
            width *= 10;
    }
    return width;
}

int bs_spread_has_target(const bs_dataset_options *opt)
{
    return opt->blur_max_px > 0 && opt->frames_per_sequence <= 1;
}

void bs_spread_tell(const bs_spread *s, const bs_dataset_options *opt, bs_blur_spread *out)
{
    const int counts = bs_spread_has_target(opt);
    int last = 0, width;

    *out = (bs_blur_spread){ .n = s->n };
    if (!s->n)
        return;
    for (int i = 0; i < PLACES; i++) {
        const double from = i / 100.0, to = (i + 1) / 100.0;

        last = s->at[i] ? i : last;
        if (to <= opt->blur_min_px * (1 - TOLERANCE) || from >= opt->blur_max_px * (1 + TOLERANCE))
            out->off_target += counts ? s->at[i] : 0;
    }
    width = bin_width(last);
    out->bin_px = width / 100.0;
    out->n_bins = last / width + 1;
    for (int i = 0; i <= last; i++)
        out->histogram[i / width] += s->at[i];
    out->p10_px = percentile(s, 0.1);
    out->p50_px = percentile(s, 0.5);
    out->p90_px = percentile(s, 0.9);
}

void bs_spread_describe(cJSON *o, const bs_blur_spread *spread, int has_target)
{
    cJSON *part, *histogram;

    if (!spread->n)
        return;
    part = cJSON_AddObjectToObject(o, "blur");
    bs_json_add_rounded(part, "p10_px", spread->p10_px);
    bs_json_add_rounded(part, "p50_px", spread->p50_px);
    bs_json_add_rounded(part, "p90_px", spread->p90_px);
    bs_json_add_rounded(part, "bin_px", spread->bin_px);
    histogram = cJSON_AddArrayToObject(part, "histogram");
    for (int i = 0; i < spread->n_bins; i++)
        cJSON_AddItemToArray(histogram, cJSON_CreateNumber((double)spread->histogram[i]));
    if (has_target)
        bs_json_add_int(part, "off_target", spread->off_target);
}
