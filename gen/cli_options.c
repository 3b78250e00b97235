#include "gen/cli_options.h"

#include <stdio.h>
#include <string.h>

/* Longer names and values are cut in messages. */
#define SHOWN 72

typedef struct walk {
    bs_cli *cli;
    bs_cli_errors *errs;
    int words;      /* seen so far */
    int only_words; /* after "--" */
    int other;      /* a command of a later version was asked for: the words belong to it */
    int unknown;    /* something was not known: what seems missing may be what it was meant to be */
} walk;

/* The place of the next error; NULL, which bs_fail() takes, once there are too many to show. */
static bs_err *next_error(walk *w)
{
    const int i = w->errs->n++;

    if (i >= BS_CLI_MAX_ERRORS)
        return NULL;
    w->errs->err[i].code = 0;
    return &w->errs->err[i];
}

#define WRONG(w, ...) bs_fail(next_error(w), BS_EINVAL, __VA_ARGS__)

/* 's' as it may stand in one line of a message: cut between characters, not within one. */
static const char *shown(const char *s, char out[SHOWN + 4])
{
    size_t len = strlen(s);

    if (len > SHOWN)
        for (len = SHOWN; len && ((unsigned char)s[len] & 0xc0) == 0x80;)
            len--;
    memcpy(out, s, len);
    strcpy(out + len, s[len] ? "..." : "");
    for (char *c = out; *c; c++)
        if (*c == '\n')
            *c = '?';
    return out;
}

void bs_cli_meta(const bs_cli_option *o, const char *between, char *out, size_t n)
{
    size_t used = 0;

    snprintf(out, n, "%s", o->meta ? o->meta : "");
    if (o->meta)
        return;
    for (const bs_cli_word *w = o->words; w && w->word && used < n; w++)
        if (w->value != BS_CLI_LATER)
            used += (size_t)snprintf(out + used, n - used, "%s%s", used ? between : "", w->word);
}

static const char *expected(const bs_cli_option *o, char *out, size_t n)
{
    char words[160];

    if (o->expected)
        return o->expected;
    if (o->max > 0) {
        snprintf(out, n, "a whole number from %.0f to %.0f%s%s", o->min, o->max, o->words ? ", or " : "",
                 o->words ? o->words->word : "");
        return out;
    }
    bs_cli_meta(o, ", ", words, sizeof words);
    snprintf(out, n, "%s%s", strchr(words, ',') ? "one of " : "", words);
    return out;
}

static const bs_cli_option *find_option(const char *name, size_t len)
{
    for (const bs_cli_option *o = bs_cli_table; o < bs_cli_table + bs_cli_table_size; o++)
        if (strlen(o->name) == len && !memcmp(o->name, name, len))
            return o;
    return NULL;
}

const char *bs_cli_word_in_force(const char *option, int value)
{
    const bs_cli_word *w = find_option(option, strlen(option))->words;

    while (w->word && w->value != value)
        w++;
    return w->word ? w->word : "?";
}

static const bs_cli_option *find_letter(char letter)
{
    for (const bs_cli_option *o = bs_cli_table; o < bs_cli_table + bs_cli_table_size; o++)
        if (o->letter == letter)
            return o;
    return NULL;
}

static int in_list(const char *const *list, const char *s, size_t len)
{
    for (; *list; list++)
        if (strlen(*list) == len && !memcmp(*list, s, len))
            return 1;
    return 0;
}

/* Letters to insert, delete or change to turn 'a' into 'b'; both are shorter than SHOWN. */
static size_t edit_distance(const char *a, size_t na, const char *b, size_t nb)
{
    size_t row[SHOWN + 1];

    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t best = corner + (a[i - 1] != b[j - 1]);

            corner = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[nb];
}

/* The option that 'name' may have been meant to be, or NULL.  A beginning of a name counts as one slip. */
static const char *nearest(const char *name, size_t len)
{
    size_t best = (len + 2) / 3 + 1;
    const char *found = NULL;

    if (len < 3 || len > SHOWN)
        return NULL;
    for (int i = 0; i < bs_cli_table_size; i++) {
        const char *other = bs_cli_table[i].name;
        size_t d = strncmp(other, name, len) ? edit_distance(name, len, other, strlen(other)) : 1;

        if (d < best) {
            best = d;
            found = other;
        }
    }
    return found;
}

static void refuse_unknown(walk *w, const char *arg, size_t dashes, size_t len)
{
    const char *guess = nearest(arg + dashes, len);
    char word[SHOWN + 4];
    int n;

    shown(arg, word);
    n = (int)(strlen(word) < dashes + len ? strlen(word) : dashes + len);
    if (in_list(bs_cli_later_options, arg + dashes, len))
        WRONG(w, "%.*s: not in this version", n, word);
    else
        WRONG(w, "unknown option %.*s%s%s%s", n, word, guess ? "; did you mean --" : "", guess ? guess : "",
              guess ? "?" : "");
    w->unknown = 1;
}

static void take_word(walk *w, const char *arg)
{
    char word[SHOWN + 4];

    if (w->other)
        return;
    if (!w->words++ && !strcmp(arg, "info")) {
        w->cli->command = BS_CLI_INFO;
        return;
    }
    if (w->cli->command == BS_CLI_INFO) {
        if (w->cli->file)
            WRONG(w, "\"%s\": info describes one file at a time", shown(arg, word));
        w->cli->file = arg;
        return;
    }
    w->other = in_list(bs_cli_later_commands, arg, strlen(arg));
    w->unknown |= w->other;
    if (w->other)
        WRONG(w, "%s: not in this version", arg);
    else
        WRONG(w, "\"%s\": belongs to no option; frames are given with --scenenet, --tum or --rgbd",
              shown(arg, word));
}

