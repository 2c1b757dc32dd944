// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Any text: refused without a trace, or taken; and what is taken is what the
 * rows say, told by giving the rows once more: counters double, entries stay.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "observe/kernel_stats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void twice(const char *text, size_t size, const struct kernel_stats *once)
{
	const char *rows = memchr(text, '\n', size);
	size_t rest = (size_t)(text + size - rows);	/* with the line's end before them */
	char *both = malloc(size + rest);
	struct kernel_stats stats;

	if (!both)
		abort();
	memcpy(both, text, size);
	memcpy(both + size, rows, rest);
	if (kernel_stats_parse(both, size + rest, &stats))
		abort();
	if (stats.entries != once->entries || stats.present != once->present)
		abort();
	for (int i = 0; i < KERNEL_STAT_COUNT; i++)
		if (stats.n[i] != 2 * once->n[i] || (stats.n[i] && !(stats.present & 1U << i)))
			abort();
	free(both);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct kernel_stats stats, untouched;

	memset(&stats, 0x5a, sizeof(stats));
	untouched = stats;
	switch (kernel_stats_parse(text, size, &stats)) {
	case 0:
		twice(text, size, &stats);
		break;
	case -EBADMSG:
		if (memcmp(&stats, &untouched, sizeof(stats)))
			abort();
		break;
	default:
		abort();
	}
	return 0;
}
