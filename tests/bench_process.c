/* Starts a program, watches what it holds and how far it is, and waits for its end. */
#define _DEFAULT_SOURCE /* wait4() */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench.h"

/* The end of what a program has said. */
typedef struct said {
    char text[1024];
    size_t n;
} said;

static pid_t start(const char *const *argv, int *err_fd)
{
    int ends[2];
    pid_t pid;

    fflush(stdout);
    if (pipe(ends) || (pid = fork()) < 0)
        bench_stop("%s cannot be started: %s", argv[0], strerror(errno));
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(argv[0], (char *const *)argv);
        fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    close(ends[1]);
    *err_fd = ends[0];
    return pid;
}

static void hear(said *s, const char *text, size_t n)
{
    const size_t room = sizeof s->text - 1;

    if (n > room) {
        text += n - room;
        n = room;
    }
    if (s->n + n > room) {
        memmove(s->text, s->text + (s->n + n - room), room - n);
        s->n = room - n;
    }
    memcpy(s->text + s->n, text, n);
    s->n += n;
    s->text[s->n] = '\0';
}

/* The "done" of the last "done/planned" behind a "%". */
static int64_t progress(const said *s)
{
    long long done = 0, planned, found;

    for (const char *at = s->text; (at = strchr(at, '%')) != NULL; at++)
        if (sscanf(at, "%%  %lld/%lld", &found, &planned) == 2)
            done = found;
    return done;
}

static double resident_mb(pid_t pid)
{
    char path[64];
    long pages = 0, resident = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    f = fopen(path, "r");
    if (!f)
        return 0;
    if (fscanf(f, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    fclose(f);
    return 1e-6 * (double)resident * (double)sysconf(_SC_PAGESIZE);
}

/* Until the program closes its end. */
static void listen_to(pid_t pid, int fd, double began_s, double look_every_s, bench_look *look, void *user,
                      said *s)
{
    double next_s = 0;
    ssize_t n = 1;

    while (n > 0 || (n < 0 && errno == EINTR)) {
        struct pollfd wait_for = { .fd = fd, .events = POLLIN };
        const double t_s = bench_wall_s() - began_s;
        char text[512];

        if (look && t_s >= next_s) {
            look(user, t_s, resident_mb(pid), progress(s));
            next_s = t_s + look_every_s;
        }
        n = 1;
        if (poll(&wait_for, 1, look ? 20 : -1) > 0 && (n = read(fd, text, sizeof text)) > 0)
            hear(s, text, (size_t)n);
    }
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

bench_usage bench_process(const char *const *argv, double look_every_s, bench_look *look, void *user)
{
    const double began_s = bench_wall_s(), own_mb = resident_mb(getpid());
    said s = { .n = 0 };
    struct rusage used;
    bench_usage u;
    int fd, status;
    const pid_t pid = start(argv, &fd);

    listen_to(pid, fd, began_s, look_every_s, look, user, &s);
    close(fd);
    while (wait4(pid, &status, 0, &used) < 0)
        if (errno != EINTR)
            bench_stop("%s is lost: %s", argv[0], strerror(errno));
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        bench_stop("%s failed: %s", argv[0], s.text);
    u = (bench_usage){ .wall_s = bench_wall_s() - began_s,
                       .work_s = seconds(used.ru_utime) + seconds(used.ru_stime),
                       .peak_mb = 1.024e-3 * (double)used.ru_maxrss };
    /* The kernel counts what this process held before it became the other program. */
    if (u.peak_mb <= own_mb)
        u.peak_mb = 0;
    return u;
}
