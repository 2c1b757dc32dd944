/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * "name = value" as `sysctl -a` prints it and sysctl.conf holds it: the
 * settings of another machine, saved.
 */
#ifndef OBSERVE_SYSCTL_TEXT_H
#define OBSERVE_SYSCTL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include "settings.h"
#include "tcp_stack.h"

/* `sysctl -a` of a large machine is 100 KiB. */
#define SYSCTL_TEXT_MAX (4U << 20)

struct sysctl_line {
	char name[128];		/* with dots; a leading "-" (errors do not matter) is gone */
	const char *value;	/* within the line, without white space around it */
	size_t value_len;
};

/* False: a comment, an empty line, or something else altogether (then *bad). */
bool sysctl_line(const char *line, size_t len, struct sysctl_line *out, bool *bad);

struct saved_settings {
	struct settings settings;	/* empty when there are none of conntrack */
	struct tcp_stack tcp;
	size_t lines;
	size_t bad;			/* lines that are no setting */
	bool cut;			/* the last line has no end: it was left out */
};

/* 0 or -errno; -ENODATA: not one setting is in there. */
int saved_settings_parse(const char *text, size_t size, struct saved_settings *out);
int saved_settings_read(const char *path, struct saved_settings *out);
void saved_settings_free(struct saved_settings *);

#endif
