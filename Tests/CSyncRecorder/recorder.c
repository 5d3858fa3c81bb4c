// Preloaded into a program (LD_PRELOAD): keeps a copy of every file as it was when it was last synced, in the folder that
// SYNC_RECORD names. What is not in the copies would be gone after a power cut.
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void copy(int from, int to) {
    char buffer[65536];
    ssize_t count;
    while ((count = read(from, buffer, sizeof buffer)) > 0) {
        if (write(to, buffer, (size_t)count) != count) return;
    }
}

static void record(int fd) {
    const char *folder = getenv("SYNC_RECORD");
    struct stat status;
    if (!folder || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return;
    char link[64], path[PATH_MAX], temporary[PATH_MAX], recorded[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (snprintf(temporary, sizeof temporary, "%s/.%d-%s", folder, fd, name) >= (int)sizeof temporary) return;
    if (snprintf(recorded, sizeof recorded, "%s/%s", folder, name) >= (int)sizeof recorded) return;
    int from = open(link, O_RDONLY | O_CLOEXEC);
    int to = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (from >= 0 && to >= 0) copy(from, to);
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    rename(temporary, recorded);
}

// A file that is removed is gone: what a file system does to its folders it does in order.
int unlink(const char *path) {
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    const char *folder = getenv("SYNC_RECORD");
    const char *slash = strrchr(path, '/');
    char recorded[PATH_MAX];
    if (result == 0 && folder
        && snprintf(recorded, sizeof recorded, "%s/%s", folder, slash ? slash + 1 : path) < (int)sizeof recorded) {
        syscall(SYS_unlinkat, AT_FDCWD, recorded, 0);
    }
    return result;
}

int fdatasync(int fd) {
    int result = (int)syscall(SYS_fdatasync, fd);
    if (result == 0) record(fd);
    return result;
}

int fsync(int fd) {
    int result = (int)syscall(SYS_fsync, fd);
    if (result == 0) record(fd);
    return result;
}
