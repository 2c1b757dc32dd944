// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "load.h"
#include "stop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define IN_FLIGHT 256		/* connections being made at once */
#define EVENTS 256
#define STOP UINT64_MAX		/* the event of the stop descriptor */
#define LISTEN (UINT64_MAX - 1)
#define SERVED_MAX 1000000

static int files_allow(uint64_t count)
{
	struct rlimit limit = { .rlim_cur = count + 64, .rlim_max = count + 64 };

	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}

static int watch(int epoll, int fd, uint32_t events, uint64_t what)
{
	struct epoll_event event = { .events = events, .data.u64 = what };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

/* An epoll that also hears the request to stop; or -errno */
static int epoll_make(int *stop)
{
	int epoll, err;

	*stop = stop_fd();
	if (*stop < 0)
		return *stop;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	err = epoll < 0 ? -errno : watch(epoll, *stop, EPOLLIN, STOP);
	if (!err)
		return epoll;
	if (epoll >= 0)
		close(epoll);
	close(*stop);
	return err;
}

struct tcp {
	const struct plan *plan;
	struct tally *tally;
	int epoll, stop;
	int *fd;		/* one a flow, -1: none (yet, or any more) */
	uint64_t begun, pending;
};

static void tcp_close(struct tcp *tcp, uint64_t flow)
{
	struct linger linger = { .l_onoff = 1 };

	if (tcp->plan->reset)
		(void)setsockopt(tcp->fd[flow], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(tcp->fd[flow]);
	tcp->fd[flow] = -1;
}

/* A new socket, connecting; or -errno, its own failure and not the whole run's. */
static int tcp_connect(const struct plan *plan, const struct flow *flow)
{
	int one = 1, err = 0;
	int fd = socket(flow->to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (plan->from.family || plan->from_port.given) {
		/* Without a port of its own, one is chosen when the destination is known. */
		if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
		    (!plan->from_port.given &&
		     setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one))) ||
		    bind(fd, &flow->from.any, address_length(&flow->from)))
			err = -errno;
	}
	if (!err && connect(fd, &flow->to.any, address_length(&flow->to)) && errno != EINPROGRESS)
		err = -errno;
	if (err)
		close(fd);
	return err ? err : fd;
}

static void tcp_begin(struct tcp *tcp)
{
	uint64_t number = tcp->begun++;
	struct flow flow;
	int fd, err;

	flow_at(tcp->plan, number, &flow);
	fd = tcp_connect(tcp->plan, &flow);
	if (fd < 0) {
		tally_error(tcp->tally, -fd);
		return;
	}
	tcp->fd[number] = fd;
	err = watch(tcp->epoll, fd, EPOLLOUT | EPOLLONESHOT, number);
	if (err) {
		tally_error(tcp->tally, -err);
		tcp_close(tcp, number);
		return;
	}
	tcp->pending++;
}

static void tcp_done(struct tcp *tcp, uint64_t number)
{
	socklen_t length = sizeof(int);
	int error = 0;

	tcp->pending--;
	if (getsockopt(tcp->fd[number], SOL_SOCKET, SO_ERROR, &error, &length))
		error = errno;
	if (!error) {
		tcp->tally->of[TALLY_CONNECTED]++;
		if (tcp->plan->hold)
			return;
		tcp->tally->of[TALLY_CLOSED]++;
	} else {
		tally_error(tcp->tally, error);
	}
	tcp_close(tcp, number);
}

