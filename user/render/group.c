// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "flow.h"
#include "group.h"
#include "model/protocol.h"

#define KEY_NAME(name, title) #name,
const char *const key_names[CT_KEY_COUNT] = { CT_KEYS(KEY_NAME) };

/* "10m", "6h", "1d": a bound of idle times. */
static const char *text_idle(char buf[static 16], uint32_t seconds)
{
	if (seconds >= 86400 && !(seconds % 86400))
		(void)snprintf(buf, 16, "%" PRIu32 "d", seconds / 86400);
	else if (seconds >= 3600 && !(seconds % 3600))
		(void)snprintf(buf, 16, "%" PRIu32 "h", seconds / 3600);
	else if (seconds >= 60 && !(seconds % 60))
		(void)snprintf(buf, 16, "%" PRIu32 "m", seconds / 60);
	else
		(void)snprintf(buf, 16, "%" PRIu32 "s", seconds);
	return buf;
}

static void idle_range(char *buf, size_t size, uint8_t index)
{
	char from[16], below[16];

	if (index == CT_IDLE_UNKNOWN)
		(void)snprintf(buf, size, "unknown");
	else if (idle_below(index) == UINT32_MAX)
		(void)snprintf(buf, size, ">%s", text_idle(from, idle_from(index)));
	else
		(void)snprintf(buf, size, "%s-%s", text_idle(from, idle_from(index)),
			       text_idle(below, idle_below(index)));
}

/* Without an owner the namespace's number stands for it, unless that has a column of its own. */
static void owner_text(char *buf, size_t size, const struct who_row *row, uint32_t by)
{
	const struct owner *owner = row->owner;

	if (row->host)
		(void)snprintf(buf, size, "host");
	else if (!owner && by & CT_BY(netns))
		(void)snprintf(buf, size, "-");
	else if (!owner && !row->n.keys.netns)
		(void)snprintf(buf, size, "not known");
	else if (!owner)
		(void)snprintf(buf, size, "%" PRIu32, row->n.keys.netns);
	else if (owner->kind != OWNER_POD)
		(void)snprintf(buf, size, "%s", owner->unit);
	else if (owner->pod.name[0])
		(void)snprintf(buf, size, "%s/%s", owner->pod.namespace, owner->pod.name);
	else
		(void)snprintf(buf, size, "pod %s", owner->pod.uid);
}

bool group_port_joined(enum ct_key key, uint32_t by)
{
	return (key == CT_KEY_sport && by & CT_BY(src)) || (key == CT_KEY_dport && by & CT_BY(dst));
}

static void address_and_port(char *buf, size_t size, const struct ct_group *g, bool source,
			     bool with_port, bool redacted)
{
	uint16_t port = source ? g->sport : g->dport;
	char text[ADDRESS_MAX];

	(void)address_text(text, source ? g->src : g->dst, g->family, redacted);
	if (!with_port || g->flags & CT_GROUP_NO_PORTS)
		(void)snprintf(buf, size, "%s", text);
	else
		(void)snprintf(buf, size, g->family == 2 ? "%s:%u" : "[%s]:%u", text, port);
}

static void port_text(char *buf, size_t size, const struct ct_group *g, uint16_t port)
{
	if (g->flags & CT_GROUP_NO_PORTS)
		(void)snprintf(buf, size, "-");
	else
		(void)snprintf(buf, size, "%u", port);
}

