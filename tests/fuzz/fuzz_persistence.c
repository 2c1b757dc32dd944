// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Any text as a file of sysctl.d, one of modprobe.d and the kernel's command line: bounded, and each name once. */
#include <inttypes.h>
#include "memory_file.h"
#include "observe/persistence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = { "etc/sysctl.d/10-a.conf", "etc/modprobe.d/b.conf", "cmdline" };
	static bool there;
	static int fds[3];
	struct roots roots = { .proc = memory_root_make(), .sys = memory_root_make() };
	struct persistence all;
	char digits[24];

	for (int i = 0; i < 3 && !there; i++)
		fds[i] = memory_file(files[i]);
	there = true;
	for (int i = 0; i < 3; i++)
		memory_fill(fds[i], data, size);
	persistence_read(&roots, memory_root_make(), &all);
	if (!all.known || all.count > PERSISTENT_MAX)
		abort();
	for (size_t i = 0; i < all.count; i++) {
		const struct persistent *p = &all.list[i];
		uint64_t value = p->value < 0 ? -(uint64_t)p->value : (uint64_t)p->value;
		int len = snprintf(digits, sizeof(digits), "%" PRIu64, value);

		if (!memchr(p->name, '\0', sizeof(p->name)) || !memchr(p->file, '\0', sizeof(p->file)) ||
		    !memmem(data, size, digits, (size_t)len) || persistence_find(&all, p->name) != p)
			abort();
	}
	return 0;
}
