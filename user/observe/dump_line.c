// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What stands in a line, and where: columns, state, then keys and flags in any
 * order. About 700 instructions for a line of 180 bytes.
 */
#include <netinet/in.h>
#include "dump_line.h"
#include "dump_scan.h"
#include "model/protocol.h"

#define AF_IPV4 2
#define AF_IPV6 10

struct scan {
	struct entry *entry;
	unsigned int sources, destinations;
	bool offloaded;
};

static inline const char *address(const char *at, struct ct_group *keys, uint8_t out[static 16])
{
	uint8_t family;

	if (at[1] == '.' || at[2] == '.' || at[3] == '.') {
		family = AF_IPV4;
		at = ipv4(at, out);
	} else {
		family = AF_IPV6;
		at = scan_ipv6(at, out);
	}
	if (keys->family && keys->family != family)
		return NULL;
	keys->family = family;
	return at;
}

static inline const char *take_destination(struct scan *s, const char *at)
{
	return s->destinations++ ? skip_word(at) : address(at + 4, &s->entry->keys, s->entry->keys.dst);
}

static inline const char *take_port(struct scan *s, const char *at, uint16_t *port)
{
	uint64_t value = 0;

	if (s->sources > 1)
		return skip_word(at);
	at = number(at + 6, UINT16_MAX, &value);
	*port = (uint16_t)value;
	return at;
}

/* What follows a source is known in advance: " dst= sport= dport=". The reply is passed over. */
static inline const char *take_source(struct scan *s, const char *at)
{
	struct ct_group *keys = &s->entry->keys;

	at = s->sources++ ? skip_word(at) : address(at + 4, keys, keys->src);
	if (at && BEGINS(at, " dst="))
		at = take_destination(s, at + 1);
	if (at && BEGINS(at, " sport="))
		at = take_port(s, at + 1, &keys->sport);
	if (at && BEGINS(at, " dport="))
		at = take_port(s, at + 1, &keys->dport);
	return at;
}

static inline const char *take_sum(struct scan *s, const char *at, uint64_t *sum)
{
	uint64_t value = 0;

	s->entry->accounted = true;
	at = number(at, UINT64_MAX, &value);
	*sum += value;
	return at;
}

static inline const char *take_zone(struct scan *s, const char *at)
{
	size_t key = BEGINS(at, "zone=0 ") ? 0 : BEGINS(at, "zone=") ? 5 : BEGINS(at, "zone-orig=") ? 10 :
		     BEGINS(at, "zone-reply=") ? 11 : 0;
	uint64_t value = 0;

	if (!key)
		return skip_word(at);
	at = number(at + key, UINT16_MAX, &value);
	s->entry->keys.zone = (uint16_t)value;
	return at;
}

static inline const char *take_flag(struct scan *s, const char *at)
{
	struct ct_group *keys = &s->entry->keys;

	if (BEGINS(at, "[ASSURED]"))
		keys->flags |= CT_GROUP_ASSURED;
	else if (BEGINS(at, "[UNREPLIED]"))
		keys->flags &= (uint8_t)~CT_GROUP_REPLIED;
	else if (BEGINS(at, "[OFFLOAD]") || BEGINS(at, "[HW_OFFLOAD]"))
		s->offloaded = true;
	return skip_word(at);
}

/* A number of 32 bits, with the comma procfs writes behind GRE's: "timeout=30, stream_timeout=180 " */
static inline const char *take_u32(const char *at, uint32_t *out)
{
	uint64_t value = 0;

	at = number(at, UINT32_MAX, &value);
	*out = (uint32_t)value;
	return at && *at == ',' ? at + 1 : at;
}

/*
 * One "key=value" or flag: where it ends, NULL when it cannot be read. What
 * is not known is passed over: later kernels may say more.
 */
static inline const char *take_token(struct scan *s, const char *at)
{
	struct entry *entry = s->entry;
	struct ct_group *keys = &entry->keys;

	switch (*at) {
	case 's':
		if (BEGINS(at, "src="))
			return take_source(s, at);
		if (BEGINS(at, "sport="))
			return take_port(s, at, &keys->sport);
		if (BEGINS(at, "stream_timeout="))
			return take_u32(at + 15, &entry->gre_stream_timeout);
		break;
	case 'd':
		if (BEGINS(at, "dst="))
			return take_destination(s, at);
		if (BEGINS(at, "dport="))
			return take_port(s, at, &keys->dport);
		break;
	case 'p':
		if (BEGINS(at, "packets="))
			return take_sum(s, at + 8, &entry->packets);
		break;
	case 'b':
		if (BEGINS(at, "bytes="))
			return take_sum(s, at + 6, &entry->bytes);
		break;
	case 't':
		if (BEGINS(at, "timeout="))
			return take_u32(at + 8, &entry->gre_timeout);
		break;
	case 'm':
		/* Nearly every entry's; the whole number scanner is 40 instructions. */
		if (BEGINS(at, "mark=0 "))
			return at + 6;
		if (BEGINS(at, "mark="))
			return take_u32(at + 5, &keys->mark);
		break;
	case 'z': return take_zone(s, at);
	case '[': return take_flag(s, at);
	}
	return skip_word(at);
}

