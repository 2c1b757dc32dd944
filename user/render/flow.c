// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include "flow.h"
#include "model/protocol.h"

static bool is_icmp(uint8_t protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

/* dst_id is two bytes for ICMP: type, then code. */
static void icmp_kind(const struct ct_flow *flow, uint8_t kind[static 2])
{
	memcpy(kind, &flow->dst_id, 2);
}

static void put_end(char *out, size_t size, const char *address, const struct ct_flow *flow,
		    uint16_t port)
{
	if (!protocol_has_ports(flow->protocol))
		(void)snprintf(out, size, "%s", address);
	else
		(void)snprintf(out, size, flow->family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, port);
}

const char *flow_text(char buf[static FLOW_MAX], const struct ct_flow *flow, bool redacted)
{
	char src[ADDRESS_MAX], dst[ADDRESS_MAX], from[ADDRESS_MAX + 8], to[ADDRESS_MAX + 8], name[16];
	uint8_t kind[2];
	size_t len;

	put_end(from, sizeof(from), address_text(src, flow->src, flow->family, redacted), flow,
		ntohs(flow->src_id));
	put_end(to, sizeof(to), address_text(dst, flow->dst, flow->family, redacted), flow,
		ntohs(flow->dst_id));
	(void)snprintf(buf, FLOW_MAX, "%s %s > %s", protocol_name(name, flow->protocol), from, to);
	if (is_icmp(flow->protocol)) {
		icmp_kind(flow, kind);
		len = strlen(buf);
		(void)snprintf(buf + len, FLOW_MAX - len, " type %u code %u id %u", kind[0], kind[1],
			       ntohs(flow->src_id));
	}
	return buf;
}

void json_flow(struct json *j, const struct ct_flow *flow, bool redacted)
{
	char address[ADDRESS_MAX], name[16];
	uint16_t src_id = ntohs(flow->src_id), dst_id = ntohs(flow->dst_id);
	bool ports = protocol_has_ports(flow->protocol), gre = flow->protocol == IPPROTO_GRE;
	uint8_t kind[2];

	json_str(j, "family", flow->family == AF_INET ? "ipv4" : "ipv6");
	json_str(j, "protocol", protocol_name(name, flow->protocol));
	json_str(j, "src", address_text(address, flow->src, flow->family, redacted));
	if (ports || gre)
		json_u64(j, ports ? "src_port" : "src_key", src_id);
	json_str(j, "dst", address_text(address, flow->dst, flow->family, redacted));
	if (ports || gre)
		json_u64(j, ports ? "dst_port" : "dst_key", dst_id);
	if (is_icmp(flow->protocol)) {
		icmp_kind(flow, kind);
		json_u64(j, "icmp_type", kind[0]);
		json_u64(j, "icmp_code", kind[1]);
		json_u64(j, "icmp_id", src_id);
	}
}

void json_netns(struct json *j, const char *key, uint32_t netns)
{
	if (netns)
		json_u64(j, key, netns);
	else
		json_null(j, key);
}
