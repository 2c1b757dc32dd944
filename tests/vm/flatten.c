// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * flatten: records from stdin, one a line, as lines "path.to.key value": what `flat` in guest/bench
 * writes for most of them. jq takes half a second to start in the emulator, a hundred times a run.
 * Records are ctscope's own, which the schema's validator has looked at: no check of their shape here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *at;
static char path[4096];

/* As it stands; of what can be escaped only quotes and backslashes are in our records. */
static size_t string(char *to, size_t room)
{
	size_t len = 0;

	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\')
			at++;
		if (*at && len + 1 < room)
			to[len++] = *at;
	}
	if (*at)
		at++;
	to[len] = '\0';
	return len;
}

static void value(size_t path_len);

/* An object's or a list's parts, each below its key or number. */
static void parts(size_t path_len, char end)
{
	char *key = path + path_len;
	size_t room = sizeof(path) - path_len;

	at++;
	for (unsigned int n = 0; *at && *at != end; n++) {
		size_t len = path_len ? (size_t)snprintf(key, room, ".") : 0;

		if (end == '}') {
			len += string(key + len, room - len);
			at++;	/* the colon */
		} else {
			len += (size_t)snprintf(key + len, room - len, "%u", n);
		}
		value(path_len + len);
		if (*at == ',')
			at++;
	}
	if (*at)
		at++;
}

static void value(size_t path_len)
{
	static char text[65536];

	if (path_len + 32 > sizeof(path)) {
		fprintf(stderr, "flatten: too deep\n");
		exit(1);
	}
	switch (*at) {
	case '{':
		parts(path_len, '}');
		return;
	case '[':
		parts(path_len, ']');
		return;
	case '"':
		(void)string(text, sizeof(text));
		printf("%.*s %s\n", (int)path_len, path, text);
		return;
	default: {
		size_t len = strcspn(at, ",]}\n");

		printf("%.*s %.*s\n", (int)path_len, path, (int)len, at);
		at += len;
	}
	}
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		at = line;
		value(0);
	}
	free(line);
	return 0;
}
