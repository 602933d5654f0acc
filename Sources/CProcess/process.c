#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// Limits only ever go down: a higher one than the process has would be refused.
static int set_limit(int resource, uint64_t soft, uint64_t hard) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return -1;
    if (limit.rlim_max == RLIM_INFINITY || hard < limit.rlim_max) limit.rlim_max = hard;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    return setrlimit(resource, &limit);
}

// Descriptors that we, or a library, or whoever began us left open across exec would keep files and locks alive.
static void close_others_on_exec(void) {
#if defined(__linux__) && defined(SYS_close_range)
    // 4 is CLOSE_RANGE_CLOEXEC, since Linux 5.11.
    if (syscall(SYS_close_range, 3U, ~0U, 4U) == 0) return;
#endif
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 65536) limit.rlim_cur = 65536;
    for (int number = 3; number < (int)limit.rlim_cur; number++) fcntl(number, F_SETFD, FD_CLOEXEC);
}

// Between fork and exec only calls that are safe in a signal handler are allowed. Returns only if something failed.
static void become(
    pid_t parent, const char *path, char *const arguments[], char *const environment[], const char *folder,
    const char *output, const struct process_limits *limits) {
    sigset_t none;
    setpgid(0, 0);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent) _exit(127);
    int nothing = open("/dev/null", O_RDONLY);
    int printed = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (nothing < 0 || printed < 0) return;
    if (dup2(nothing, 0) < 0 || dup2(printed, 1) < 0 || dup2(printed, 2) < 0) return;
    close_others_on_exec();
    if (chdir(folder) != 0) return;
    if (set_limit(RLIMIT_CORE, 0, 0) || set_limit(RLIMIT_FSIZE, limits->file_size, limits->file_size)
        || set_limit(RLIMIT_CPU, limits->seconds, limits->seconds + 2)
        || set_limit(RLIMIT_AS, limits->memory, limits->memory)) return;
    execve(path, arguments, environment);
}

static int make_pipe(int ends[2]) {
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC);
#else
    if (pipe(ends) != 0) return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}

int process_begin(
    const char *path, char *const arguments[], char *const environment[], const char *folder, const char *output,
    const struct process_limits *limits, pid_t *child) {
    // Whoever began us may have SIGCHLD passed over; then nobody would learn how a child ended.
    struct sigaction action;
    if (sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
    // Closed by exec; a program that does not take over writes its errno into it.
    int ends[2];
    if (make_pipe(ends) != 0) return errno;
    pid_t parent = getpid();
    pid_t made = fork();
    if (made == 0) {
        // Not among 0, 1 and 2, which are about to be replaced.
        int end = ends[1] > 2 ? ends[1] : fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
        become(parent, path, arguments, environment, folder, output, limits);
        int failure = errno;
        while (write(end, &failure, sizeof failure) < 0 && errno == EINTR) {}
        _exit(127);
    }
    int failure = made < 0 ? errno : 0;
    close(ends[1]);
    if (made > 0) {
        setpgid(made, made);
        int found = 0;
        ssize_t count;
        while ((count = read(ends[0], &found, sizeof found)) < 0 && errno == EINTR) {}
        if (count == sizeof found) {
            failure = found;
            while (waitpid(made, NULL, 0) < 0 && errno == EINTR) {}
        }
    }
    close(ends[0]);
    if (failure == 0) *child = made;
    return failure;
}

int process_ended(pid_t child, int *status) {
    siginfo_t found;
    found.si_pid = 0;
    // Not reaped before its group is gone: until then no other process gets its number.
    while (waitid(P_PID, (id_t)child, &found, WEXITED | WNOHANG | WNOWAIT) != 0) {
        if (errno != EINTR) return -1;
    }
    if (found.si_pid == 0) return 0;
    kill(-child, SIGKILL);
    while (waitpid(child, status, 0) < 0) {
        if (errno != EINTR) return -1;
    }
    return 1;
}

void process_kill(pid_t child) {
    siginfo_t found;
    kill(-child, SIGKILL);
    while (waitid(P_PID, (id_t)child, &found, WEXITED | WNOWAIT) != 0 && errno == EINTR) {}
}
