/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the packet filter asks of conntrack, as nft and iptables-legacy-save
 * tell it. They are run only where their part of the kernel is in use already:
 * asking must not load a module.
 */
#ifndef OBSERVE_RULESET_H
#define OBSERVE_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "roots.h"

#define RULESET_CHAINS_MAX 16

/* A base chain whose rules look at the state: it must accept what is no longer tracked. */
struct ruleset_chain {
	char family[8], table[64], chain[64];
	char hook[16];		/* "input" */
};

struct ruleset {
	bool known;
	char reason[96];	/* not known: why */
	uint32_t rules;
	uint32_t state_rules;	/* ct state, -m conntrack, -m state, ct mark ... */
	uint32_t nat_rules;
	uint32_t notrack_rules;
	uint32_t untracked_accepts;
	bool iptables;		/* rules made with iptables, of either kind */
	struct ruleset_chain chains[RULESET_CHAINS_MAX];
	size_t chain_count;
};

void ruleset_read(const struct roots *, struct ruleset *out);
/* The text of `nft list ruleset`, of iptables-save: adds up. */
void ruleset_parse_nft(struct ruleset *, const char *text);
void ruleset_parse_iptables(struct ruleset *, const char *text);

#endif
