// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "features.h"
#include "read.h"

/* Addresses are zeroes for those who may not see them: the first symbol tells. */
static bool addresses_shown(const char *proc)
{
	char path[512], line[64];
	bool shown = false;
	FILE *file;

	if ((size_t)snprintf(path, sizeof(path), "%s/kallsyms", proc) >= sizeof(path))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	/* The first rows are per-CPU offsets, small or zero on any machine. */
	for (int i = 0; i < 4096 && !shown && fgets(line, sizeof(line), file); i++)
		shown = strspn(line, "0") < strspn(line, "0123456789abcdef") - 8;
	(void)fclose(file);
	return shown;
}

void features_read(const struct roots *roots, struct feature out[FEATURE_COUNT])
{
	const struct feature found[FEATURE_COUNT] = {
		{ "conntrack", file_there(roots->proc, "sys/net/netfilter/nf_conntrack_max") },
		{ "conntrack_is_module", file_there(roots->sys, "module/nf_conntrack/initstate") },
		{ "kernel_btf", file_there(roots->sys, "kernel/btf/vmlinux") },
		{ "module_btf", file_there(roots->sys, "kernel/btf/nf_conntrack") },
		{ "kprobes", file_there(roots->sys, "bus/event_source/devices/kprobe") },
		{ "kernel_addresses", addresses_shown(roots->proc) },
	};

	memcpy(out, found, sizeof(found));
}
