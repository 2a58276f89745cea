// SPDX-License-Identifier: Apache-2.0
// Preloaded into redis-server it makes SIGKILL a loss of power: what is written to a file whose path contains $POWER_FILES stays in
// this process until that descriptor is synced, so the kernel's page cache never sees what a disk would not have had.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DESCRIPTORS = 4096 };

struct held {
    char *bytes;
    size_t size, room;
    int known; // 0: not looked at, 1: is held back, -1: is not
};

static struct held files[DESCRIPTORS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static int is_held(int fd) {
    if (fd < 0 || fd >= DESCRIPTORS) return 0;
    if (files[fd].known == 0) {
        char link[64], path[4096];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t length = readlink(link, path, sizeof path - 1);
        const char *part = getenv("POWER_FILES");
        path[length > 0 ? length : 0] = 0;
        files[fd].known = length > 0 && part && strstr(path, part) ? 1 : -1;
    }
    return files[fd].known > 0;
}

static void let_go(int fd) {
    ssize_t (*real)(int, const void *, size_t) = next("write");
    size_t done = 0;
    while (done < files[fd].size) {
        const ssize_t written = real(fd, files[fd].bytes + done, files[fd].size - done);
        if (written <= 0) break;
        done += (size_t)written;
    }
    files[fd].size = 0;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    pthread_mutex_lock(&lock);
    if (!is_held(fd)) {
        pthread_mutex_unlock(&lock);
        return ((ssize_t(*)(int, const void *, size_t))next("write"))(fd, bytes, size);
    }
    struct held *file = &files[fd];
    if (file->size + size > file->room) {
        file->room = 2 * (file->size + size);
        file->bytes = realloc(file->bytes, file->room);
        if (!file->bytes) abort();
    }
    memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
    pthread_mutex_unlock(&lock);
    return (ssize_t)size;
}

static int synced(int fd, const char *name) {
    pthread_mutex_lock(&lock);
    if (is_held(fd)) let_go(fd);
    pthread_mutex_unlock(&lock);
    return ((int (*)(int))next(name))(fd);
}

int fsync(int fd) { return synced(fd, "fsync"); }
int fdatasync(int fd) { return synced(fd, "fdatasync"); }

int close(int fd) {
    pthread_mutex_lock(&lock);
    if (fd >= 0 && fd < DESCRIPTORS) {
        if (files[fd].known > 0) let_go(fd);
        files[fd].known = 0;
    }
    pthread_mutex_unlock(&lock);
    return ((int (*)(int))next("close"))(fd);
}
