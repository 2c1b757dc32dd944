/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The records of refused packets: burst, drop, evict, kernel_log. As in record.h. */
#ifndef RENDER_RECORD_DROP_H
#define RENDER_RECORD_DROP_H

#include "model/burst.h"
#include "record.h"
#include "sentence.h"

ssize_t record_burst(char *line, const char *node, const struct burst *);
/* Event "drop" or "evict". */
ssize_t record_packet(char *line, const char *node, const struct packet *);

/* What the kernel's log says about full tables, beside the true number. */
struct log_facts {
	uint64_t time_ns;
	bool readable;
	const char *reason;	/* not readable: why */
	uint64_t lines;		/* "table full", in the whole log */
	uint64_t new_lines;	/* of those, during this run */
	uint64_t suppressed;	/* network warnings the kernel swallowed, in the whole log */
	uint64_t since_ns;	/* CLOCK_REALTIME of the log's oldest record */
	uint64_t last_ns;	/* of the latest line; 0: none */
	bool dropped_known;
	uint64_t dropped;	/* table-full drops during this run: the true number */
};
ssize_t record_kernel_log(char *line, const char *node, const struct log_facts *);

const char *sentence_burst(char out[static SENTENCE_MAX], const struct burst *);
const char *sentence_packet(char out[static SENTENCE_MAX], const struct packet *);
const char *sentence_kernel_log(char out[static SENTENCE_MAX], const struct log_facts *);
/* "4026532277 (shop/checkout)", "4026531840", "not known" */
const char *namespace_text(char *buf, size_t size, uint32_t netns, const struct owner_name *);

#endif
