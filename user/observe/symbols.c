// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "read.h"
#include "symbols.h"

/* "ffffffffc09a1b40 b nf_conntrack_hash\t[nf_conntrack]": address, type, name, perhaps a module. */
static bool line_is(const char *line, const char *name, uint64_t *address)
{
	size_t length = strlen(name), digits = strspn(line, "0123456789abcdefABCDEF");
	const char *at = line + digits;

	if (!digits || digits > 16 || *at != ' ' || !at[1] || at[2] != ' ' || strncmp(at + 3, name, length))
		return false;
	if (at[3 + length] != '\n' && at[3 + length] != '\t' && at[3 + length])
		return false;
	*address = strtoull(line, NULL, 16);
	return true;
}

int symbols_find(const struct roots *roots, struct symbol *symbols, size_t count)
{
	char path[512], line[640];	/* a name is at most 511 bytes */
	size_t seen = 0, found = 0;
	FILE *file;

	if ((size_t)snprintf(path, sizeof(path), "%s/kallsyms", roots->proc) >= sizeof(path))
		return -ENAMETOOLONG;
	for (size_t i = 0; i < count; i++)
		symbols[i].address = 0;
	file = fopen(path, "re");
	if (!file)
		return -errno;
	/* A look at the first letter of a name spares most lines a comparison. */
	while (seen < count && fgets(line, sizeof(line), file)) {
		for (size_t i = 0; i < count; i++) {
			uint64_t address;

			if (symbols[i].address || !line_is(line, symbols[i].name, &address))
				continue;
			symbols[i].address = address;
			seen++;
			found += address != 0;
		}
	}
	(void)fclose(file);
	return seen < count ? -ENOENT : found < count ? -EPERM : 0;
}

int symbols_module(const struct roots *roots, const char *module, uint64_t *address)
{
	char name[128], text[32], *end;
	ssize_t length;

	if ((size_t)snprintf(name, sizeof(name), "module/%s/sections/.gnu.linkonce.this_module",
			     module) >= sizeof(name))
		return -ENAMETOOLONG;
	length = read_small(roots->sys, name, text, sizeof(text));
	if (length < 0)
		return length == -EACCES ? -EPERM : (int)length;
	*address = strtoull(text, &end, 16);
	if (end == text || *end != '\n')
		return -EINVAL;
	return *address ? 0 : -EPERM;
}