static void take_value(walk *w, const bs_cli_option *o, const char *value)
{
    char text[256], word[SHOWN + 4];

    switch (o->read(o, value, w->cli)) {
    case BS_CLI_GOOD:
        break;
    case BS_CLI_WRONG:
        WRONG(w, "--%s \"%s\": expected %s", o->name, shown(value, word), expected(o, text, sizeof text));
        break;
    case BS_CLI_NOT_YET:
        WRONG(w, "--%s \"%s\": not in this version", o->name, shown(value, word));
        break;
    }
}

/* Another option where a value should be is a forgotten value; a file of such a name can be had by "=". */
static int looks_like_option(const char *arg)
{
    if (arg[0] != '-' || !arg[1])
        return 0;
    if (arg[1] != '-')
        return !arg[2] && find_letter(arg[1]);
    return !arg[2] || find_option(arg + 2, strcspn(arg + 2, "="));
}

/* One option with its value, which may be the next argument; how many arguments that was. */
static int take_option(walk *w, char *const *arg, int n_left)
{
    const size_t dashes = arg[0][1] == '-' ? 2 : 1, len = strcspn(arg[0] + dashes, "=");
    const char *name = arg[0] + dashes, *value = name[len] ? name + len + 1 : NULL;
    const bs_cli_option *o = dashes == 2 ? find_option(name, len) : len == 1 ? find_letter(*name) : NULL;
    const int has_next = n_left > 1 && !looks_like_option(arg[1]);
    char text[256];

    if (!o) {
        refuse_unknown(w, arg[0], dashes, len);
        return !value && has_next && arg[1][0] != '-' ? 2 : 1; /* what follows was meant as its value */
    }
    w->cli->given[o - bs_cli_table] = 1;
    if (!o->read) {
        if (value)
            WRONG(w, "--%s: takes no value", o->name);
        else
            *(int *)((char *)w->cli + o->field) = 1;
        return 1;
    }
    if (!value && !has_next) {
        WRONG(w, "--%s: its value is missing; expected %s", o->name, expected(o, text, sizeof text));
        return 1;
    }
    take_value(w, o, value ? value : arg[1]);
    return value ? 1 : 2;
}

static int was_given(const walk *w, const char *name)
{
    return w->cli->given[find_option(name, strlen(name)) - bs_cli_table];
}

static void choose_source(walk *w)
{
    const int n = was_given(w, "scenenet") + was_given(w, "tum") + was_given(w, "rgbd");
    bs_cli *c = w->cli;

    if (!n && !w->unknown)
        WRONG(w, "no frames: give one of --scenenet DIR, --tum DIR, --rgbd DIR");
    if (n > 1)
        WRONG(w, "only one of --scenenet, --tum and --rgbd can be given");
    if (n != 1)
        return;
    c->opt.source = was_given(w, "scenenet") ? BS_SOURCE_SCENENET
                    : was_given(w, "tum")    ? BS_SOURCE_TUM
                                             : BS_SOURCE_RGBD;
    c->opt.source_dir = c->scenenet ? c->scenenet : c->tum ? c->tum : c->rgbd;
}

static void check_info(walk *w)
{
    const bs_cli *c = w->cli;

    if (!c->file && !w->unknown)
        WRONG(w, "info: no file; give a trace of poses or of an IMU");
    for (int i = 0; i < bs_cli_table_size; i++)
        if (c->given[i] && !bs_cli_table[i].for_info)
            WRONG(w, "--%s: means nothing to info", bs_cli_table[i].name);
}

/* What no option alone can tell. */
static void check_together(walk *w)
{
    const bs_cli *c = w->cli;

    if (c->command == BS_CLI_INFO) {
        check_info(w);
        return;
    }
    choose_source(w);
    if (!was_given(w, "poses") && !w->unknown)
        WRONG(w, "no camera motion: give --poses FILE");
    if (was_given(w, "frame-interval") && !was_given(w, "frames-per-sequence"))
        WRONG(w, "--frame-interval: without --frames-per-sequence there is nothing to space");
    for (int i = 0; i < bs_cli_table_size; i++)
        if (c->given[i] && c->opt.source && bs_cli_table[i].only_for &&
            bs_cli_table[i].only_for != c->opt.source)
            WRONG(w, "--%s: only for --rgbd, the other sources define it", bs_cli_table[i].name);
}

int bs_cli_parse(int argc, char *const *argv, bs_cli *cli, bs_cli_errors *errs)
{
    walk w = { .cli = cli, .errs = errs };

    memset(cli, 0, sizeof *cli);
    bs_dataset_defaults(&cli->opt);
    errs->n = 0;
    for (int i = 1; i < argc;) {
        if (w.only_words || argv[i][0] != '-' || !argv[i][1]) {
            take_word(&w, argv[i++]);
        } else if (!strcmp(argv[i], "--")) {
            w.only_words = 1;
            i++;
        } else {
            i += take_option(&w, argv + i, argc - i);
        }
    }
    check_together(&w);
    return errs->n ? BS_EINVAL : BS_OK;
}
