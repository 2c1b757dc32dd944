// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdlib.h>
#include <zlib.h>
#include "body.h"

/* 16: gzip's frame; a window of 8 KiB and 16 KiB of tables, a tenth of zlib's default memory. */
#define GZIP_WINDOW (16 + 13)
#define GZIP_MEMORY 5

struct body *body_new(char *bytes, size_t size)
{
	struct body *body = bytes ? malloc(sizeof(*body)) : NULL;

	if (!body) {
		free(bytes);
		return NULL;
	}
	*body = (struct body){ .shares = 1, .size = size, .bytes = bytes };
	return body;
}

struct body *body_gzip(const struct body *plain)
{
	z_stream z = { 0 };
	char *bytes;
	uLong room;
	int done;

	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY))
		return NULL;
	room = deflateBound(&z, plain->size);
	bytes = malloc(room);
	z.next_in = (Bytef *)plain->bytes;
	z.avail_in = (uInt)plain->size;
	z.next_out = (Bytef *)bytes;
	z.avail_out = bytes ? (uInt)room : 0;
	done = deflate(&z, Z_FINISH);
	(void)deflateEnd(&z);
	if (done != Z_STREAM_END) {
		free(bytes);
		return NULL;
	}
	return body_new(bytes, z.total_out);
}

struct body *body_share(struct body *body)
{
	body->shares++;
	return body;
}

void body_drop(struct body *body)
{
	if (!body || --body->shares)
		return;
	free(body->bytes);
	free(body);
}