const char *group_text(char buf[static GROUP_TEXT_MAX], enum ct_key key, const struct who_row *row,
		       uint32_t by, bool redacted)
{
	const struct ct_group *g = &row->n.keys;
	char name[16];

	switch (key) {
	case CT_KEY_family: return g->family == 2 ? "ipv4" : g->family == 10 ? "ipv6" : "other";
	case CT_KEY_proto: (void)snprintf(buf, GROUP_TEXT_MAX, "%s", protocol_name(name, g->protocol)); break;
	case CT_KEY_state: return state_name(g->state) ? state_name(g->state) : "-";
	case CT_KEY_src: address_and_port(buf, GROUP_TEXT_MAX, g, true, by & CT_BY(sport), redacted); break;
	case CT_KEY_dst: address_and_port(buf, GROUP_TEXT_MAX, g, false, by & CT_BY(dport), redacted); break;
	case CT_KEY_sport: port_text(buf, GROUP_TEXT_MAX, g, g->sport); break;
	case CT_KEY_dport: port_text(buf, GROUP_TEXT_MAX, g, g->dport); break;
	case CT_KEY_netns: (void)snprintf(buf, GROUP_TEXT_MAX, g->netns ? "%" PRIu32 : "-", g->netns); break;
	case CT_KEY_pod: owner_text(buf, GROUP_TEXT_MAX, row, by); break;
	case CT_KEY_zone: (void)snprintf(buf, GROUP_TEXT_MAX, "%u", g->zone); break;
	case CT_KEY_mark: (void)snprintf(buf, GROUP_TEXT_MAX, "0x%" PRIx32, g->mark); break;
	case CT_KEY_assured:
		return g->flags & CT_GROUP_ASSURED_UNKNOWN ? "not told" :
		       g->flags & CT_GROUP_ASSURED ? "assured" : "not assured";
	case CT_KEY_replied: return g->flags & CT_GROUP_REPLIED ? "replied" : "unreplied";
	case CT_KEY_idle: idle_range(buf, GROUP_TEXT_MAX, g->idle); break;
	default: return "?";
	}
	return buf;
}

static void port_json(struct json *j, const char *key, const struct ct_group *g, uint16_t port)
{
	if (g->flags & CT_GROUP_NO_PORTS)
		json_null(j, key);
	else
		json_u64(j, key, port);
}

static void owner_json(struct json *j, const struct who_row *row)
{
	const struct owner *owner = row->owner;

	if (owner && owner->kind == OWNER_POD) {
		json_object(j, "pod");
		if (owner->pod.name[0]) {
			json_str(j, "namespace", owner->pod.namespace);
			json_str(j, "name", owner->pod.name);
		}
		json_str(j, "uid", owner->pod.uid);
		json_object_end(j);
	} else {
		json_null(j, "pod");
	}
	if (owner && owner->kind != OWNER_POD)
		json_str(j, "unit", owner->unit);
	if (row->host)
		json_bool(j, "host", true);
}

static void idle_json(struct json *j, uint8_t index)
{
	if (index == CT_IDLE_UNKNOWN) {
		json_null(j, "idle");
		return;
	}
	json_u64(j, "idle", idle_from(index));
	if (idle_below(index) != UINT32_MAX)
		json_u64(j, "idle_below", idle_below(index));
}

void group_json(struct json *j, enum ct_key key, const struct who_row *row, bool redacted)
{
	const struct ct_group *g = &row->n.keys;
	char text[ADDRESS_MAX];

	switch (key) {
	case CT_KEY_family: json_str(j, "family", g->family == 2 ? "ipv4" : g->family == 10 ? "ipv6" : NULL); break;
	case CT_KEY_proto: json_str(j, "proto", protocol_name(text, g->protocol)); break;
	case CT_KEY_state: json_str(j, "state", state_name(g->state)); break;
	case CT_KEY_src: json_str(j, "src", address_text(text, g->src, g->family, redacted)); break;
	case CT_KEY_dst: json_str(j, "dst", address_text(text, g->dst, g->family, redacted)); break;
	case CT_KEY_sport: port_json(j, "sport", g, g->sport); break;
	case CT_KEY_dport: port_json(j, "dport", g, g->dport); break;
	case CT_KEY_netns:
		if (g->netns)
			json_u64(j, "netns", g->netns);
		else
			json_null(j, "netns");
		break;
	case CT_KEY_pod: owner_json(j, row); break;
	case CT_KEY_zone: json_u64(j, "zone", g->zone); break;
	case CT_KEY_mark: json_u64(j, "mark", g->mark); break;
	case CT_KEY_assured:
		if (g->flags & CT_GROUP_ASSURED_UNKNOWN)
			json_null(j, "assured");
		else
			json_bool(j, "assured", g->flags & CT_GROUP_ASSURED);
		break;
	case CT_KEY_replied: json_bool(j, "replied", g->flags & CT_GROUP_REPLIED); break;
	case CT_KEY_idle: idle_json(j, g->idle); break;
	default: break;
	}
}

const char *group_keys(char buf[static 96], uint32_t by)
{
	size_t len = 0;

	buf[0] = '\0';
	for (int key = 0; key < CT_KEY_COUNT; key++) {
		uint32_t later = by >> key >> 1;

		if (by & 1u << key)
			len += (size_t)snprintf(buf + len, 96 - len, "%s%s", key_names[key],
						!later ? "" : later & (later - 1) ? ", " : " and ");
	}
	return buf;
}
