// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "load.h"
#include "stop.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

union source {
	struct cmsghdr header;
	char space4[CMSG_SPACE(sizeof(struct in_pktinfo))];
	char space6[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* Makes the message leave from this address, which need not be one of the machine's. */
static void source_set(struct msghdr *message, union source *source, const union address *from)
{
	struct cmsghdr *header = &source->header;

	message->msg_control = source;
	if (from->any.sa_family == AF_INET6) {
		struct in6_pktinfo info = { .ipi6_addr = from->in6.sin6_addr };

		message->msg_controllen = sizeof(source->space6);
		*header = (struct cmsghdr) { .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO,
			.cmsg_len = CMSG_LEN(sizeof(info)) };
		memcpy(CMSG_DATA(header), &info, sizeof(info));
	} else {
		struct in_pktinfo info = { .ipi_spec_dst = from->in.sin_addr };

		message->msg_controllen = sizeof(source->space4);
		*header = (struct cmsghdr) { .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO,
			.cmsg_len = CMSG_LEN(sizeof(info)) };
		memcpy(CMSG_DATA(header), &info, sizeof(info));
	}
}

/* A datagram socket on this port of every address, able to speak for any; or -errno. */
static int udp_socket(int family, in_port_t port)
{
	union address local = { .any = { .sa_family = family } };
	int fd, one = 1;

	if (family == AF_INET6)
		local.in6.sin6_port = port;
	else
		local.in.sin_port = port;
	fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
		       family == AF_INET6 ? IPV6_TRANSPARENT : IP_TRANSPARENT, &one, sizeof(one)) ||
	    bind(fd, &local.any, address_length(&local))) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

struct udp {
	const struct plan *plan;
	struct tally *tally;
	int fd;
	in_port_t port;		/* the socket's, network order */
};

static in_port_t port_of(const union address *address)
{
	return address->any.sa_family == AF_INET6 ? address->in6.sin6_port : address->in.sin_port;
}

static int udp_send(void *context, const struct flow *flow, uint64_t number)
{
	struct udp *udp = context;
	struct iovec data = { .iov_base = &number, .iov_len = sizeof(number) };
	union address to = flow->to;
	union source source;
	struct msghdr message = {
		.msg_name = &to, .msg_namelen = address_length(&to), .msg_iov = &data, .msg_iovlen = 1,
	};

	/* Source ports vary last, so this happens once a port. */
	if (udp->fd < 0 || udp->port != port_of(&flow->from)) {
		if (udp->fd >= 0)
			close(udp->fd);
		udp->port = port_of(&flow->from);
		udp->fd = udp_socket(to.any.sa_family, udp->port);
		if (udp->fd < 0)
			return udp->fd;
	}
	if (udp->plan->from.family)
		source_set(&message, &source, &flow->from);
	tally_send(udp->tally, sendmsg(udp->fd, &message, 0) < 0 ? errno : 0);
	return 0;
}

int load_udp(const struct plan *plan, struct tally *tally)
{
	struct udp udp = { .plan = plan, .tally = tally, .fd = -1 };
	int end = load_ready(plan);

	if (!end)
		end = load_each(plan, udp_send, &udp);
	if (udp.fd >= 0)
		close(udp.fd);
	return end;
}

/* Answer what has arrived: the message goes back, from the address it came to. */
static void udp_answer(int fd, struct tally *tally)
{
	char data[2048];
	union address peer;
	union source source;
	struct iovec part = { .iov_base = data };
	struct msghdr message = { .msg_name = &peer, .msg_iov = &part, .msg_iovlen = 1,
				  .msg_control = &source };
	ssize_t length;

	for (;;) {
		part.iov_len = sizeof(data);
		message.msg_namelen = sizeof(peer);
		message.msg_controllen = sizeof(source);
		length = recvmsg(fd, &message, MSG_DONTWAIT);
		if (length < 0) {
			if (errno != EAGAIN)
				tally_error(tally, errno);
			return;
		}
		tally->of[TALLY_RECEIVED]++;
		part.iov_len = length;
		if (source.header.cmsg_level == IPPROTO_IP) {
			/* Received, it says which interface; that must not bind the answer. */
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(&source.header), sizeof(info));
			info.ipi_ifindex = 0;
			info.ipi_spec_dst = info.ipi_addr;
			memcpy(CMSG_DATA(&source.header), &info, sizeof(info));
		}
		tally_send(tally, sendmsg(fd, &message, 0) < 0 ? errno : 0);
	}
}

static int udp_serve(int fd, int stop, struct tally *tally)
{
	struct pollfd wait[] = { { .fd = fd, .events = POLLIN }, { .fd = stop, .events = POLLIN } };

	for (;;) {
		if (poll(wait, 2, -1) < 0)
			return -errno;
		if (wait[0].revents)
			udp_answer(fd, tally);
		if (wait[1].revents)
			return stop_fd_signal(stop);
	}
}

int load_udp_reply(const struct plan *plan, struct tally *tally)
{
	bool six = plan->to.family == AF_INET6;
	int one = 1, room = 8 << 20, end, stop = -1;
	int fd = udp_socket(plan->to.family, htons(plan->to_port.first));

	if (fd < 0)
		return fd;
	stop = stop_fd();
	if (stop < 0) {
		end = stop;
		goto out;
	}
	if (setsockopt(fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_RECVPKTINFO : IP_PKTINFO,
		       &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room))) {
		end = -errno;
		goto out;
	}
	end = load_ready(plan);
	if (!end)
		end = udp_serve(fd, stop, tally);
out:
	if (stop >= 0)
		close(stop);
	close(fd);
	return end;
}
