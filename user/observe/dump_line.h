/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One line of a dump: `conntrack -L`, -o extended, /proc/net/nf_conntrack or ip_conntrack. */
#ifndef OBSERVE_DUMP_LINE_H
#define OBSERVE_DUMP_LINE_H

#include <stddef.h>
#include "model/entry.h"

enum dump_line {
	DUMP_LINE_BAD,		/* not a line of a dump, or a damaged one */
	DUMP_LINE_ENTRY,
	DUMP_LINE_EMPTY,
	DUMP_LINE_SHOWN,	/* conntrack's last line; packets holds the number of entries it says */
};

/* So many bytes behind a line's LF must be readable, whatever they hold. */
#define DUMP_LINE_SLACK 16

/* line ends with LF, which is what *end is set to. */
enum dump_line dump_line(const char *line, struct entry *out, const char **end);

#endif
