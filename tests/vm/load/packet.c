// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>
#include <unistd.h>

static uint32_t sum16(const void *data, size_t length, uint32_t sum)
{
	const uint8_t *byte = data;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)byte[i] << 8 | byte[i + 1];
	return sum;
}

uint16_t packet_sum(const struct flow *flow, uint8_t protocol, const void *data, size_t length)
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

struct ends packet_ends(const struct flow *flow)
{
	if (flow->to.any.sa_family == AF_INET6)
		return (struct ends) { flow->from.in6.sin6_port, flow->to.in6.sin6_port };
	return (struct ends) { flow->from.in.sin_port, flow->to.in.sin_port };
}

int packet_socket(int family)
{
	int one = 1, fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);

	if (fd < 0)
		return -errno;
	if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_HDRINCL, &one, sizeof(one))) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

int packet_send(int fd, const struct flow *flow, uint8_t protocol, const void *data, size_t length)
{
	union address to = flow->to;
	union {
		struct iphdr ip;
		struct ip6_hdr ip6;
		uint8_t bytes[sizeof(struct ip6_hdr) + PACKET_DATA_MAX];
	} packet = { 0 };
	size_t header;

	if (to.any.sa_family == AF_INET6) {
		packet.ip6.ip6_vfc = 6 << 4;
		packet.ip6.ip6_plen = htons(length);
		packet.ip6.ip6_nxt = protocol;
		packet.ip6.ip6_hlim = 64;
		packet.ip6.ip6_src = flow->from.in6.sin6_addr;
		packet.ip6.ip6_dst = to.in6.sin6_addr;
		to.in6.sin6_port = 0;
		header = sizeof(packet.ip6);
	} else {
		/* Length and checksum of the header are the kernel's job (raw(7)). */
		packet.ip.version = 4;
		packet.ip.ihl = sizeof(packet.ip) / 4;
		packet.ip.ttl = 64;
		packet.ip.protocol = protocol;
		packet.ip.saddr = flow->from.in.sin_addr.s_addr;
		packet.ip.daddr = to.in.sin_addr.s_addr;
		header = sizeof(packet.ip);
	}
	memcpy(packet.bytes + header, data, length);
	return sendto(fd, packet.bytes, header + length, 0, &to.any, address_length(&to)) < 0 ? errno : 0;
}
