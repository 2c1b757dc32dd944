// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include "flow.h"
#include "record_chains.h"
#include "say.h"

static void say_longest(char *out, const struct chains *c)
{
	say(out, "bucket %" PRIu32 " holds %s%" PRIu32 " node%s where chance alone makes about %" PRIu32
	    " the longest", c->longest_bucket, c->longest_at_least ? "at least " : "", c->longest,
	    c->longest == 1 ? "" : "s", c->expected_longest);
}

static void say_attack(char *out, const struct chains *c)
{
	const struct chain_top *top = c->top;
	char address[ADDRESS_MAX];

	say(out, "attack: ");
	say_longest(out, c);
	if (c->top_count && top->looked_at)
		say(out, "; %" PRIu32 " of %s%" PRIu32 " come from %s", top->from_source,
		    top->looked_at < top->length ? "the first " : "", top->looked_at,
		    address_text(address, top->source, top->family, c->redacted));
}

const char *sentence_chains(char out[static SENTENCE_MAX], const struct chains *c)
{
	out[0] = '\0';
	if (!c->nodes)
		say(out, "even: the table is empty");
	else if (c->verdict == CHAINS_ATTACK)
		say_attack(out, c);
	else if (c->zones)
		say(out, "uneven, by design: this kernel keeps a connection that is in many zones "
		    "in one chain; the longest has %" PRIu32 " nodes", c->longest);
	else if (c->verdict == CHAINS_UNEVEN)
		say(out, "uneven: entries share buckets more often than chance lets them; the longest "
		    "chain has %" PRIu32 " nodes, chance alone makes it about %" PRIu32, c->longest,
		    c->expected_longest);
	else
		say(out, "even: the longest of %" PRIu64 " chains has %" PRIu32
		    " nodes, chance alone makes it about %" PRIu32, c->buckets, c->longest,
		    c->expected_longest);
	return out;
}
