// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "read.h"
#include "ruleset.h"
#include "tool.h"

/* 100 000 services of kube-proxy are 60 MiB; nobody waits for that. */
#define RULES_SIZE_MAX (16U << 20)
#define RULES_TIMEOUT_MS 3000
#define LINE_MAX_BYTES 1024

static bool any_of(const char *line, const char *const *words)
{
	for (; *words; words++)
		if (strstr(line, *words))
			return true;
	return false;
}

static const char *const state_words[] = {
	"ct state", "ct status", "ct mark", "ct direction", "ct original", "ct reply", "ct count",
	"ct zone", "ct expiration", "ct helper", "ct label", "ct bytes", "ct packets",
	"-m conntrack", "-m state", "-m connmark", "-m connlimit", "-m connbytes", "\"conntrack\"",
	"\"state\"", "flow add", "CONNMARK", NULL,
};

static const char *const nat_words[] = {
	"masquerade", "dnat to", "snat to", "dnat ip", "snat ip", "redirect to", "-j MASQUERADE",
	"-j DNAT", "-j SNAT", "-j REDIRECT", "-j NETMAP", "\"MASQUERADE\"", "\"DNAT\"", "\"SNAT\"",
	"\"REDIRECT\"", NULL,
};

static const char *const notrack_words[] = { "notrack", "-j NOTRACK", "\"NOTRACK\"", NULL };
static const char *const untracked_words[] = { "untracked", "UNTRACKED", NULL };

static void count_rule(struct ruleset *rules, const char *line)
{
	rules->rules++;
	rules->state_rules += any_of(line, state_words);
	rules->nat_rules += any_of(line, nat_words);
	rules->notrack_rules += any_of(line, notrack_words);
	rules->untracked_accepts += any_of(line, untracked_words) &&
				    (strstr(line, "accept") || strstr(line, "ACCEPT"));
}

/* Where a parser of nft's words stands. */
struct nft_place {
	char family[8], table[64], chain[64], hook[16];
	bool in_chain, filter, noted;
};

static void note_chain(struct ruleset *rules, struct nft_place *place)
{
	struct ruleset_chain *chain;

	if (!place->filter || place->noted || !place->table[0] || rules->chain_count == RULESET_CHAINS_MAX)
		return;
	chain = &rules->chains[rules->chain_count++];
	(void)snprintf(chain->family, sizeof(chain->family), "%s", place->family);
	(void)snprintf(chain->table, sizeof(chain->table), "%s", place->table);
	(void)snprintf(chain->chain, sizeof(chain->chain), "%s", place->chain);
	(void)snprintf(chain->hook, sizeof(chain->hook), "%s", place->hook);
	place->noted = true;
}

static void take_nft_line(struct ruleset *rules, struct nft_place *place, const char *line)
{
	char type[16];

	line += strspn(line, " \t");
	if (sscanf(line, "table %7s %63s", place->family, place->table) == 2) {
		place->in_chain = false;
	} else if (!place->in_chain && sscanf(line, "chain %63s", place->chain) == 1) {
		place->in_chain = true;
		place->filter = place->noted = false;
		/* iptables' own chains, which its nft variant keeps. */
		rules->iptables |= !strcmp(place->chain, "INPUT") || !strcmp(place->chain, "PREROUTING");
	} else if (place->in_chain && sscanf(line, "type %15s hook %15s", type, place->hook) == 2) {
		place->filter = !strcmp(type, "filter");
	} else if (place->in_chain && *line == '}') {
		place->in_chain = false;
	} else if (place->in_chain && *line && *line != '#') {
		count_rule(rules, line);
		if (any_of(line, state_words))
			note_chain(rules, place);
	}
}

static void take_iptables_line(struct ruleset *rules, const char *line)
{
	if (strncmp(line, "-A ", 3))
		return;
	rules->iptables = true;
	count_rule(rules, line);
}

/* A line longer than any rule is judged by its beginning. */
static const char *next_line(const char *text, char line[static LINE_MAX_BYTES])
{
	size_t len = strcspn(text, "\n");

	(void)snprintf(line, LINE_MAX_BYTES, "%.*s", (int)(len < LINE_MAX_BYTES ? len : LINE_MAX_BYTES - 1),
		       text);
	return text + len + (text[len] == '\n');
}

void ruleset_parse_nft(struct ruleset *rules, const char *text)
{
	struct nft_place place = { 0 };
	char line[LINE_MAX_BYTES];

	while (*text) {
		text = next_line(text, line);
		take_nft_line(rules, &place, line);
	}
}

void ruleset_parse_iptables(struct ruleset *rules, const char *text)
{
	char line[LINE_MAX_BYTES];

	while (*text) {
		text = next_line(text, line);
		take_iptables_line(rules, line);
	}
}

static bool there(const char *root, const char *name)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s", root, name) < PATH_MAX && !access(path, F_OK);
}

static bool has_words(const char *root, const char *name)
{
	char byte[1];
	ssize_t len = read_small(root, name, byte, sizeof(byte));

	return len == -EFBIG;	/* it holds something */
}

static void run(struct ruleset *rules, const char *const argv[],
		void (*parse)(struct ruleset *, const char *))
{
	char *text;
	ssize_t len = tool_run(argv, RULES_SIZE_MAX, RULES_TIMEOUT_MS, &text);

	if (len >= 0) {
		parse(rules, text);
		free(text);
		return;
	}
	rules->known = false;
	if (!rules->reason[0])
		(void)snprintf(rules->reason, sizeof(rules->reason), len == -ENOENT ? "%s is not installed" :
			       len == -ETIMEDOUT ? "%s took too long" : len == -EFBIG ?
			       "%s printed too much" : "%s could not be read (root only)", argv[0]);
}

void ruleset_read(const struct roots *roots, struct ruleset *out)
{
	static const char *const nft[] = { "nft", "-s", "list", "ruleset", NULL };
	static const char *const ipv4[] = { "iptables-legacy-save", NULL };
	static const char *const ipv6[] = { "ip6tables-legacy-save", NULL };

	*out = (struct ruleset){ .known = true };
	/* A kernel with conntrack built in has no module to load for nft either. */
	if (there(roots->sys, "module/nf_tables") || !there(roots->sys, "module/nf_conntrack/initstate"))
		run(out, nft, ruleset_parse_nft);
	if (has_words(roots->proc, "net/ip_tables_names"))
		run(out, ipv4, ruleset_parse_iptables);
	if (has_words(roots->proc, "net/ip6_tables_names"))
		run(out, ipv6, ruleset_parse_iptables);
}