/* A name and its number, "tcp      6" */
static inline const char *name_and_number(const char *at, uint64_t max, uint64_t *value)
{
	const char *end = at;

	while (!gap(*end) && *end != '=')
		end++;
	if (end == at || *end == '=')
		return NULL;
	return number(skip_gap(end), max, value);
}

/* Seconds left; an entry in a flow table has none. */
static inline const char *take_left(const char *at, struct entry *entry)
{
	uint64_t value;

	if (!digit(*at))
		return at;
	at = number(at, UINT32_MAX, &value);
	if (!at)
		return NULL;
	entry->left_known = true;
	entry->left = (uint32_t)value;
	return skip_gap(at);
}

/* "tcp      6 ", or first the layer-3 columns "ipv6     10 ": a word follows those, not a number or key. */
static inline const char *take_protocol(const char *at, struct entry *entry)
{
	uint64_t value;
	const char *end;

	at = name_and_number(at, UINT16_MAX, &value);
	if (!at)
		return NULL;
	at = skip_gap(at);
	for (end = at; !gap(*end) && *end != '='; end++)
		;
	if (!digit(*at) && *at != '[' && *end != '=') {
		entry->keys.family = (uint8_t)value;
		if (value != AF_IPV4 && value != AF_IPV6)
			return NULL;
		at = name_and_number(at, UINT8_MAX, &value);
		if (!at)
			return NULL;
		at = skip_gap(at);
	}
	entry->keys.protocol = (uint8_t)value;
	return value <= UINT8_MAX ? at : NULL;
}

/* "ipv4     2 tcp      6 296 ", as far as it is there; the usual ones at a glance. */
static inline const char *columns(const char *at, struct entry *entry)
{
	if (BEGINS(at, "ipv4     2 ")) {
		entry->keys.family = AF_IPV4;
		at += 11;
	}
	if (BEGINS(at, "tcp      6 ")) {
		entry->keys.protocol = IPPROTO_TCP;
		at += 11;
	} else if (BEGINS(at, "udp      17 ")) {
		entry->keys.protocol = IPPROTO_UDP;
		at += 12;
	} else {
		at = take_protocol(at, entry);
	}
	return at ? take_left(at, entry) : NULL;
}

static inline const char *take_state(const char *at, struct entry *entry)
{
	const char *end = at;
	int state;

	if (entry->keys.protocol == IPPROTO_TCP && BEGINS(at, "ESTABLISHED ")) {
		entry->keys.state = CT_STATE_TCP + 3;
		return at + 12;
	}
	while ((*end >= 'A' && *end <= 'Z') || *end == '_' || digit(*end))
		end++;
	if (end == at || *at == '[')
		return at;
	if (!gap(*end))
		return NULL;
	state = state_number(entry->keys.protocol, at, (size_t)(end - at));
	if (state < 0)
		return NULL;
	entry->keys.state = (uint8_t)state;
	return skip_gap(end);
}

/* "conntrack v1.4.4 (conntrack-tools): 6 flow entries have been shown." */
static enum dump_line trailer(const char *line, struct entry *out)
{
	const char *at = line;

	while (*at != '\n' && *at != ':')
		at++;
	if (*at != ':' || !(at = number(skip_gap(at + 1), UINT64_MAX, &out->packets)) ||
	    !BEGINS(at, " flow "))
		return DUMP_LINE_BAD;
	return DUMP_LINE_SHOWN;
}

static void finish(struct scan *s)
{
	struct ct_group *keys = &s->entry->keys;

	if (s->offloaded) {
		keys->state = CT_STATE_OFFLOAD;
		keys->flags |= CT_GROUP_ASSURED_UNKNOWN;
	}
	if (!protocol_has_ports(keys->protocol)) {
		keys->flags |= CT_GROUP_NO_PORTS;
		keys->sport = 0;
		keys->dport = 0;
	}
}

/* Up to the line's LF; NULL: it cannot be read. */
static const char *tuple_and_flags(const char *at, struct entry *out)
{
	struct scan s = { .entry = out };

	at = columns(at, out);
	if (at)
		at = take_state(at, out);
	while (at && *at != '\n') {
		at = take_token(&s, at);
		if (at)
			at = skip_gap(at);
	}
	/* Both directions, or it was cut off. */
	if (!at || s.sources < 2 || s.destinations < 2)
		return NULL;
	finish(&s);
	return at;
}

enum dump_line dump_line(const char *line, struct entry *out, const char **end)
{
	const char *at = skip_gap(line);

	*out = (struct entry){ .keys = { .flags = CT_GROUP_REPLIED, .idle = CT_IDLE_UNKNOWN } };
	*end = at;
	if (*at == '\n')
		return DUMP_LINE_EMPTY;
	if (!BEGINS(at, "conntrack v")) {
		*end = tuple_and_flags(at, out);
		if (*end)
			return DUMP_LINE_ENTRY;
	}
	*end = rawmemchr(line, '\n');
	return BEGINS(at, "conntrack v") ? trailer(at, out) : DUMP_LINE_BAD;
}
