// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "options.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* Longest run or interval that makes sense to ask for: a year. */
#define TIME_MAX_NS (UINT64_C(366) * 24 * 3600 * NS_PER_S)

enum { KEY_NO_BPF = 0x100, KEY_PROC, KEY_SYS, KEY_REDACT };

void options_init(struct options *options)
{
	*options = (struct options){ .output = "-", .roots = { .proc = "/proc", .sys = "/sys" } };
}

int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	char *end;
	uint64_t value;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (*end)
		return -EINVAL;
	if (errno || value < min || value > max)
		return -ERANGE;
	*out = value;
	return 0;
}

int parse_time(const char *text, uint64_t *ns)
{
	static const struct { const char *suffix; uint64_t ns; } units[] = {
		{ "", NS_PER_S }, { "s", NS_PER_S }, { "ms", NS_PER_MS },
		{ "m", 60 * NS_PER_S }, { "h", 3600 * NS_PER_S },
	};
	size_t digits = strspn(text, "0123456789");
	char number[20];
	uint64_t value;

	if (!digits)
		return -EINVAL;
	if (digits >= sizeof(number))
		return -ERANGE;
	memcpy(number, text, digits);
	number[digits] = '\0';
	value = strtoull(number, NULL, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text + digits, units[i].suffix))
			continue;
		if (value > TIME_MAX_NS / units[i].ns)
			return -ERANGE;
		*ns = value * units[i].ns;
		return 0;
	}
	return -EINVAL;
}

static void time_text(char buf[static 24], uint64_t ns)
{
	if (ns % NS_PER_S)
		(void)snprintf(buf, 24, "%" PRIu64 "ms", ns / NS_PER_MS);
	else if (ns % (3600 * NS_PER_S) || !ns)
		(void)snprintf(buf, 24, "%" PRIu64 "s", ns / NS_PER_S);
	else
		(void)snprintf(buf, 24, "%" PRIu64 "h", ns / (3600 * NS_PER_S));
}

uint64_t option_time(const struct argp_state *state, const char *option, const char *text,
		     uint64_t min_ns, uint64_t max_ns)
{
	char min[24], max[24];
	uint64_t ns;
	int err = parse_time(text, &ns);

	if (!err && ns >= min_ns && ns <= max_ns)
		return ns;
	time_text(min, min_ns);
	time_text(max, max_ns);
	if (err == -EINVAL)
		argp_error(state, "%s: '%s' is not a time; write 500ms, 5, 5s, 2m or 1h (%s to %s)",
			   option, text, min, max);
	else
		argp_error(state, "%s: %s is out of range; it must be %s to %s", option, text, min, max);
	return 0;
}

uint64_t option_number(const struct argp_state *state, const char *option, const char *text,
		       uint64_t min, uint64_t max)
{
	uint64_t value = 0;
	int err = parse_number(text, min, max, &value);

	if (err)
		argp_error(state, "%s: '%s' is not a whole number from %" PRIu64 " to %" PRIu64,
			   option, text, min, max);
	return value;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'i':
		options->interval_ns = option_time(state, "--interval", arg, 100 * NS_PER_MS, 24 * 3600 * NS_PER_S);
		break;
	case 'd':
		options->duration_ns = option_time(state, "--duration", arg, 100 * NS_PER_MS, TIME_MAX_NS);
		break;
	case 'n':
		options->count = option_number(state, "--count", arg, 1, UINT32_MAX);
		break;
	case 'j': options->json = true; break;
	case 'o': options->output = arg; break;
	case 'v': options->verbose++; break;
	case KEY_NO_BPF: options->no_bpf = true; break;
	case KEY_PROC: options->roots.proc = arg; break;
	case KEY_SYS: options->roots.sys = arg; break;
	case KEY_REDACT: options->redact = true; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option common_options[] = {
	{ NULL, 0, NULL, 0, "Options of every command:", -2 },
	{ "interval", 'i', "TIME", 0, "time between two reports: 500ms, 5s, 2m, 1h", 0 },
	{ "duration", 'd', "TIME", 0, "end after this long", 0 },
	{ "count", 'n', "N", 0, "end after N reports", 0 },
	{ "json", 'j', NULL, 0, "one JSON object a line instead of text", 0 },
	{ "output", 'o', "FILE", 0, "write here instead of stdout; SIGHUP reopens it", 0 },
	{ "no-bpf", KEY_NO_BPF, NULL, 0, "only the kernel's own counters; nothing is attached", 0 },
	{ "proc", KEY_PROC, "DIR", 0, "where the host's /proc is mounted", 0 },
	{ "sys", KEY_SYS, "DIR", 0, "where the host's /sys is mounted", 0 },
	{ "redact", KEY_REDACT, NULL, 0, "shorten addresses to their /24 or /48", 0 },
	{ "verbose", 'v', NULL, 0, "say more on stderr; twice: libbpf's words too", 0 },
	{ 0 },
};

const struct argp options_argp = { .options = common_options, .parser = parse_option };
