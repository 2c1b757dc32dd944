// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Packets made by hand, network header included: any source, any protocol. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define PAYLOAD_MAX 64

static uint32_t sum16(const void *data, size_t length, uint32_t sum)
{
	const uint8_t *byte = data;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)byte[i] << 8 | byte[i + 1];
	return sum;
}

/* The checksum of TCP and UDP: the addresses, the protocol, the length, the data (of even length). */
static uint16_t transport_sum(const struct flow *flow, uint8_t protocol, const void *data, size_t length)
{
	uint32_t sum = protocol + length;

	if (flow->to.any.sa_family == AF_INET6) {
		sum = sum16(&flow->from.in6.sin6_addr, 16, sum);
		sum = sum16(&flow->to.in6.sin6_addr, 16, sum);
	} else {
		sum = sum16(&flow->from.in.sin_addr, 4, sum);
		sum = sum16(&flow->to.in.sin_addr, 4, sum);
	}
	sum = sum16(data, length, sum);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum & 0xffff);
}

/* SCTP's checksum; conntrack refuses a packet from outside that has it wrong. */
static uint32_t crc32c(const uint8_t *data, size_t length)
{
	uint32_t crc = ~0u;

	while (length--) {
		crc ^= *data++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

struct ends {
	in_port_t from, to;
};

static struct ends ports_of(const struct flow *flow)
{
	if (flow->to.any.sa_family == AF_INET6)
		return (struct ends) { flow->from.in6.sin6_port, flow->to.in6.sin6_port };
	return (struct ends) { flow->from.in.sin_port, flow->to.in.sin_port };
}

static size_t make_syn(uint8_t *at, const struct flow *flow)
{
	struct ends ends = ports_of(flow);
	struct tcphdr tcp = { .source = ends.from, .dest = ends.to, .seq = htonl(1), .syn = 1,
			      .doff = sizeof(tcp) / 4, .window = htons(64240) };

	tcp.check = transport_sum(flow, IPPROTO_TCP, &tcp, sizeof(tcp));
	memcpy(at, &tcp, sizeof(tcp));
	return sizeof(tcp);
}

static size_t make_datagram(uint8_t *at, const struct flow *flow)
{
	struct ends ends = ports_of(flow);
	struct udphdr udp = { .source = ends.from, .dest = ends.to, .len = htons(sizeof(udp)) };

	udp.check = transport_sum(flow, IPPROTO_UDP, &udp, sizeof(udp)) ? : 0xffff;
	memcpy(at, &udp, sizeof(udp));
	return sizeof(udp);
}

static size_t make_init(uint8_t *at, const struct flow *flow)
{
	struct {
		struct ends ends;
		uint32_t tag, crc;
		uint8_t type, flags;
		uint16_t length;
		uint32_t initiate_tag, window;
		uint16_t out, in;
		uint32_t tsn;
	} init = { .ends = ports_of(flow), .type = 1, .length = htons(20), .initiate_tag = htonl(1),
		   .window = htonl(65536), .out = htons(1), .in = htons(1), .tsn = htonl(1) };

	init.crc = crc32c((const uint8_t *)&init, sizeof(init));
	memcpy(at, &init, sizeof(init));
	return sizeof(init);
}

/* GRE version 0 carrying IPv4, without a key; or eight zero bytes of any other protocol. */
static size_t make_gre(uint8_t *at, const struct flow *flow)
{
	static const uint8_t gre[] = { 0, 0, 8, 0 };

	(void)flow;
	memcpy(at, gre, sizeof(gre));
	return sizeof(gre);
}

static size_t make_other(uint8_t *at, const struct flow *flow)
{
	(void)flow;
	memset(at, 0, 8);
	return 8;
}

static size_t make_payload(uint8_t protocol, uint8_t *at, const struct flow *flow)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return make_syn(at, flow);
	case IPPROTO_UDP:
		return make_datagram(at, flow);
	case IPPROTO_SCTP:
		return make_init(at, flow);
	case IPPROTO_GRE:
		return make_gre(at, flow);
	default:
		return make_other(at, flow);
	}
}

struct raw {
	uint8_t protocol;
	struct tally *tally;
	int fd;
};

static int raw_send(void *context, const struct flow *flow, uint64_t number)
{
	struct raw *raw = context;
	union address to = flow->to;
	union {
		struct iphdr ip;
		struct ip6_hdr ip6;
		uint8_t bytes[sizeof(struct ip6_hdr) + PAYLOAD_MAX];
	} packet = { 0 };
	size_t length;

	(void)number;
	if (to.any.sa_family == AF_INET6) {
		length = make_payload(raw->protocol, packet.bytes + sizeof(packet.ip6), flow);
		packet.ip6.ip6_vfc = 6 << 4;
		packet.ip6.ip6_plen = htons(length);
		packet.ip6.ip6_nxt = raw->protocol;
		packet.ip6.ip6_hlim = 64;
		packet.ip6.ip6_src = flow->from.in6.sin6_addr;
		packet.ip6.ip6_dst = to.in6.sin6_addr;
		to.in6.sin6_port = 0;
		length += sizeof(packet.ip6);
	} else {
		/* Length and checksum of the header are the kernel's job (raw(7)). */
		length = make_payload(raw->protocol, packet.bytes + sizeof(packet.ip), flow);
		packet.ip.version = 4;
		packet.ip.ihl = sizeof(packet.ip) / 4;
		packet.ip.ttl = 64;
		packet.ip.protocol = raw->protocol;
		packet.ip.saddr = flow->from.in.sin_addr.s_addr;
		packet.ip.daddr = to.in.sin_addr.s_addr;
		length += sizeof(packet.ip);
	}
	tally_send(raw->tally, sendto(raw->fd, packet.bytes, length, 0, &to.any,
				      address_length(&to)) < 0 ? errno : 0);
	return 0;
}

int load_raw(const struct plan *plan, struct tally *tally)
{
	struct raw raw = { .protocol = plan->protocol, .tally = tally };
	int one = 1, end;

	raw.fd = socket(plan->to.family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (raw.fd < 0)
		return -errno;
	if (plan->to.family == AF_INET6 &&
	    setsockopt(raw.fd, IPPROTO_IPV6, IPV6_HDRINCL, &one, sizeof(one)))
		end = -errno;
	else
		end = load_ready(plan);
	if (!end)
		end = load_each(plan, raw_send, &raw);
	close(raw.fd);
	return end;
}
