// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The HTTP server over a real socket, client and server in one loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "serve/http.h"
#include "serve/listen.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

struct server {
	struct event_base *base;
	struct http *http;
	unsigned int rendered;
	char answer[65536];
	size_t answered;
};

static void put_page(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	((struct server *)context)->rendered++;
	answer->type = wish->openmetrics ? "open" : "plain";
	(void)fprintf(out, "seconds %u\n", wish->seconds);
}

static void put_long(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	(void)wish;
	(void)context;
	answer->policy = "default-src 'self'";
	for (int i = 0; i < 500; i++)
		(void)fputs("the same again\n", out);
}

static void put_unready(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	(void)wish;
	(void)context;
	answer->status = 503;
	(void)fputs("not ready\n", out);
}

static void put_nothing(FILE *out, const struct http_wish *wish, struct http_answer *answer, void *context)
{
	(void)out;
	(void)wish;
	(void)context;
	answer->status = 204;
}

static const struct http_route routes[] = {
	{ "/", put_page }, { "/long", put_long }, { "/readyz", put_unready }, { "/nothing", put_nothing },
	{ NULL, NULL },
};

static int start(void **state)
{
	struct server *server = calloc(1, sizeof(*server));

	assert_non_null(server);
	server->base = event_base_new();
	assert_int_equal(http_new(&server->http, server->base, "127.0.0.1:0", routes, server), 0);
	assert_int_not_equal(http_port(server->http), 0);
	*state = server;
	return 0;
}

static int stop(void **state)
{
	struct server *server = *state;

	http_free(server->http);
	event_base_free(server->base);
	free(server);
	return 0;
}

static int connected(const struct server *server)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons((uint16_t)http_port(server->http)) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* Sends, and takes what comes until the server hangs up. */
static const char *ask(struct server *server, const char *request)
{
	int fd = connected(server);
	ssize_t got = -1;

	server->answered = 0;
	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
	while (got) {
		(void)event_base_loop(server->base, EVLOOP_NONBLOCK);
		got = recv(fd, server->answer + server->answered,
			   sizeof(server->answer) - 1 - server->answered, 0);
		assert_true(got >= 0 || errno == EAGAIN);
		server->answered += got > 0 ? (size_t)got : 0;
	}
	server->answer[server->answered] = '\0';
	(void)close(fd);
	return server->answer;
}

static const char *get(struct server *server, const char *path, const char *headers)
{
	char request[1024];

	(void)snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n",
		       path, headers);
	return ask(server, request);
}

static void has(const char *answer, const char *text)
{
	if (!strstr(answer, text))
		fail_msg("no '%s' in: %.500s", text, answer);
}

static void has_not(const char *answer, const char *text)
{
	if (strstr(answer, text))
		fail_msg("'%s' in: %.500s", text, answer);
}

