/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The conntrack sysctls this kernel has: value, unit, default, meaning.
 *
 * They are those of the reader's own network namespace, through whatever
 * folder they are read (the kernel goes by the reader, not by the mount). max,
 * buckets and expect_max are the same in all; the others belong to each.
 */
#ifndef OBSERVE_SETTINGS_H
#define OBSERVE_SETTINGS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "roots.h"

enum setting_unit {
	SETTING_COUNT_OF, SETTING_SECONDS, SETTING_SWITCH, SETTING_MASK,	/* none has it yet */
	SETTING_BYTES,
	SETTING_PROTOCOL,	/* number of an IP protocol */
};

/*
 * One row of the table of everything known about a sysctl (settings_table.c).
 * The name stands for net.netfilter.nf_conntrack_NAME, in old kernels
 * net.ipv4.netfilter.ip_conntrack_NAME; "flowtable_..." for nf_flowtable_....
 */
struct setting_info {
	const char *name;	/* "tcp_timeout_established" */
	enum setting_unit unit;
	int64_t fixed_default;	/* -1: computed (settings_default.c), or none */
	const char *meaning;	/* one plain sentence, at most 74 characters: a line of text_settings() */
	bool live;		/* moves by itself: a change of it is no event */
};

extern const struct setting_info settings_table[];
extern const size_t settings_table_count;

struct setting {
	const struct setting_info *info;	/* NULL: a sysctl ctscope does not know yet */
	char name[NAME_MAX + 24];	/* full sysctl name: "net.netfilter.nf_conntrack_max" */
	bool known;		/* value could be read and is a number */
	int64_t value;		/* nf_conntrack_max 0: no limit */
	bool default_known;
	int64_t default_value;
	bool changed;		/* both known, and they differ */
};

struct settings {
	struct setting *list;	/* in the table's order, unknown ones last by name */
	size_t count;
};

/* 0; -ENOENT when conntrack is not loaded; -ENODEV when roots->proc is no /proc with sysctls. */
int settings_read(const struct roots *roots, struct settings *out);
/* By short name ("max", "tcp_timeout_established"); NULL when this kernel has none. */
const struct setting *settings_find(const struct settings *, const char *short_name);
/* By full name; `near` is where it is looked for first: where another list of this kernel's has it. */
const struct setting *settings_named(const struct settings *, const char *name, size_t near);
void settings_free(struct settings *);

/*
 * From a text instead: adds one by its full name, once; a name that is not
 * conntrack's is none. Then settings_sort(). 0, -E2BIG, -ENOMEM.
 */
int settings_add(struct settings *, const char *name, const char *value, size_t len);
void settings_sort(struct settings *);

/* Fills in default and changed of every row: settings_read() does it. */
void settings_defaults(const struct roots *roots, struct settings *);
/* The sizes this kernel would choose for a machine with so much memory; 0: not known. */
void settings_default_sizes(const struct roots *, const struct settings *, uint64_t ram_bytes,
			    uint64_t *max, uint64_t *buckets);

#endif
