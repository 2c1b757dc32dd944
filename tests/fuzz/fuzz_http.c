// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Any bytes on a connection to the HTTP server, as much of them as fit: it
 * answers with statuses it has, or not at all, and lives.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "serve/http.h"

#define SENT_MAX 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void render(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	(void)answer;
	(void)context;
	assert(wish->seconds <= HTTP_SECONDS_MAX);
	(void)fprintf(out, "%u %d\n", wish->seconds, wish->openmetrics);
}

static const struct http_route routes[] = { { "/", render }, { "/v1/history", render }, { NULL, NULL } };

static struct event_base *base;
static struct http *http;

static int connected(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct linger at_once = { .l_onoff = 1 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!http) {
		base = event_base_new();
		assert(base && !http_new(&http, base, "127.0.0.1:0", routes, NULL));
	}
	to.sin_port = htons((uint16_t)http_port(http));
	/* No port stays taken behind it: there are not enough for a long run. */
	assert(fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
	assert(!connect(fd, (struct sockaddr *)&to, sizeof(to)));
	return fd;
}

static void check_answer(const char *answer, ssize_t len)
{
	static const int statuses[] = { 100, 200, 204, 400, 404, 405, 413, 417, 500, 501, 503 };
	/* In the version of the request, which may be any. */
	const char *space = len > 12 && !strncmp(answer, "HTTP/", 5) ? strchr(answer, ' ') : NULL;
	int status = space ? atoi(space) : -1;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (status == statuses[i])
			return;
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char answer[65536];
	size_t len = 0;
	int fd = connected();

	assert(send(fd, data, size > SENT_MAX ? SENT_MAX : size, MSG_NOSIGNAL) >= 0);
	assert(!shutdown(fd, SHUT_WR) && !fcntl(fd, F_SETFL, O_NONBLOCK));
	/* Until it hangs up: it has seen the end of what was sent. */
	for (int turn = 0; turn < 10000; turn++) {
		ssize_t got;

		(void)event_base_loop(base, EVLOOP_NONBLOCK);
		got = recv(fd, answer + len, sizeof(answer) - 1 - len, 0);
		if (!got || (got < 0 && errno != EAGAIN))
			break;
		len += got > 0 ? (size_t)got : 0;
		if (len == sizeof(answer) - 1)
			break;
		assert(turn < 9999);
	}
	answer[len] = '\0';
	if (len)
		check_answer(answer, (ssize_t)len);
	(void)close(fd);
	return 0;
}
