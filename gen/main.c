#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gen/cli.h"

/* Programs that run others (timeout, job schedulers, a terminal and its shell) may deliver one wish twice. */
#define SAME_WISH_NS 50000000LL

static bs_cli_signals signals;
static atomic_llong stopped_ns; /* of the first signal; the second may come on another thread */

static long long monotonic_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Only what POSIX allows in a handler: write, _exit, clock_gettime. */
static void on_signal(int number)
{
    static const char text[] =
        "\nblursynth: stopping after the tuples in hand (press Ctrl-C again to stop at once)\n";
    const int skip = signals.bar_is_up ? 0 : 1; /* the newline leaves the bar's line */
    const int saved = errno;

    (void)number;
    if (signals.stop) {
        if (monotonic_ns() - stopped_ns > SAME_WISH_NS)
            _exit(BS_CLI_STATUS_SECOND_SIGNAL);
        return;
    }
    stopped_ns = monotonic_ns();
    signals.stop = 1;
    if (write(STDERR_FILENO, text + skip, sizeof text - 1 - (size_t)skip) < 0)
        errno = 0; /* nobody is left to be told */
    errno = saved;
}

static void install_handlers(void)
{
    struct sigaction act, old;

    memset(&act, 0, sizeof act);
    act.sa_handler = on_signal;
    act.sa_flags = SA_RESTART;
    sigemptyset(&act.sa_mask);
    sigaddset(&act.sa_mask, SIGINT);
    sigaddset(&act.sa_mask, SIGTERM);
    sigaddset(&act.sa_mask, SIGHUP);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    /* nohup asks for the hang-up to be ignored. */
    if (!sigaction(SIGHUP, NULL, &old) && old.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &act, NULL);

    memset(&act, 0, sizeof act);
    act.sa_handler = SIG_IGN; /* a reader that goes away shows as a failed write */
    sigemptyset(&act.sa_mask);
    sigaction(SIGPIPE, &act, NULL);
}

/*
 * If standard output or error is closed, the next file opened would take its number and be written into by
 * messages.  A stand-in that cannot be written keeps the number, and lets writing fail as it should.
 */
static void hold_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
            return;
}

int main(int argc, char **argv)
{
    hold_standard_files();
    install_handlers();
    return bs_cli_main(argc, argv, &signals);
}
