// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A client of the agent's HTTP server, in the same process: what it is answered goes to stderr, `> ` before each line. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "stage.h"

static int port;	/* where somebody listens, network order */

static struct {
	int fd;		/* 0: no answer is awaited */
	char *answer;
	size_t size;
	FILE *out;
} client;

int listen(int fd, int backlog)
{
	struct sockaddr_in at = { 0 };
	socklen_t len = sizeof(at);

	if (!getsockname(fd, (struct sockaddr *)&at, &len) && at.sin_family == AF_INET)
		port = at.sin_port;
	return (int)syscall(SYS_listen, fd, backlog);
}

/* get or head PATH [HEADER...]: headers as "Name:value" */
void client_line(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = (in_port_t)port };
	char request[1024];
	int size = snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n",
			    strcmp(argv[0], "head") ? "GET" : "HEAD", argv[1]);

	for (int i = 2; i < argc; i++)
		size += snprintf(request + size, sizeof(request) - (size_t)size, "%s\r\n", argv[i]);
	size += snprintf(request + size, sizeof(request) - (size_t)size, "\r\n");
	if (client.fd)
		stage_fail("one get at a time");
	client.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(client.fd, (struct sockaddr *)&to, sizeof(to)) ||
	    write(client.fd, request, (size_t)size) != size)
		stage_fail("nobody listens");
	client.out = open_memstream(&client.answer, &client.size);
	fprintf(stderr, "%s %s\n", argv[0], argv[1]);
}

static void finish(void)
{
	(void)fclose(client.out);
	for (char *line = client.answer, *rest = line; (line = strsep(&rest, "\n"));) {
		line[strcspn(line, "\r")] = '\0';
		/* When it was is the real clock's: libevent asks it beside us. */
		if (rest && strncmp(line, "Date: ", 6))
			fprintf(stderr, "> %s\n", line);
	}
	free(client.answer);
	(void)close(client.fd);
	client.fd = 0;
}

bool client_waits(void)
{
	char bytes[4096];
	ssize_t got;

	while (client.fd && (got = recv(client.fd, bytes, sizeof(bytes), MSG_DONTWAIT)) >= 0) {
		if (got)
			(void)fwrite(bytes, 1, (size_t)got, client.out);
		else
			finish();
	}
	return client.fd != 0;
}
