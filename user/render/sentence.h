/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one plain sentence that sums up a report, a pressure, a loss or a run:
 * "msg" in the stream, the first line of a block in a terminal.
 */
#ifndef RENDER_SENTENCE_H
#define RENDER_SENTENCE_H

#include <stdbool.h>
#include "record.h"

#define SENTENCE_MAX 384

/*
 * Drops since the last report. Without hooks that see drops, the kernel's own
 * count (drop and chain_too_long never count the same packet).
 */
struct report_drops {
	enum { DROPS_UNKNOWN, DROPS_BY_HOOKS, DROPS_BY_KERNEL } source;
	uint64_t count;
};
struct report_drops report_drops(const struct report *);

const char *sentence_report(char out[static SENTENCE_MAX], const struct report *);
const char *sentence_pressure(char out[static SENTENCE_MAX], const struct pressure *);
const char *sentence_lost(char out[static SENTENCE_MAX], const struct losses *);
const char *sentence_stop(char out[static SENTENCE_MAX], const struct stop_facts *);
const char *sentence_start(char out[static SENTENCE_MAX], const struct start_facts *);

struct effect;
/* "12 s after nf_conntrack_max went from 1000 to 2000: entries 1000, now 1500; ..." */
const char *sentence_effect(char out[static SENTENCE_MAX], const struct effect *);

#endif
