// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Any text as /proc/PID/stat (programs choose their names) and as a socket list of /proc/net/netlink. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "observe/holders.h"
#include "observe/process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_stat(const char *text, size_t size)
{
	struct process process;
	int err;

	memset(&process, 0xff, sizeof(process));
	err = process_parse(text, size, &process);
	if (err && err != -EBADMSG)
		abort();
	if (err)
		return;
	if (!memchr(process.name, '\0', sizeof(process.name)) || process.parent < 0 ||
	    process.started > INT64_MAX)
		abort();
	for (const char *c = process.name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			abort();
}

static void check_netlink(const char *text)
{
	struct holders holders = { 0 };

	holders_parse_netlink(&holders, text);
	if (holders.listener_count > HOLDERS_MAX)
		abort();
	for (size_t i = 0; i < holders.listener_count; i++)
		if (holders.listeners[i].pid < 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	/* Without its NUL, so that the sanitizer watches the end. */
	check_stat((const char *)data, size);
	check_netlink(text);
	free(text);
	return 0;
}
