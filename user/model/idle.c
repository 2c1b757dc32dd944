// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <netinet/in.h>
#include <stddef.h>
#include "idle.h"

#define PROTOCOL_SCTP 132
#define PROTOCOL_DCCP 33
#define PROTOCOL_UDPLITE 136
#define TCP_ESTABLISHED 3
#define TCP_SYN_SENT2 9
#define SYN_SENT2_SECONDS 120	/* the one state without a sysctl */

#define IDLE_BOUND(seconds) seconds,
const uint32_t ct_idle_bounds[CT_IDLE_BOUND_COUNT] = { CT_IDLE_BOUNDS(IDLE_BOUND) };

uint8_t idle_index(uint32_t seconds)
{
	uint8_t low = 0, high = CT_IDLE_BOUND_COUNT;

	while (low < high) {
		uint8_t middle = (uint8_t)((low + high) / 2);

		if (ct_idle_bounds[middle] <= seconds)
			low = (uint8_t)(middle + 1);
		else
			high = middle;
	}
	return low;
}

uint32_t idle_from(uint8_t index)
{
	return index ? ct_idle_bounds[index - 1] : 0;
}

uint32_t idle_below(uint8_t index)
{
	return index < CT_IDLE_BOUND_COUNT ? ct_idle_bounds[index] : UINT32_MAX;
}

#define AT(member) offsetof(struct timeouts, member)

static const struct {
	const char *name;
	size_t offset;
} table[] = {
	{ "tcp_timeout_syn_sent", AT(tcp[1]) }, { "tcp_timeout_syn_recv", AT(tcp[2]) },
	{ "tcp_timeout_established", AT(tcp[TCP_ESTABLISHED]) },
	{ "tcp_timeout_fin_wait", AT(tcp[4]) }, { "tcp_timeout_close_wait", AT(tcp[5]) },
	{ "tcp_timeout_last_ack", AT(tcp[6]) }, { "tcp_timeout_time_wait", AT(tcp[7]) },
	{ "tcp_timeout_close", AT(tcp[8]) },
	{ "tcp_timeout_max_retrans", AT(tcp_retrans) },
	{ "tcp_timeout_unacknowledged", AT(tcp_unacknowledged) },
	{ "udp_timeout", AT(udp) }, { "udp_timeout_stream", AT(udp_stream) },
	{ "icmp_timeout", AT(icmp) }, { "icmpv6_timeout", AT(icmpv6) },
	{ "gre_timeout", AT(gre) }, { "gre_timeout_stream", AT(gre_stream) },
	{ "generic_timeout", AT(generic) },
	{ "sctp_timeout_closed", AT(sctp[1]) }, { "sctp_timeout_cookie_wait", AT(sctp[2]) },
	{ "sctp_timeout_cookie_echoed", AT(sctp[3]) }, { "sctp_timeout_established", AT(sctp[4]) },
	{ "sctp_timeout_shutdown_sent", AT(sctp[5]) }, { "sctp_timeout_shutdown_recd", AT(sctp[6]) },
	{ "sctp_timeout_shutdown_ack_sent", AT(sctp[7]) },
	{ "sctp_timeout_heartbeat_sent", AT(sctp[8]) }, { "sctp_timeout_heartbeat_acked", AT(sctp[9]) },
	{ "dccp_timeout_request", AT(dccp[1]) }, { "dccp_timeout_respond", AT(dccp[2]) },
	{ "dccp_timeout_partopen", AT(dccp[3]) }, { "dccp_timeout_open", AT(dccp[4]) },
	{ "dccp_timeout_closereq", AT(dccp[5]) }, { "dccp_timeout_closing", AT(dccp[6]) },
	{ "dccp_timeout_timewait", AT(dccp[7]) },
};

void timeouts_from(struct timeouts *timeouts, const struct settings *settings)
{
	*timeouts = (struct timeouts){ 0 };
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct setting *setting = settings_find(settings, table[i].name);

		if (setting && setting->known && setting->value > 0 && setting->value <= UINT32_MAX)
			*(uint32_t *)((char *)timeouts + table[i].offset) = (uint32_t)setting->value;
	}
}

/*
 * An established connection whose data was not acknowledged, or sent again
 * and again, or that was picked up in the middle, has a shorter time-out than
 * its state. A dump tells the last only: with so little left, which of the
 * two applied cannot be known.
 */
static uint32_t tcp_timeout(const struct timeouts *t, const struct entry *entry)
{
	uint8_t state = entry->keys.state;
	uint32_t timeout = state == TCP_SYN_SENT2 ? SYN_SENT2_SECONDS : state < 10 ? t->tcp[state] : 0;
	uint32_t shorter = t->tcp_retrans > t->tcp_unacknowledged ? t->tcp_retrans :
								    t->tcp_unacknowledged;

	if (state == TCP_ESTABLISHED && !(entry->keys.flags & CT_GROUP_REPLIED) &&
	    timeout > t->tcp_unacknowledged)
		return t->tcp_unacknowledged;
	if (!t->tcp_retrans || !t->tcp_unacknowledged)
		return 0;
	return timeout > shorter && entry->left <= shorter ? 0 : timeout;
}

static uint32_t gre_timeout(const struct timeouts *t, const struct entry *entry)
{
	if (entry->keys.flags & CT_GROUP_REPLIED)
		return entry->gre_stream_timeout ? entry->gre_stream_timeout : t->gre_stream;
	return entry->gre_timeout ? entry->gre_timeout : t->gre;
}

/* 0: not known. */
static uint32_t timeout_of(const struct timeouts *t, const struct entry *entry)
{
	uint8_t state = entry->keys.state;

	if (state == CT_STATE_OFFLOAD)
		return 0;
	switch (entry->keys.protocol) {
	case IPPROTO_TCP: return tcp_timeout(t, entry);
	/* The packet that makes a UDP connection a stream also assures it. */
	case IPPROTO_UDP:
	case PROTOCOL_UDPLITE: return entry->keys.flags & CT_GROUP_ASSURED ? t->udp_stream : t->udp;
	case IPPROTO_ICMP: return t->icmp;
	case IPPROTO_ICMPV6: return t->icmpv6;
	case IPPROTO_GRE: return gre_timeout(t, entry);
	case PROTOCOL_SCTP:
		return state > CT_STATE_SCTP && state < CT_STATE_SCTP + 10 ? t->sctp[state - CT_STATE_SCTP] : 0;
	case PROTOCOL_DCCP:
		return state > CT_STATE_DCCP && state < CT_STATE_DCCP + 8 ? t->dccp[state - CT_STATE_DCCP] : 0;
	default: return t->generic;
	}
}

uint8_t idle_of(const struct timeouts *timeouts, const struct entry *entry)
{
	uint32_t timeout = entry->left_known ? timeout_of(timeouts, entry) : 0;

	/* More left than its state allows: a time-out of its own, or one that was changed. */
	if (!timeout || entry->left > timeout)
		return CT_IDLE_UNKNOWN;
	return idle_index(timeout - entry->left);
}
