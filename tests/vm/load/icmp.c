// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define LAST_REPLY_MS 1000	/* after the last request, and after each reply */

struct echo {
	uint8_t type, code;
	uint16_t sum, id, sequence;
	uint32_t cookie;	/* whose request this was: raw sockets hear everybody's replies */
} __attribute__((packed));

struct icmp {
	struct tally *tally;
	int fd;
	uint32_t cookie;
	bool six;
};

static uint16_t echo_sum(const struct echo *echo)
{
	uint16_t word[sizeof(*echo) / 2];
	uint32_t sum = 0;

	memcpy(word, echo, sizeof(word));
	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		sum += word[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Counts the replies that are there, without waiting for more. */
static void replies_take(const struct icmp *icmp)
{
	uint8_t packet[128];
	struct echo echo;
	ssize_t length;

	while ((length = recv(icmp->fd, packet, sizeof(packet), MSG_DONTWAIT)) > 0) {
		size_t header = icmp->six ? 0 : (packet[0] & 15) * 4;

		if ((size_t)length < header + sizeof(echo))
			continue;
		memcpy(&echo, packet + header, sizeof(echo));
		if (echo.type == (icmp->six ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) &&
		    echo.cookie == icmp->cookie)
			icmp->tally->of[TALLY_REPLIES]++;
	}
}

static int icmp_send(void *context, const struct flow *flow, uint64_t number)
{
	const struct icmp *icmp = context;
	union address to = flow->to;
	struct echo echo = { .type = icmp->six ? ICMP6_ECHO_REQUEST : ICMP_ECHO,
			     .sequence = htons(1), .cookie = icmp->cookie };

	if (icmp->six) {
		/* The kernel fills in the checksum of ICMPv6. */
		echo.id = to.in6.sin6_port;
		to.in6.sin6_port = 0;
	} else {
		echo.id = to.in.sin_port;
		to.in.sin_port = 0;
		echo.sum = echo_sum(&echo);
	}
	tally_send(icmp->tally, sendto(icmp->fd, &echo, sizeof(echo), 0, &to.any,
				       address_length(&to)) < 0 ? errno : 0);
	if (number % 64 == 0)
		replies_take(icmp);
	return 0;
}

/* The kernel passes on replies alone; 0 or -errno */
static int filter_set(const struct icmp *icmp)
{
	struct icmp6_filter only6;
	struct icmp_filter only4 = { .data = ~(1u << ICMP_ECHOREPLY) };
	int room = 8 << 20, err;

	ICMP6_FILTER_SETBLOCKALL(&only6);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &only6);
	err = icmp->six ?
		setsockopt(icmp->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &only6, sizeof(only6)) :
		setsockopt(icmp->fd, SOL_RAW, ICMP_FILTER, &only4, sizeof(only4));
	if (!err)
		err = setsockopt(icmp->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	return err ? -errno : 0;
}

int load_icmp(const struct plan *plan, struct tally *tally)
{
	struct icmp icmp = { .tally = tally, .cookie = getpid(), .six = plan->to.family == AF_INET6 };
	struct pollfd wait = { .events = POLLIN };
	int end;

	icmp.fd = socket(plan->to.family, SOCK_RAW | SOCK_CLOEXEC,
			 icmp.six ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP);
	if (icmp.fd < 0)
		return -errno;
	end = filter_set(&icmp);
	if (!end)
		end = load_ready(plan);
	if (!end)
		end = load_each(plan, icmp_send, &icmp);
	wait.fd = icmp.fd;
	while (!end && tally->of[TALLY_REPLIES] < tally->of[TALLY_SENT] &&
	       poll(&wait, 1, LAST_REPLY_MS) > 0)
		replies_take(&icmp);
	close(icmp.fd);
	return end;
}