static const char *body_of(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

static void test_a_page(void **state)
{
	const char *answer = get(*state, "/", "");

	has(answer, "HTTP/1.1 200 ");
	has(answer, "Content-Type: plain\r\n");
	has(answer, "Content-Length: 10\r\n");
	has(answer, "Content-Security-Policy: default-src 'none'\r\n");
	has(answer, "Cache-Control: no-store\r\n");
	assert_string_equal(body_of(answer), "seconds 0\n");
	has(get(*state, "/long", ""), "Content-Security-Policy: default-src 'self'\r\n");
}

static void test_head_has_the_length_and_no_body(void **state)
{
	const char *answer = ask(*state, "HEAD /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

	has(answer, "HTTP/1.1 200 ");
	has(answer, "Content-Length: 7500\r\n");
	assert_string_equal(body_of(answer), "");
}

static void test_statuses_of_a_page(void **state)
{
	const char *answer = get(*state, "/readyz", "");

	has(answer, "HTTP/1.1 503 ");
	assert_string_equal(body_of(answer), "not ready\n");
	answer = get(*state, "/nothing", "");
	has(answer, "HTTP/1.1 204 ");
	assert_string_equal(body_of(answer), "");
	has_not(answer, "Content-Length: ");
}

static void test_what_is_refused(void **state)
{
	static const char *const wrong[] = { "0", "86401", "-1", "1.5", "", "x", "9999999999999999999999" };
	static const char *const methods[] = { "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH" };
	char text[128];

	has(get(*state, "/nowhere", ""), "HTTP/1.1 404 ");
	has(get(*state, "/../etc/passwd", ""), "HTTP/1.1 404 ");
	for (size_t i = 0; i < LEN(wrong); i++) {
		(void)snprintf(text, sizeof(text), "/?seconds=%s", wrong[i]);
		has(get(*state, text, ""), "HTTP/1.1 400 ");
	}
	for (size_t i = 0; i < LEN(methods); i++) {
		const char *answer;

		(void)snprintf(text, sizeof(text), "%s / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
			       methods[i]);
		answer = ask(*state, text);
		has(answer, "HTTP/1.1 405 ");
		has(answer, "Allow: GET, HEAD\r\n");
	}
	assert_int_equal(((struct server *)*state)->rendered, 0);
}

static void test_seconds(void **state)
{
	assert_string_equal(body_of(get(*state, "/?seconds=60", "")), "seconds 60\n");
	assert_string_equal(body_of(get(*state, "/?seconds=86400", "")), "seconds 86400\n");
	/* What it does not know, it does not mind. */
	assert_string_equal(body_of(get(*state, "/?other=1", "")), "seconds 0\n");
	assert_string_equal(body_of(get(*state, "/?", "")), "seconds 0\n");
}

static void test_rendered_once_a_second(void **state)
{
	struct server *server = *state;

	for (int i = 0; i < 5; i++)
		has(get(server, "/", ""), "Content-Type: plain\r\n");
	/* The clock may tick once in between. */
	assert_in_range(server->rendered, 1, 2);
	server->rendered = 0;
	for (int i = 0; i < 5; i++)
		(void)get(server, "/?seconds=5", "");
	assert_int_equal(server->rendered, 5);
}

static void test_the_two_formats_are_kept_apart(void **state)
{
	has(get(*state, "/", "Accept: application/openmetrics-text\r\n"), "Content-Type: open\r\n");
	has(get(*state, "/", ""), "Content-Type: plain\r\n");
	has(get(*state, "/", "Accept: application/openmetrics-text;q=0.1, text/plain\r\n"),
	    "Content-Type: plain\r\n");
}

static void test_gzip(void **state)
{
	struct server *server = *state;
	const char *answer = get(server, "/long", "Accept-Encoding: gzip\r\n");
	const unsigned char *body = (const unsigned char *)body_of(answer);

	has(answer, "Content-Encoding: gzip\r\n");
	assert_int_equal(body[0], 0x1f);
	assert_int_equal(body[1], 0x8b);
	assert_true(server->answered < 7500);
	/* A short one is longer when compressed. */
	has_not(get(server, "/", "Accept-Encoding: gzip\r\n"), "Content-Encoding");
	has_not(get(server, "/long", "Accept-Encoding: gzip;q=0\r\n"), "Content-Encoding");
}

static void test_many_at_once(void **state)
{
	struct server *server = *state;
	int idle[80];

	/* More than it keeps: those that never ask give way to one that does. */
	for (size_t i = 0; i < LEN(idle); i++) {
		idle[i] = connected(server);
		(void)event_base_loop(server->base, EVLOOP_NONBLOCK);
	}
	has(get(server, "/", ""), "HTTP/1.1 200 ");
	for (size_t i = 0; i < LEN(idle); i++)
		(void)close(idle[i]);
}

static void test_addresses(void **state)
{
	static const char *const right[] = { "127.0.0.1:9818", "0.0.0.0:0", "[::1]:65535", ":80", "[::]:1" };
	static const char *const wrong[] = {
		"", ":", "9818", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:1x",
		"localhost:80", "[::1:80", "::1:80", "[::1]80", "1.2.3:80",
		"[0123:4567:89ab:cdef:0123:4567:89ab:cdef:0123:4567:89ab:cdef]:80",
	};

	(void)state;
	for (size_t i = 0; i < LEN(right); i++)
		assert_int_equal(listen_address_valid(right[i]), 0);
	for (size_t i = 0; i < LEN(wrong); i++)
		assert_int_equal(listen_address_valid(wrong[i]), -EINVAL);
}

static void test_an_address_in_use(void **state)
{
	struct server *server = *state;
	char address[32];
	struct http *other = (struct http *)server;

	(void)snprintf(address, sizeof(address), "127.0.0.1:%u", http_port(server->http));
	assert_int_equal(http_new(&other, server->base, address, routes, server), -EADDRINUSE);
	assert_null(other);
	assert_int_equal(http_new(&other, server->base, "nonsense", routes, server), -EINVAL);
	assert_null(other);
}

static void test_every_address(void **state)
{
	struct server *server = *state;
	struct http *other;

	/* IPv6 where there is any, IPv4 else: in both cases it listens. */
	assert_int_equal(http_new(&other, server->base, ":0", routes, server), 0);
	assert_int_not_equal(http_port(other), 0);
	http_free(other);
}

#define HTTP_TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HTTP_TEST(test_a_page),
		HTTP_TEST(test_head_has_the_length_and_no_body),
		HTTP_TEST(test_statuses_of_a_page),
		HTTP_TEST(test_what_is_refused),
		HTTP_TEST(test_seconds),
		HTTP_TEST(test_rendered_once_a_second),
		HTTP_TEST(test_the_two_formats_are_kept_apart),
		HTTP_TEST(test_gzip),
		HTTP_TEST(test_many_at_once),
		cmocka_unit_test(test_addresses),
		HTTP_TEST(test_an_address_in_use),
		HTTP_TEST(test_every_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
