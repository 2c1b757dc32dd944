// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Any text as the value of an option: times, numbers, addresses, ports, states,
 * keys, where to listen. What is taken is within its bounds; the rest is refused
 * by argp_error(), which here, unlike argp's own, lets the program live.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "command/options.h"
#include "command/who_command.h"
#include "serve/listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool refused;

void argp_error(const struct argp_state *state, const char *format, ...)
{
	(void)state;
	(void)format;
	refused = true;
}

static void check_numbers(const char *text)
{
	uint64_t ns = 7, number = 7;
	int err = parse_time(text, &ns);

	if (err ? (err != -EINVAL && err != -ERANGE) || ns != 7 : ns > UINT64_C(366) * 24 * 3600 * 1000000000)
		abort();
	err = parse_number(text, 10, 20, &number);
	if (err ? (err != -EINVAL && err != -ERANGE) || number != 7 : number < 10 || number > 20)
		abort();
	err = listen_address_valid(text);
	if ((err && err != -EINVAL) || (!err && !strchr(text, ':')))
		abort();
}

static void check_address(const struct ct_address_filter *filter)
{
	bool ended = false;

	for (int bit = 0; bit < 128; bit++) {
		bool set = filter->mask[bit / 8] >> (7 - bit % 8) & 1;

		if ((set && ended) || (!set && filter->address[bit / 8] >> (7 - bit % 8) & 1) ||
		    (set && bit >= 32 && filter->family == 2))
			abort();
		ended = !set;
	}
}

static void check_who(const char *option, char *text)
{
	char name[16], *argv[] = { "who", name, text, NULL };
	struct who_command who;

	(void)strcpy(name, option);
	refused = false;
	who_options(&who, 3, argv);
	if (refused)
		return;
	check_address(&who.filter.src);
	check_address(&who.filter.dst);
	if (who.filter.dport_low > who.filter.dport_high || who.filter.netns_count > CT_FILTER_NETNS ||
	    who.plan.top < 1 || who.plan.top > CENSUS_TOP_MAX || who.plan.view_count > CENSUS_VIEWS_MAX)
		abort();
	for (size_t i = 0; i < who.plan.view_count; i++)
		if (!who.plan.views[i] || who.plan.views[i] >> CT_KEY_COUNT)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const options[] = { "--src", "--dst", "--dport", "--netns", "--proto", "--state",
					       "--by", "--top" };
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check_numbers(text);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		check_who(options[i], text);
	free(text);
	return 0;
}
