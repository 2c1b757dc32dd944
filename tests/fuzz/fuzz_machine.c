// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Any text as meminfo and slabinfo: a number that stands in it, or 0. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "observe/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_stand_in(const char *text, size_t size, uint64_t number)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, number);

	if (number && !memmem(text, size, digits, (size_t)len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	uint64_t ram = meminfo_ram_bytes(text, size);

	if (ram % 1024)
		abort();
	must_stand_in(text, size, ram / 1024);
	must_stand_in(text, size, slabinfo_entry_bytes(text, size));
	return 0;
}
