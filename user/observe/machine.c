// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "machine.h"
#include "read.h"

/* 1.5 KiB on today's kernels. */
#define MEMINFO_SIZE_MAX (64U << 10)
/* About 250 caches of 150 bytes; kernels before 5.9 had one set a memory cgroup. */
#define SLABINFO_SIZE_MAX (16U << 20)

/* What follows NAME at the beginning of a line, up to the line's end; NULL when no line begins so. */
static const char *line_after(const char *text, size_t size, const char *name, size_t *len)
{
	size_t name_len = strlen(name);

	while (size) {
		const char *end = memchr(text, '\n', size);
		size_t line = end ? (size_t)(end - text) : size;

		if (line > name_len && !memcmp(text, name, name_len)) {
			*len = line - name_len;
			return text + name_len;
		}
		text += line;
		size -= line;
		if (size)
			text++, size--;
	}
	return NULL;
}

/* The word number INDEX (from 0) of a line, as a number above zero; 0 when it is none. */
static uint64_t number_at(const char *line, size_t len, unsigned int index)
{
	int64_t number;
	size_t word;

	for (;; index--) {
		while (len && *line == ' ')
			line++, len--;
		for (word = 0; word < len && line[word] != ' '; word++)
			;
		if (!word)
			return 0;
		if (!index)
			break;
		line += word;
		len -= word;
	}
	return parse_whole_number(line, word, &number) || number < 0 ? 0 : (uint64_t)number;
}

uint64_t meminfo_ram_bytes(const char *text, size_t size)
{
	size_t len;
	const char *line = line_after(text, size, "MemTotal:", &len);
	uint64_t kib = line ? number_at(line, len, 0) : 0;

	return kib > UINT64_MAX >> 10 ? 0 : kib << 10;
}

uint32_t slabinfo_entry_bytes(const char *text, size_t size)
{
	size_t len;
	/* nf_conntrack <active_objs> <num_objs> <objsize> ...; not nf_conntrack_expect */
	const char *line = line_after(text, size, "nf_conntrack ", &len);
	uint64_t bytes = line ? number_at(line, len, 2) : 0;

	return bytes > UINT32_MAX ? 0 : (uint32_t)bytes;
}

/*
 * slab_size is an entry with its alignment (256 for an object_size of 248,
 * 6.18), the distance from one to the next; slabinfo calls the same objsize.
 * Both are for root only. The cache is never merged with others, because
 * entries are SLAB_TYPESAFE_BY_RCU.
 */
static uint32_t entry_bytes(const struct roots *roots)
{
	char small[32], *text;
	uint32_t bytes;
	ssize_t len;

	len = read_small(roots->sys, "kernel/slab/nf_conntrack/slab_size", small, sizeof(small));
	if (len > 0) {
		int64_t size;

		if (!parse_whole_number(small, (size_t)len, &size) && size > 0 && size <= UINT32_MAX)
			return (uint32_t)size;
	}
	len = read_whole(roots->proc, "slabinfo", SLABINFO_SIZE_MAX, &text);
	if (len < 0)
		return 0;
	bytes = slabinfo_entry_bytes(text, (size_t)len);
	free(text);
	return bytes;
}

uint64_t machine_ram_bytes(const struct roots *roots)
{
	uint64_t bytes;
	char *text;
	ssize_t len = read_whole(roots->proc, "meminfo", MEMINFO_SIZE_MAX, &text);

	if (len < 0)
		return 0;
	bytes = meminfo_ram_bytes(text, (size_t)len);
	free(text);
	return bytes;
}

int machine_read(const struct roots *roots, struct machine *out)
{
	const char *node = getenv("NODE_NAME");
	struct utsname name;

	if (uname(&name))
		return -errno;
	*out = (struct machine){ 0 };
	(void)snprintf(out->kernel, sizeof(out->kernel), "%s", name.release);
	(void)snprintf(out->node, sizeof(out->node), "%s", node && *node ? node : name.nodename);
	out->ram_bytes = machine_ram_bytes(roots);
	out->entry_bytes = entry_bytes(roots);
	return 0;
}
