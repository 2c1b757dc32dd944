/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All that the rules of `doctor` may look at, gathered beforehand. Whatever
 * is not known says so, and a rule without its evidence says nothing.
 */
#ifndef MODEL_EVIDENCE_H
#define MODEL_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>
#include "chains.h"
#include "observe/holders.h"
#include "observe/persistence.h"
#include "observe/ruleset.h"
#include "observe/settings.h"
#include "observe/tcp_stack.h"
#include "population.h"
#include "report.h"

struct evidence {
	bool saved;		/* another machine's dump and settings: nothing else is known */
	enum mode mode;
	double seconds;		/* observed */

	bool settings_known;
	struct settings settings;	/* of the namespace we are in; max and buckets are everybody's */
	struct tcp_stack tcp;
	struct persistence persistence;
	uint64_t default_max, default_buckets;	/* what this kernel would choose here; 0: not known */
	uint64_t ram_bytes;	/* 0: not known */

	bool table_known;
	struct table_state table;	/* at the end */
	uint64_t peak;		/* of the fullest namespace */

	uint32_t counters_known;	/* bit per enum ct_counter */
	uint64_t delta[CT_COUNTER_COUNT];	/* while observed */
	uint32_t kernel_known;		/* bit per enum kernel_stat */
	uint64_t kernel_delta[KERNEL_STAT_COUNT];
	uint64_t kernel_boot[KERNEL_STAT_COUNT];	/* since boot, of the namespaces there are now */

	bool log_known;
	uint64_t log_lines;	/* "table full" in the kernel's log */
	uint64_t log_suppressed;

	struct population population;
	struct population before;	/* at the beginning of the observation */
	bool chains_known;
	struct chains chains;

	bool holders_known;
	struct holders holders;
	struct ruleset ruleset;

	struct evidence_gap {
		char what[64], why[160];
	} gaps[8];		/* what could not be looked at */
	size_t gap_count;
};

/* A setting's value; `otherwise` when it is not known. */
int64_t evidence_setting(const struct evidence *, const char *short_name, int64_t otherwise);
/* Entries against their limit in the fullest namespace, at the peak; -1: not known. */
double evidence_used(const struct evidence *);
/* All entries that are known of, for shares; 0: not known. */
uint64_t evidence_entries(const struct evidence *);
void evidence_gap(struct evidence *, const char *what, const char *why);
void evidence_free(struct evidence *);

#endif
