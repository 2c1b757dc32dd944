// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include "flow.h"
#include "record_chains.h"

struct words {
	char *out;
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void add(struct words *words, const char *format, ...)
{
	size_t room = SENTENCE_MAX - words->len;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(words->out + words->len, room, format, args);
	va_end(args);
	if (n > 0)
		words->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void add_longest(struct words *words, const struct chains *c)
{
	add(words, "bucket %" PRIu32 " holds %s%" PRIu32 " node%s where chance alone makes about %" PRIu32
	    " the longest", c->longest_bucket, c->longest_at_least ? "at least " : "", c->longest,
	    c->longest == 1 ? "" : "s", c->expected_longest);
}

static void add_attack(struct words *words, const struct chains *c)
{
	const struct chain_top *top = c->top;
	char address[ADDRESS_MAX];

	add(words, "attack: ");
	add_longest(words, c);
	if (c->top_count && top->looked_at)
		add(words, "; %" PRIu32 " of %s%" PRIu32 " come from %s", top->from_source,
		    top->looked_at < top->length ? "the first " : "", top->looked_at,
		    address_text(address, top->source, top->family, c->redacted));
}

const char *sentence_chains(char out[static SENTENCE_MAX], const struct chains *c)
{
	struct words words = { .out = out };

	out[0] = '\0';
	if (!c->nodes)
		add(&words, "even: the table is empty");
	else if (c->verdict == CHAINS_ATTACK)
		add_attack(&words, c);
	else if (c->zones)
		add(&words, "uneven, by design: this kernel keeps a connection that is in many zones "
		    "in one chain; the longest has %" PRIu32 " nodes", c->longest);
	else if (c->verdict == CHAINS_UNEVEN)
		add(&words, "uneven: entries share buckets more often than chance lets them; the longest "
		    "chain has %" PRIu32 " nodes, chance alone makes it about %" PRIu32, c->longest,
		    c->expected_longest);
	else
		add(&words, "even: the longest of %" PRIu64 " chains has %" PRIu32
		    " nodes, chance alone makes it about %" PRIu32, c->buckets, c->longest,
		    c->expected_longest);
	return out;
}
