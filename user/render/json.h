/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A streaming JSON writer into a fixed buffer. One line is at most 8 KiB; a
 * writer that ran out of room says so at the end and never writes half an
 * object. Text is escaped, invalid UTF-8 becomes U+FFFD.
 *
 *   json_begin(&j, buf, sizeof(buf)); json_str(&j, "key", ...); ... len = json_end(&j);
 */
#ifndef RENDER_JSON_H
#define RENDER_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define JSON_LINE_MAX 8192

struct json {
	char *buf;
	size_t size, len;
	bool full;	/* something did not fit: the buffer holds a fragment */
	bool comma;	/* a value stands before the next one */
	int depth;
};

void json_begin(struct json *, char *buf, size_t size);	/* opens the outer object */
/* key NULL: an element of an array. */
void json_object(struct json *, const char *key);
void json_object_end(struct json *);
void json_array(struct json *, const char *key);
void json_array_end(struct json *);
void json_str(struct json *, const char *key, const char *text);	/* NULL text: null */
void json_u64(struct json *, const char *key, uint64_t);
void json_i64(struct json *, const char *key, int64_t);
void json_double(struct json *, const char *key, double, int decimals);	/* not finite: null; trailing zeros cut */
void json_bool(struct json *, const char *key, bool);
void json_null(struct json *, const char *key);
void json_raw(struct json *, const char *key, const char *text);	/* is JSON already: a record without its LF */
/* Where to go back to when what follows does not fit: a row is written whole or not at all. */
struct json json_mark(const struct json *);
void json_back(struct json *, struct json mark);
/*
 * Keeps room for what must follow a list of unknown length: until the room is
 * released, a row that would need it does not fit. Returns the bytes held.
 */
size_t json_reserve(struct json *, size_t bytes);
void json_release(struct json *, size_t held);
/* Closes the outer object, adds LF; the length, -EMSGSIZE, or -EINVAL when something is still open. */
ssize_t json_end(struct json *);

#endif
