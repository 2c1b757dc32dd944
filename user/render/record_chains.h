/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records about the hash table's chains: one whole line each, its length or -errno. */
#ifndef RENDER_RECORD_CHAINS_H
#define RENDER_RECORD_CHAINS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "json.h"
#include "model/chains.h"
#include "sentence.h"

/* Event "chains": one scan; of the longest buckets as many as the line holds. */
ssize_t record_chains(char *line, uint64_t time_ns, const char *node, const struct chains *);
/* Event "resize": the table has another size. */
ssize_t record_resize(char *line, uint64_t time_ns, const char *node, uint64_t from, uint64_t to);
/* What a walk alone knows of the table: the part of a record about something else. */
void record_table_walked(struct json *, uint64_t unassured);
/* The part of a report. */
void record_chains_part(struct json *, const struct chains *, double age_seconds);

const char *sentence_chains(char out[static SENTENCE_MAX], const struct chains *);

#endif
