// Makes one call that changes files fail: a test compiles it and loads it into the program (LD_PRELOAD).
//
// Counted, from 0, are the calls of write, pwrite, fsync, rename and link on files below $FAILING_FOLDER. Call number
// $FAILING_CALL fails as $FAILING_HOW says: "short" writes half of the bytes, another number is an errno. The number of
// calls is written to the file $FAILING_COUNT when the program ends.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int calls;

static int is_below(const char *path) {
    const char *folder = getenv("FAILING_FOLDER");
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_file_below(int descriptor) {
    char name[64], path[4096];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    ssize_t count = readlink(name, path, sizeof path - 1);
    if (count < 0) return 0;
    path[count] = 0;
    return is_below(path);
}

// Counts a call; 1 where it is the one that fails.
static int is_failing(void) {
    const char *failing = getenv("FAILING_CALL");
    return atomic_fetch_add(&calls, 1) == (failing ? atoi(failing) : -1);
}

static int is_short(void) {
    const char *how = getenv("FAILING_HOW");
    return how && strcmp(how, "short") == 0;
}

// Sets the errno that was asked for.
static int fail(void) {
    const char *how = getenv("FAILING_HOW");
    errno = how ? atoi(how) : EIO;
    return -1;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    if (is_file_below(descriptor) && is_failing()) {
        if (!is_short()) return fail();
        count = (count + 1) / 2;
    }
    return real(descriptor, bytes, count);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    if (is_file_below(descriptor) && is_failing()) {
        if (!is_short()) return fail();
        count = (count + 1) / 2;
    }
    return real(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return pwrite64(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    if (is_file_below(descriptor) && is_failing() && !is_short()) return fail();
    return real(descriptor);
}

int rename(const char *from, const char *to) {
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    if (is_below(to) && is_failing() && !is_short()) return fail();
    return real(from, to);
}

int link(const char *from, const char *to) {
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "link");
    if (is_below(to) && is_failing() && !is_short()) return fail();
    return real(from, to);
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FAILING_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%d", atomic_load(&calls));
    fclose(file);
}
