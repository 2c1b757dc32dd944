// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One record of /dev/kmsg, of whatever size: never read beyond it, never half believed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "observe/kernel_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kernel_log_record record;

	/* No NUL behind it: the sanitizer watches the end. */
	if (kernel_log_parse((const char *)data, size, &record))
		return 0;
	if (!memchr(data, ';', size) || (record.netns && !record.table_full) ||
	    (record.suppressed && record.table_full))
		abort();
	if (record.table_full && !memmem(data, size, "table full", 10))
		abort();
	return 0;
}
