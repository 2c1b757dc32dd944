// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Packets made by hand, network header included: any source, any protocol. */
#include "load.h"
#include "packet.h"
#include "starve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>
#include <unistd.h>

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

/* Of a connection without data, in its window: a SYN is 1, all that follows 2. */
static size_t make_segment(uint8_t *at, const struct flow *flow, uint8_t flags)
{
	struct ends ends = packet_ends(flow);
	struct tcphdr tcp = { .source = ends.from, .dest = ends.to, .doff = sizeof(tcp) / 4,
			      .seq = htonl(flags & TH_SYN ? 1 : 2), .window = htons(64240) };

	tcp.th_flags = flags;
	if (flags & TH_ACK)
		tcp.ack_seq = htonl(2);
	tcp.check = packet_sum(flow, IPPROTO_TCP, &tcp, sizeof(tcp));
	memcpy(at, &tcp, sizeof(tcp));
	return sizeof(tcp);
}

static size_t make_datagram(uint8_t *at, const struct flow *flow)
{
	struct ends ends = packet_ends(flow);
	struct udphdr udp = { .source = ends.from, .dest = ends.to, .len = htons(sizeof(udp)) };

	udp.check = packet_sum(flow, IPPROTO_UDP, &udp, sizeof(udp)) ? : 0xffff;
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
	} init = { .ends = packet_ends(flow), .type = 1, .length = htons(20), .initiate_tag = htonl(1),
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

struct raw {
	uint8_t protocol, tcp_flags;
	struct tally *tally;
	int fd;
};

static size_t make_payload(const struct raw *raw, uint8_t *at, const struct flow *flow)
{
	switch (raw->protocol) {
	case IPPROTO_TCP:
		return make_segment(at, flow, raw->tcp_flags);
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

static int raw_send(void *context, const struct flow *flow, uint64_t number)
{
	const struct raw *raw = context;
	uint8_t data[PACKET_DATA_MAX];
	size_t length = make_payload(raw, data, flow);

	(void)number;
	tally_send(raw->tally, packet_send(raw->fd, flow, raw->protocol, data, length));
	return 0;
}

int load_raw(const struct plan *plan, struct tally *tally)
{
	struct raw raw = { .protocol = plan->protocol, .tcp_flags = plan->tcp_flags, .tally = tally };
	struct famine famine;
	int end, err = 0;

	raw.fd = packet_socket(plan->to.family);
	if (raw.fd < 0)
		return raw.fd;
	end = load_ready(plan);
	if (!end && plan->starve)
		end = famine_begin(&famine);
	if (!end) {
		end = load_each(plan, raw_send, &raw);
		err = plan->starve ? famine_end(&famine) : 0;
	}
	close(raw.fd);
	return err ? err : end;
}
