// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "read.h"
#include "symbols.h"

/* Of /proc/kallsyms, which has some 130 000 lines of at most 600 bytes. */
#define PIECE 16384

struct search {
	struct symbol *symbols;
	size_t count, seen, found;	/* found: with an address */
};

/* "ffffffffc09a1b40 b nf_conntrack_hash\t[nf_conntrack]\n": address, type, name, perhaps a module. */
static void look_at_line(const char *line, struct search *search)
{
	const char *space = strchr(line, ' ');

	if (!space || !space[1] || space[2] != ' ')
		return;
	for (size_t i = 0; i < search->count; i++) {
		struct symbol *symbol = &search->symbols[i];
		size_t length = strlen(symbol->name), digits;

		/* The first letter spares most lines the rest. */
		if (space[3] != symbol->name[0] || symbol->address ||
		    strncmp(space + 3, symbol->name, length) || !strchr("\n\t", space[3 + length]))
			continue;
		digits = strspn(line, "0123456789abcdefABCDEF");
		if (!digits || digits > 16 || line + digits != space)
			return;
		symbol->address = strtoull(line, NULL, 16);
		search->seen++;
		search->found += symbol->address != 0;
	}
}

/* All whole lines; what is left of the text. */
static char *look_at_lines(char *text, struct search *search)
{
	char *end;

	while ((end = strchr(text, '\n'))) {
		look_at_line(text, search);
		text = end + 1;
	}
	return text;
}

static int look_at_all(int fd, struct search *search)
{
	char text[PIECE + 1], *rest;
	size_t kept = 0;

	while (search->seen < search->count) {
		ssize_t got = read(fd, text + kept, PIECE - kept);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		kept += (size_t)got;
		text[kept] = '\0';
		rest = look_at_lines(text, search);
		if (!got) {
			look_at_line(rest, search);
			break;
		}
		kept -= (size_t)(rest - text);
		memmove(text, rest, kept);
		if (kept == PIECE)
			kept = 0;	/* no line of ours */
	}
	return 0;
}

int symbols_find(const struct roots *roots, struct symbol *symbols, size_t count)
{
	struct search search = { symbols, count, 0, 0 };
	char path[512];
	int fd, err;

	if ((size_t)snprintf(path, sizeof(path), "%s/kallsyms", roots->proc) >= sizeof(path))
		return -ENAMETOOLONG;
	for (size_t i = 0; i < count; i++)
		symbols[i].address = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = look_at_all(fd, &search);
	(void)close(fd);
	if (err)
		return err;
	return search.seen < count ? -ENOENT : search.found < count ? -EPERM : 0;
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
