// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "read.h"
#include "saved_timeouts.h"

/* sysctl writes dots; a copied path has slashes. */
static const char *short_name(char *name)
{
	static const char *const prefixes[] = {
		"net.netfilter.nf_conntrack_", "net.ipv4.netfilter.ip_conntrack_",
	};

	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '.';
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		const char *at = strstr(name, prefixes[i]);

		if (at)
			return at + strlen(prefixes[i]);
	}
	return NULL;
}

bool saved_timeouts_line(const char *line, struct timeouts *out)
{
	size_t len = strcspn(line, " \t=:");
	const char *value = line + len, *name;
	int64_t seconds;
	char copy[128];

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, line, len);
	copy[len] = '\0';
	name = short_name(copy);
	value += strspn(value, " \t=:");
	if (!name || parse_whole_number(value, strlen(value), &seconds) || seconds < 1 ||
	    seconds > UINT32_MAX)
		return false;
	return !timeouts_set(out, name, (uint32_t)seconds);
}

int saved_timeouts_read(const char *path, struct timeouts *out)
{
	FILE *file = fopen(path, "re");
	char line[512];
	int found = 0, err;

	*out = (struct timeouts){ 0 };
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file))
		found += saved_timeouts_line(line, out);
	err = ferror(file) ? -EIO : 0;
	(void)fclose(file);
	return err ? err : found;
}
