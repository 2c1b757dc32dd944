/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A folder whose file PATH holds the input, without a write to a disk: a link to memory. */
#ifndef FUZZ_MEMORY_FILE_H
#define FUZZ_MEMORY_FILE_H

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char memory_root[] = "/tmp/ctscope-fuzz.XXXXXX";

static inline void memory_path(const char *path, char full[static PATH_MAX])
{
	(void)snprintf(full, PATH_MAX, "%s/%s", memory_root, path);
}

static inline void memory_root_remove(void)
{
	char command[PATH_MAX];

	(void)snprintf(command, sizeof(command), "rm -rf %s", memory_root);
	(void)!system(command);
}

/* The folder, once; gone when the fuzzer ends. */
static inline const char *memory_root_make(void)
{
	if (memory_root[strlen(memory_root) - 1] == 'X') {
		if (!mkdtemp(memory_root))
			abort();
		(void)atexit(memory_root_remove);
	}
	return memory_root;
}

/* PATH below the folder is a file with nothing in it: a descriptor to fill it with. */
static inline int memory_file(const char *path)
{
	size_t skip = strlen(memory_root_make()) + 1;
	char full[PATH_MAX], target[64];
	int fd = memfd_create("input", MFD_CLOEXEC);

	memory_path(path, full);
	for (char *at = full + skip; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		(void)mkdir(full, 0755);
	}
	(void)snprintf(target, sizeof(target), "/proc/self/fd/%d", fd);
	if (fd < 0 || symlink(target, full))
		abort();
	return fd;
}

static inline void memory_fill(int fd, const uint8_t *data, size_t size)
{
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
}

#endif
