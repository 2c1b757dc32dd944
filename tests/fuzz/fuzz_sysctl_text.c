// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Any text as a saved `sysctl -a`: what is taken from it stands in it, each setting once. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "observe/sysctl_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_stand_in(const char *text, size_t size, int64_t value)
{
	char digits[24];
	/* without sign and leading zeros, which the text may have more of */
	uint64_t number = value < 0 ? -(uint64_t)value : (uint64_t)value;
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, number);

	if (!memmem(text, size, digits, (size_t)len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct saved_settings saved;

	if (saved_settings_parse(text, size, &saved))
		return 0;
	if (!saved.lines || (saved.cut && size && text[size - 1] == '\n'))
		abort();
	for (size_t i = 0; i < saved.settings.count; i++) {
		const struct setting *s = &saved.settings.list[i];

		if (s->known)
			must_stand_in(text, size, s->value);
		for (size_t k = 0; k < i; k++)
			if (!strcmp(saved.settings.list[k].name, s->name))
				abort();
	}
	for (int i = 0; i < TCP_STACK_COUNT; i++)
		if (saved.tcp.known & 1U << i)
			must_stand_in(text, size, saved.tcp.n[i]);
	saved_settings_free(&saved);
	return 0;
}
