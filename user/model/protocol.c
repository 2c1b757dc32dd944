// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "ctscope/census.h"
#include "protocol.h"

#define PROTOCOL_SCTP 132
#define PROTOCOL_DCCP 33
#define PROTOCOL_UDPLITE 136

static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {
	{ IPPROTO_TCP, "tcp" }, { IPPROTO_UDP, "udp" }, { IPPROTO_ICMP, "icmp" },
	{ IPPROTO_ICMPV6, "icmpv6" }, { PROTOCOL_SCTP, "sctp" }, { IPPROTO_GRE, "gre" },
	{ PROTOCOL_DCCP, "dccp" }, { PROTOCOL_UDPLITE, "udplite" }, { IPPROTO_ESP, "esp" },
	{ IPPROTO_AH, "ah" }, { IPPROTO_IGMP, "igmp" }, { IPPROTO_IPIP, "ipip" },
	{ IPPROTO_IPV6, "ipv6" },
};

/* enum tcp_conntrack, sctp_conntrack, ct_dccp_states: part of the kernel's ABI (ctnetlink). */
static const char *const states[256] = {
	[CT_STATE_TCP + 1] = "SYN_SENT", [CT_STATE_TCP + 2] = "SYN_RECV",
	[CT_STATE_TCP + 3] = "ESTABLISHED", [CT_STATE_TCP + 4] = "FIN_WAIT",
	[CT_STATE_TCP + 5] = "CLOSE_WAIT", [CT_STATE_TCP + 6] = "LAST_ACK",
	[CT_STATE_TCP + 7] = "TIME_WAIT", [CT_STATE_TCP + 8] = "CLOSE",
	[CT_STATE_TCP + 9] = "SYN_SENT2",
	[CT_STATE_SCTP + 1] = "CLOSED", [CT_STATE_SCTP + 2] = "COOKIE_WAIT",
	[CT_STATE_SCTP + 3] = "COOKIE_ECHOED", [CT_STATE_SCTP + 4] = "ESTABLISHED",
	[CT_STATE_SCTP + 5] = "SHUTDOWN_SENT", [CT_STATE_SCTP + 6] = "SHUTDOWN_RECD",
	[CT_STATE_SCTP + 7] = "SHUTDOWN_ACK_SENT", [CT_STATE_SCTP + 8] = "HEARTBEAT_SENT",
	[CT_STATE_SCTP + 9] = "HEARTBEAT_ACKED",
	[CT_STATE_DCCP + 1] = "REQUEST", [CT_STATE_DCCP + 2] = "RESPOND",
	[CT_STATE_DCCP + 3] = "PARTOPEN", [CT_STATE_DCCP + 4] = "OPEN",
	[CT_STATE_DCCP + 5] = "CLOSEREQ", [CT_STATE_DCCP + 6] = "CLOSING",
	[CT_STATE_DCCP + 7] = "TIMEWAIT",
	[CT_STATE_OFFLOAD] = "OFFLOAD",
};

const char *protocol_name(char buf[static 16], uint8_t protocol)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (protocols[i].number == protocol)
			return protocols[i].name;
	(void)snprintf(buf, 16, "unknown(%u)", protocol);
	return buf;
}

int protocol_number(const char *text, uint8_t *protocol)
{
	unsigned long number;
	char *end;

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!strcasecmp(protocols[i].name, text)) {
			*protocol = protocols[i].number;
			return 0;
		}
	if (*text < '0' || *text > '9')
		return -EINVAL;
	number = strtoul(text, &end, 10);
	if (*end || number > UINT8_MAX)
		return -EINVAL;
	*protocol = (uint8_t)number;
	return 0;
}

bool protocol_has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == PROTOCOL_SCTP ||
	       protocol == PROTOCOL_DCCP || protocol == PROTOCOL_UDPLITE;
}

const char *state_name(uint8_t state)
{
	return states[state];
}

int state_number(uint8_t protocol, const char *text, size_t len)
{
	unsigned int first = protocol == PROTOCOL_SCTP ? CT_STATE_SCTP :
			     protocol == PROTOCOL_DCCP ? CT_STATE_DCCP : CT_STATE_TCP;

	if (protocol != IPPROTO_TCP && first == CT_STATE_TCP)
		return -EINVAL;
	/* The kernel's word for "no state yet"; libnetfilter_conntrack's for SYN_SENT2. */
	if (len == 4 && !memcmp(text, "NONE", 4))
		return 0;
	if (len == 6 && !memcmp(text, "LISTEN", 6) && protocol == IPPROTO_TCP)
		return CT_STATE_TCP + 9;
	for (unsigned int i = first; i < first + 32; i++)
		if (states[i] && states[i][0] == text[0] && strlen(states[i]) == len &&
		    !memcmp(states[i], text, len))
			return (int)i;
	return -EINVAL;
}

int state_bits(const char *text, uint64_t bits[static 4])
{
	bool found = false;

	memset(bits, 0, 4 * sizeof(*bits));
	for (unsigned int i = 0; i < 4 * 64; i++)
		if (states[i] && !strcasecmp(states[i], text)) {
			bits[i / 64] |= 1ULL << i % 64;
			found = true;
		}
	return found ? 0 : -EINVAL;
}
