#include "gen/cli.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "gen/cli_progress.h"

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* What was printed is only said when it has left the buffer: a full disk shows here and nowhere else. */
static int flush_stdout(int status)
{
    errno = 0;
    if (!fflush(stdout) && !ferror(stdout))
        return status;
    fprintf(stderr, "blursynth: standard output cannot be written: %s\n",
            errno ? strerror(errno) : "an earlier write failed");
    return BS_CLI_STATUS_OUTPUT;
}

/* The end of every run: the JSON summary if asked for, and the status. */
static int finish(const bs_cli_outcome *out)
{
    bs_err err = { 0 };

    if (!out->cli->json)
        return out->status;
    if (bs_cli_print_json(stdout, out, &err)) {
        bs_cli_print_error(stderr, err.text);
        return out->status ? out->status : bs_cli_status(err.code, 0);
    }
    return flush_stdout(out->status);
}

/* Prints everything that is wrong with the command line, and joins it in 'all' for JSON. */
static int refuse(const bs_cli *cli, const bs_cli_errors *errs)
{
    bs_cli_outcome out = { .cli = cli, .code = BS_EINVAL, .status = BS_CLI_STATUS_WRONG_USE };
    const int n_kept = errs->n < BS_CLI_MAX_ERRORS ? errs->n : BS_CLI_MAX_ERRORS;
    char all[BS_CLI_MAX_ERRORS * BS_ERR_TEXT] = "";
    size_t used = 0;

    for (int i = 0; i < n_kept; i++) {
        bs_cli_print_error(stderr, errs->err[i].text);
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? "\n" : "", errs->err[i].text);
    }
    if (errs->n > n_kept)
        fprintf(stderr, "blursynth: and %d more that %s wrong\n", errs->n - n_kept,
                errs->n - n_kept == 1 ? "is" : "are");
    fputs("  blursynth --help tells every option\n", stderr);
    out.error = all;
    return finish(&out);
}

/* Makes the dataset while showing how far it is. */
static void make(bs_dataset *ds, bs_cli_outcome *out, bs_cli_signals *signals, bs_err *err)
{
    bs_progress progress;
    const bs_dataset_watch watch = { .progress = bs_progress_tell,
                                     .user = &progress,
                                     .stop = &signals->stop };
    const double start_s = now_s();

    bs_progress_begin(&progress, out->cli->progress, out->cli->quiet, out->plan->n_tuples,
                      &signals->bar_is_up);
    out->code = bs_dataset_run(ds, &watch, &out->sum, err);
    bs_progress_end(&progress);
    out->seconds = now_s() - start_s;
}

/* The last words: why it ended early, and what to do about it. */
static void say_failure(const bs_cli_outcome *out)
{
    const int64_t finished = out->sum.made + out->sum.kept;

    if (out->code == BS_EINTERRUPT && out->plan)
        fprintf(stderr, "blursynth: interrupted with %lld of %lld tuples finished\n", (long long)finished,
                (long long)out->plan->n_tuples);
    else
        bs_cli_print_error(stderr, out->error);
    if (out->cli->opt.format == BS_FORMAT_NULL || out->cli->dry_run)
        return;
    if (out->code == BS_EINTERRUPT)
        fputs("  run the same command again to continue\n", stderr);
    else if (finished && out->code != BS_ECONFIG)
        fputs("  what is finished is kept; the same command continues from there\n", stderr);
}

static void open_dataset(const bs_cli *cli, const bs_cli_signals *signals, bs_dataset **ds,
                         bs_cli_outcome *out, bs_err *err)
{
    out->code = bs_dataset_open(&cli->opt, ds, err);
    if (out->code)
        return;
    out->ds = *ds;
    out->plan = bs_dataset_get_plan(*ds);
    out->sum.n_skips = out->plan->n_skips;
    if (signals->stop)
        out->code = bs_fail(err, BS_EINTERRUPT, "stopped before anything was made");
}

static int run(const bs_cli *cli, bs_cli_signals *signals)
{
    bs_cli_outcome out = { .cli = cli };
    bs_dataset *ds = NULL;
    bs_err err = { 0 };
    int made = 0;

    open_dataset(cli, signals, &ds, &out, &err);
    if (!out.code && !cli->quiet)
        bs_cli_print_plan(stderr, cli, ds, cli->dry_run);
    if (!out.code && !cli->dry_run) {
        make(ds, &out, signals, &err);
        made = 1;
    }
    out.status = bs_cli_status(out.code, cli->dry_run ? 0 : out.sum.n_skips);
    out.error = out.code ? err.text : NULL;
    if (made && !cli->quiet && (!out.code || out.sum.made || out.sum.n_skips))
        bs_cli_print_summary(stderr, &out);
    if (out.code)
        say_failure(&out);
    else if (cli->dry_run && !cli->quiet)
        fputs("  a dry run: nothing was written\n", stderr);
    const int status = finish(&out);
    bs_dataset_close(&ds);
    return status;
}

int bs_cli_main(int argc, char *const *argv, bs_cli_signals *signals)
{
    bs_cli cli;
    bs_cli_errors errs;

    if (argc < 2) {
        bs_cli_print_intro(stdout);
        return flush_stdout(0);
    }
    bs_cli_parse(argc, argv, &cli, &errs);
    if (cli.help || cli.version) {
        (cli.help ? bs_cli_print_help : bs_cli_print_version)(stdout);
        return flush_stdout(0);
    }
    if (errs.n)
        return refuse(&cli, &errs);
    return cli.command == BS_CLI_INFO ? flush_stdout(bs_cli_info(&cli)) : run(&cli, signals);
}