/* Until every connection is made or has failed: 0, a signal, or -errno. */
static int tcp_run(struct tcp *tcp)
{
	struct epoll_event event[EVENTS];
	struct pace pace;
	int n, end;

	pace_init(&pace, tcp->plan->rate);
	while (tcp->begun < tcp->plan->count || tcp->pending) {
		while (tcp->begun < tcp->plan->count && tcp->pending < IN_FLIGHT) {
			end = pace_next(&pace);
			if (end)
				return end;
			tcp_begin(tcp);
			if (tcp->plan->rate)
				break;
		}
		if (!tcp->pending)
			continue;
		n = epoll_wait(tcp->epoll, event, EVENTS,
			       tcp->plan->rate && tcp->begun < tcp->plan->count ? 0 : -1);
		if (n < 0)
			return -errno;
		for (int i = 0; i < n; i++) {
			if (event[i].data.u64 == STOP)
				return stop_fd_signal(tcp->stop);
			tcp_done(tcp, event[i].data.u64);
		}
	}
	return 0;
}

int load_tcp(const struct plan *plan, struct tally *tally)
{
	struct tcp tcp = { .plan = plan, .tally = tally };
	int end = files_allow(plan->count);

	if (end)
		return end;
	tcp.fd = malloc(plan->count * sizeof(*tcp.fd));
	if (!tcp.fd)
		return -ENOMEM;
	for (uint64_t i = 0; i < plan->count; i++)
		tcp.fd[i] = -1;
	tcp.epoll = epoll_make(&tcp.stop);
	if (tcp.epoll < 0) {
		free(tcp.fd);
		return tcp.epoll;
	}
	end = tcp_run(&tcp);
	if (!end)
		end = load_ready(plan);
	if (!end && plan->hold)
		end = stop_wait(-1);
	tally->of[TALLY_PENDING] = tcp.pending;
	if (plan->hold)
		tally->of[TALLY_CLOSED] = tally->of[TALLY_CONNECTED];
	for (uint64_t i = 0; i < plan->count; i++)
		if (tcp.fd[i] >= 0)
			tcp_close(&tcp, i);
	close(tcp.epoll);
	close(tcp.stop);
	free(tcp.fd);
	return end;
}

static int tcp_listen(const struct plan *plan)
{
	struct flow flow;
	int fd, one = 1;

	flow_at(plan, 0, &flow);
	fd = socket(plan->to.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, &flow.to.any, address_length(&flow.to)) || listen(fd, SOMAXCONN)) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

static void serve_accept(int epoll, int listener, struct tally *tally)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		tally->of[TALLY_ACCEPTED]++;
		if (watch(epoll, fd, EPOLLIN, fd)) {
			tally_error(tally, errno);
			close(fd);
		}
	}
	if (errno != EAGAIN)
		tally_error(tally, errno);
}

/* The peer sent something (thrown away) or is gone (so are we). */
static void serve_peer(int fd, struct tally *tally)
{
	char data[2048];
	ssize_t length;

	do {
		length = read(fd, data, sizeof(data));
	} while (length > 0);
	if (length < 0 && errno == EAGAIN)
		return;
	tally->of[TALLY_CLOSED]++;
	close(fd);
}

static int serve(int epoll, int stop, int listener, struct tally *tally)
{
	struct epoll_event event[EVENTS];
	int n;

	for (;;) {
		n = epoll_wait(epoll, event, EVENTS, -1);
		if (n < 0)
			return -errno;
		for (int i = 0; i < n; i++) {
			if (event[i].data.u64 == STOP)
				return stop_fd_signal(stop);
			if (event[i].data.u64 == LISTEN)
				serve_accept(epoll, listener, tally);
			else
				serve_peer(event[i].data.u64, tally);
		}
	}
}

/* What is still open when it ends, the end of the process closes. */
int load_tcp_serve(const struct plan *plan, struct tally *tally)
{
	int listener, epoll, stop, end;

	end = files_allow(SERVED_MAX);
	if (end)
		return end;
	listener = tcp_listen(plan);
	if (listener < 0)
		return listener;
	epoll = epoll_make(&stop);
	if (epoll < 0) {
		close(listener);
		return epoll;
	}
	end = watch(epoll, listener, EPOLLIN, LISTEN);
	if (!end)
		end = load_ready(plan);
	if (!end)
		end = serve(epoll, stop, listener, tally);
	close(epoll);
	close(stop);
	close(listener);
	return end;
}
