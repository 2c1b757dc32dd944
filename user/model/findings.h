/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What `doctor` finds: each with its evidence in numbers, what to do about it
 * as exact commands, what that frees, costs and may break.
 *
 *   findings_new -> findings_diagnose -> ... -> findings_free
 */
#ifndef MODEL_FINDINGS_H
#define MODEL_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "evidence.h"

#define FINDINGS_MAX 64
/* All of conntrack's settings may be changed; each of RULESET_CHAINS_MAX chains takes two commands. */
#define FINDING_FACTS_MAX 48
#define FINDING_REMEDIES_MAX 56
#define FINDING_SETS_MAX 48

enum severity { SEVERITY_CRITICAL, SEVERITY_WARNING, SEVERITY_NOTE, SEVERITY_FINE, SEVERITY_COUNT };

extern const char *const severity_names[SEVERITY_COUNT];

/* One number or word of evidence. */
struct fact {
	const char *name;	/* snake_case, unit as suffix: the JSON key */
	enum { FACT_COUNT, FACT_SIGNED, FACT_RATIO, FACT_TEXT } kind;
	uint64_t count;
	int64_t number;
	double ratio;
	char text[160];
};

/* A sysctl it wants: for the sysctl.d file. */
struct set {
	char name[48];		/* short: "max" */
	int64_t value;
	bool keep;		/* it has this value: only to be kept over a boot */
};

struct finding {
	enum severity severity;
	const char *rule;
	char title[128];
	char why[400];		/* "": the title says it all */
	struct fact facts[FINDING_FACTS_MAX];
	size_t fact_count;
	bool told;		/* each is a sentence of its own */
	char remedy[FINDING_REMEDIES_MAX][176];	/* commands; a line that begins with # explains */
	size_t remedy_count;
	struct set sets[FINDING_SETS_MAX];
	size_t set_count;
	bool frees_known;
	uint64_t frees;		/* entries: when all commands are done, or */
	uint32_t frees_within;	/* so many seconds after; 0: at once */
	bool frees_steady_known;
	uint64_t frees_steady;	/* in the long run */
	char cost[160];		/* "": none worth a word */
	const char *risk;	/* NULL: none */
};

struct findings {
	struct finding list[FINDINGS_MAX];
	size_t count, omitted;
	struct finding spare;	/* what is written when there is no room */
	size_t by_severity[SEVERITY_COUNT];
};

/* Findings, and what they are of. */
struct doctor_facts {
	const struct findings *findings;
	uint64_t time_ns;	/* CLOCK_REALTIME */
	const char *node, *kernel;
	const char *from;	/* a saved dump or saved settings; NULL: this machine */
	enum mode mode;
	double seconds;
	uint64_t max;		/* nf_conntrack_max as it is; 0: not known */
};

struct findings *findings_new(void);
/* All rules; afterwards sorted, the most severe first. */
void findings_diagnose(struct findings *, const struct evidence *);
void findings_free(struct findings *);

/*
 * For the rules. A rule adds nothing, one or more findings, and reads nothing
 * but its evidence.
 */
typedef void finding_rule(struct findings *, const struct evidence *);

struct finding *finding_add(struct findings *, enum severity, const char *rule, const char *title, ...)
	__attribute__((format(printf, 4, 5)));
/* "7 packets dropped in 10 s", while it was looked at, and how: " by a clash", or "". */
struct finding *finding_dropped(struct findings *, enum severity, const char *rule, const struct evidence *,
				uint64_t dropped, const char *how);
void finding_why(struct finding *, const char *text, ...) __attribute__((format(printf, 2, 3)));
void finding_count(struct finding *, const char *name, uint64_t);
void finding_number(struct finding *, const char *name, int64_t);
void finding_ratio(struct finding *, const char *name, double);
void finding_text(struct finding *, const char *name, const char *text);
void finding_do(struct finding *, const char *command, ...) __attribute__((format(printf, 2, 3)));
/* `sysctl -w` of one of conntrack's own, which --conf takes up as well. */
void finding_set(struct finding *, const char *short_name, int64_t value);
/* The value it has already, to be kept over a boot. */
void finding_keep(struct finding *, const char *short_name, int64_t value);
void finding_frees(struct finding *, uint64_t now);
/* Both directions of a port untracked, with iptables; what state rules let pass is accepted first. */
void finding_notrack_port(struct finding *, const char *protocol, uint16_t port);
/* Open connections that have been silent for so long: as many as frees says. */
void finding_remove_open(struct finding *, const struct evidence *, uint32_t seconds);

/* Tables of rules, one a topic; findings.c runs them in this order. */
extern finding_rule *const findings_table[], *const findings_sizes[], *const findings_timeouts[],
	*const findings_tracking[], *const findings_attacks[], *const findings_settings[];

#endif
