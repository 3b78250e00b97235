/* How the value of each kind of option is read.  What does not fit is refused whole: "3x" is no number. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gen/cli_options.h"

_Static_assert(sizeof(bs_anchor) == sizeof(int), "words are stored as int");

/* At this many photo-electrons the noise is far below the last bit. */
#define MAX_PEAK 1e7

static void *field_of(const bs_cli_option *o, bs_cli *cli)
{
    return (char *)cli + o->field;
}

static const bs_cli_word *find_word(const bs_cli_option *o, const char *value)
{
    for (const bs_cli_word *w = o->words; w && w->word; w++)
        if (!strcmp(w->word, value))
            return w;
    return NULL;
}

/* A plain decimal number and nothing else; strtod alone also takes blanks, hexadecimal, nan and inf. */
int bs_cli_number(const char *s, double *v)
{
    char *end;
    double d;

    if (!*s || s[strspn(s, "0123456789+-.eE")])
        return 0;
    d = strtod(s, &end);
    if (*end || !isfinite(d))
        return 0;
    *v = d;
    return 1;
}

static int whole_count(const char *s, uint64_t *v)
{
    char *end;
    unsigned long long n;

    if (!*s || s[strspn(s, "0123456789")])
        return 0;
    errno = 0;
    n = strtoull(s, &end, 10);
    if (errno || *end)
        return 0;
    *v = n;
    return 1;
}

int bs_cli_seconds(const char *s, char stop, int64_t *t_ns, const char **end)
{
    *end = bs_parse_time_ns(s, t_ns);
    return *end && (**end == '\0' || **end == stop);
}

/* The next piece of a list between commas, into 'out'; NULL at its end or if the piece is too long. */
const char *bs_cli_piece(const char *list, char *out, size_t n)
{
    const size_t len = strcspn(list, ",");

    if (len >= n)
        return NULL;
    memcpy(out, list, len);
    out[len] = '\0';
    return list + len;
}

bs_cli_verdict bs_cli_read_text(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    if (!*value)
        return BS_CLI_WRONG;
    *(const char **)field_of(o, cli) = value;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_output(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    return strcmp(value, "-") ? bs_cli_read_text(o, value, cli) : BS_CLI_NOT_YET;
}

bs_cli_verdict bs_cli_read_word(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    const bs_cli_word *w = find_word(o, value);

    if (!w)
        return BS_CLI_WRONG;
    if (w->value == BS_CLI_LATER)
        return BS_CLI_NOT_YET;
    memcpy(field_of(o, cli), &w->value, sizeof w->value);
    return BS_CLI_GOOD;
}

static int count_in_range(const bs_cli_option *o, const char *value, int64_t *n)
{
    const bs_cli_word *w = find_word(o, value);
    uint64_t u;

    if (w) {
        *n = w->value;
        return 1;
    }
    if (!whole_count(value, &u) || (double)u < o->min || (double)u > o->max)
        return 0;
    *n = (int64_t)u;
    return 1;
}

bs_cli_verdict bs_cli_read_count(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    return count_in_range(o, value, field_of(o, cli)) ? BS_CLI_GOOD : BS_CLI_WRONG;
}

bs_cli_verdict bs_cli_read_int(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    int64_t n;

    if (!count_in_range(o, value, &n))
        return BS_CLI_WRONG;
    *(int *)field_of(o, cli) = (int)n;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_seed(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    return whole_count(value, field_of(o, cli)) ? BS_CLI_GOOD : BS_CLI_WRONG;
}

bs_cli_verdict bs_cli_read_positive(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    double v;

    if (!bs_cli_number(value, &v) || !(v > 0 && v >= o->min && v <= o->max))
        return BS_CLI_WRONG;
    *(double *)field_of(o, cli) = v;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_intrinsics(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    double v[4];
    char piece[64];

    (void)o;
    for (int i = 0; i < 4; i++) {
        value = bs_cli_piece(value, piece, sizeof piece);
        if (!value || !bs_cli_number(piece, &v[i]) || *value != (i < 3 ? ',' : '\0'))
            return BS_CLI_WRONG;
        value += i < 3;
    }
    if (!(v[0] > 0) || !(v[1] > 0))
        return BS_CLI_WRONG;
    cli->opt.has_intrinsics = 1;
    cli->opt.fx = v[0];
    cli->opt.fy = v[1];
    cli->opt.cx = v[2];
    cli->opt.cy = v[3];
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_response(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    const bs_cli_word *w;
    bs_dataset_options opt;

    bs_dataset_defaults(&opt);
    if (!strncmp(value, "gamma:", 6)) {
        if (!bs_cli_number(value + 6, &opt.gamma) || !(opt.gamma >= 0.1 && opt.gamma <= 10))
            return BS_CLI_WRONG;
        value = "gamma:G";
    }
    w = find_word(o, value);
    if (!w)
        return BS_CLI_WRONG;
    cli->opt.response = (bs_response_kind)w->value;
    cli->opt.gamma = opt.gamma;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_noise(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    bs_dataset_options opt;
    double peak = 0;

    (void)o;
    if (!strcmp(value, "poisson")) {
        bs_dataset_defaults(&opt);
        peak = opt.noise_peak;
    } else if (!strncmp(value, "poisson:", 8)) {
        if (!bs_cli_number(value + 8, &peak) || !(peak > 0 && peak <= MAX_PEAK))
            return BS_CLI_WRONG;
    } else if (strcmp(value, "none")) {
        return BS_CLI_WRONG;
    }
    cli->opt.noise_peak = peak;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_emit(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    unsigned emit = 0;
    char piece[16];

    for (;; value++) {
        const bs_cli_word *w;

        value = bs_cli_piece(value, piece, sizeof piece);
        w = value ? find_word(o, piece) : NULL;
        if (!w)
            return BS_CLI_WRONG;
        emit |= (unsigned)w->value;
        if (!*value)
            break;
    }
    cli->opt.emit = emit;
    return BS_CLI_GOOD;
}

/* "train:8"; a name becomes a folder beside __meta__, which it must not be. */
static int read_one_split(const char *piece, bs_split *out)
{
    static const char *const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const size_t len = strspn(piece, letters);

    if (!len || len >= sizeof out->name || piece[len] != ':')
        return 0;
    memcpy(out->name, piece, len);
    out->name[len] = '\0';
    return strcmp(out->name, "__meta__") && bs_cli_number(piece + len + 1, &out->weight) && out->weight > 0;
}

bs_cli_verdict bs_cli_read_split(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    bs_split splits[BS_MAX_SPLITS] = { 0 };
    int n = 0;
    char piece[128];

    (void)o;
    for (;; value++) {
        value = bs_cli_piece(value, piece, sizeof piece);
        if (!value || n == BS_MAX_SPLITS || !read_one_split(piece, &splits[n]))
            return BS_CLI_WRONG;
        for (int i = 0; i < n; i++)
            if (!strcmp(splits[i].name, splits[n].name))
                return BS_CLI_WRONG;
        n++;
        if (!*value)
            break;
    }
    memcpy(cli->opt.splits, splits, sizeof splits);
    cli->opt.n_splits = n;
    return BS_CLI_GOOD;
}
