// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "counters.h"
#include "say.h"

void say(char sentence[static SENTENCE_MAX], const char *format, ...)
{
	size_t len = strlen(sentence);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence + len, SENTENCE_MAX - len, format, args);
	va_end(args);
}

void say_causes(char sentence[static SENTENCE_MAX], const uint64_t n[static CT_COUNTER_COUNT], uint32_t known)
{
	const char *before = ": ";

	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++) {
		if (!(known & 1U << c) || !n[c])
			continue;
		say(sentence, "%s%s %" PRIu64, before, counter_causes[c], n[c]);
		before = ", ";
	}
}
