// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Any text as a ruleset of nft and of iptables: counts stay within the lines there are. */
#include <stdlib.h>
#include <string.h>
#include "observe/ruleset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct ruleset *rules, size_t lines)
{
	if (rules->rules > lines || rules->state_rules > rules->rules || rules->nat_rules > rules->rules ||
	    rules->notrack_rules > rules->rules || rules->chain_count > RULESET_CHAINS_MAX ||
	    rules->chain_count > rules->state_rules)
		abort();
	for (size_t i = 0; i < rules->chain_count; i++)
		if (!rules->chains[i].table[0] || !rules->chains[i].chain[0])
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ruleset nft = { .known = true }, iptables = { .known = true };
	char *text = malloc(size + 1);
	size_t lines = 1;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	ruleset_parse_nft(&nft, text);
	check(&nft, lines);
	ruleset_parse_iptables(&iptables, text);
	check(&iptables, lines);
	free(text);
	return 0;
}
