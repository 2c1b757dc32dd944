// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Any bytes as a dump's file, plain or gzip: no crash, every line counted
 * once, and what is read twice is the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "model/idle.h"
#include "observe/dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct timeouts timeouts = {
	.tcp = { 0, 120, 60, 432000, 120, 60, 30, 120, 10 }, .tcp_retrans = 300, .tcp_unacknowledged = 300,
	.udp = 30, .udp_stream = 120, .icmp = 30, .icmpv6 = 30, .gre = 30, .gre_stream = 180, .generic = 600,
};

static uint64_t read_all(struct dump *dump, int *end)
{
	struct entry entry;
	uint64_t n = 0;

	while ((*end = dump_next(dump, &entry)) == 1) {
		const struct ct_group *keys = &entry.keys;
		uint8_t idle = idle_of(&timeouts, &entry);

		n++;
		if ((keys->family != 2 && keys->family != 10) || (idle != CT_IDLE_UNKNOWN && idle >= CT_IDLE_COUNT) ||
		    (keys->state && keys->state != CT_STATE_OFFLOAD && keys->protocol != 6 &&
		     keys->protocol != 132 && keys->protocol != 33))
			abort();
		for (int i = 4; keys->family == 2 && i < 16; i++)
			if (keys->src[i] || keys->dst[i])
				abort();
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("dump", MFD_CLOEXEC);
	struct dump_count first;
	struct dump *dump;
	char path[32];
	uint64_t n;
	int end;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (dump_open(&dump, path))
		abort();
	n = read_all(dump, &end);
	first = *dump_count(dump);
	if (n != first.entries || first.bad + first.entries > first.lines)
		abort();
	/* A damaged one is read once only. */
	if (size && !end && (dump_rewind(dump) || read_all(dump, &end) != n || dump_count(dump)->bad != first.bad))
		abort();
	dump_free(dump);
	(void)close(fd);
	return 0;
}
