#include "gen/cli.h"

const bs_cli_status_info bs_cli_statuses[] = {
    { 0, "done", "done" },
    { 1, "failed", "it could not go on" },
    { 2, "refused", "wrong use, or the output belongs to another configuration" },
    { 3, "skipped", "done, but some inputs were skipped; they are listed" },
    { 5, "unwritable", "the output cannot be written: full, read-only" },
    { 6, "no-backend", "the back end asked for is not there" },
    { 75, "interrupted", "stopped by a signal; run the same command again to continue" },
    { 130, "killed", "stopped at once by a second signal" },
    { 0, NULL, NULL },
};

int bs_cli_status(int code, size_t n_skips)
{
    switch (code) {
    case BS_OK:
        return n_skips ? 3 : 0;
    case BS_EINVAL:
    case BS_ECONFIG:
        return BS_CLI_STATUS_WRONG_USE;
    case BS_EOUTPUT:
        return BS_CLI_STATUS_OUTPUT;
    case BS_ENODEV:
        return 6;
    case BS_EINTERRUPT:
        return 75;
    default:
        return 1;
    }
}

const char *bs_cli_status_word(int status)
{
    const bs_cli_status_info *s = bs_cli_statuses;

    while (s->word && s->status != status)
        s++;
    return s->word ? s->word : "failed";
}
