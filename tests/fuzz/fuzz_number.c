// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Any text as a sysctl's value and as a namespace link: what is taken comes back when written. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "observe/namespaces.h"
#include "observe/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void number_round_trip(int64_t number)
{
	char text[24];
	int64_t again;
	int len = snprintf(text, sizeof(text), "%" PRId64 "\n", number);

	if (parse_whole_number(text, (size_t)len, &again) || again != number)
		abort();
}

static void link_round_trip(uint32_t netns)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "net:[%" PRIu32 "]", netns);

	if (netns_of_link(text, (size_t)len) != netns)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	int64_t number = 0;
	int err = parse_whole_number(text, size, &number);
	uint32_t netns = netns_of_link(text, size);

	if (!err)
		number_round_trip(number);
	else if ((err != -EINVAL && err != -ERANGE) || number)
		abort();
	if (netns)
		link_round_trip(netns);
	return 0;
}
