// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * TCP connections that stay in a state of conntrack's: the packets of both ends, sent from one place.
 * No TCP of a kernel's is behind them, so nothing is answered, sent again or closed later.
 */
#include "load.h"
#include "packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <unistd.h>

#define REPLY 0x80	/* from the other end */
#define HANDSHAKE TH_SYN, REPLY | TH_SYN | TH_ACK, TH_ACK

/* Flow 0 is in the first of these states, two more in the second, three in the third, ... */
static const struct {
	const char *name;
	uint8_t packets[8];
} states[] = {
	{ "SYN_SENT", { TH_SYN } },
	{ "SYN_SENT2", { TH_SYN, REPLY | TH_SYN } },
	{ "SYN_RECV", { TH_SYN, REPLY | TH_SYN | TH_ACK } },
	{ "ESTABLISHED", { HANDSHAKE } },
	{ "FIN_WAIT", { HANDSHAKE, TH_FIN | TH_ACK } },
	{ "CLOSE_WAIT", { HANDSHAKE, TH_FIN | TH_ACK, REPLY | TH_ACK } },
	{ "LAST_ACK", { HANDSHAKE, TH_FIN | TH_ACK, REPLY | TH_ACK, REPLY | TH_FIN | TH_ACK } },
	{ "TIME_WAIT", { HANDSHAKE, TH_FIN | TH_ACK, REPLY | TH_FIN | TH_ACK, TH_ACK } },
	{ "CLOSE", { HANDSHAKE, REPLY | TH_RST | TH_ACK } },
	{ "ESTABLISHED, met in the middle", { TH_ACK } },
};

#define STATES (sizeof(states) / sizeof(states[0]))

struct dialogue {
	struct tally *tally;
	int fd;
};

static int say(const struct dialogue *dialogue, const struct flow *flow, uint8_t packet, uint32_t next[2])
{
	bool reply = packet & REPLY;
	struct flow direction = reply ? (struct flow) { .from = flow->to, .to = flow->from } : *flow;
	struct ends ends = packet_ends(&direction);
	struct tcphdr tcp = { .source = ends.from, .dest = ends.to, .seq = htonl(next[reply]),
			      .doff = sizeof(tcp) / 4, .window = htons(64240) };

	tcp.th_flags = packet & ~REPLY;
	if (tcp.ack)
		tcp.ack_seq = htonl(next[!reply]);
	next[reply] += tcp.syn + tcp.fin;
	tcp.check = packet_sum(&direction, IPPROTO_TCP, &tcp, sizeof(tcp));
	return packet_send(dialogue->fd, &direction, IPPROTO_TCP, &tcp, sizeof(tcp));
}

static int states_send(void *context, const struct flow *flow, uint64_t number)
{
	const struct dialogue *dialogue = context;
	uint32_t next[2] = { 1000, 5000 };
	uint64_t state = 0;

	while (number > state)
		number -= ++state;
	for (const uint8_t *packet = states[state % STATES].packets; *packet; packet++)
		tally_send(dialogue->tally, say(dialogue, flow, *packet, next));
	return 0;
}

int load_states(const struct plan *plan, struct tally *tally)
{
	struct dialogue dialogue = { .tally = tally, .fd = packet_socket(plan->to.family) };
	int end;

	if (dialogue.fd < 0)
		return dialogue.fd;
	end = load_ready(plan);
	if (!end)
		end = load_each(plan, states_send, &dialogue);
	close(dialogue.fd);
	return end;
}
