// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The input is a program for the writer: two bytes of buffer size, then
 * operations, some followed by a text. Whatever it does, json_end() yields
 * one valid line of the length it says, or an error.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../unit/json_check.h"
#include "render/json.h"

#define DEPTH_MAX 32

struct program {
	const uint8_t *at, *end;
	char text[64];
	bool array[DEPTH_MAX];	/* what is open, outermost first */
	int depth;
};

static uint8_t next(struct program *p)
{
	return p->at < p->end ? *p->at++ : 0;
}

static const char *next_text(struct program *p)
{
	size_t n = 0;

	while (n < sizeof(p->text) - 1 && p->at < p->end && *p->at)
		p->text[n++] = (char)*p->at++;
	(void)next(p);
	p->text[n] = '\0';
	return p->text;
}

static uint64_t next_u64(struct program *p)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | next(p);
	return value;
}

static void open_one(struct json *j, struct program *p, const char *key, bool array)
{
	if (p->depth == DEPTH_MAX)
		return;
	if (array)
		json_array(j, key);
	else
		json_object(j, key);
	p->array[p->depth++] = array;
}

static void close_one(struct json *j, struct program *p)
{
	if (!p->depth)
		return;
	if (p->array[--p->depth])
		json_array_end(j);
	else
		json_object_end(j);
}

static void put_one(struct json *j, struct program *p, uint8_t op, const char *key)
{
	uint64_t bits;
	double value;

	switch (op) {
	case 0:
		json_str(j, key, next_text(p));
		break;
	case 1:
		json_u64(j, key, next_u64(p));
		break;
	case 2:
		json_i64(j, key, (int64_t)next_u64(p));
		break;
	case 3:
		bits = next_u64(p);
		memcpy(&value, &bits, sizeof(value));
		json_double(j, key, value, next(p) % 12);
		break;
	case 4:
		json_bool(j, key, next(p) & 1);
		break;
	case 5:
		json_null(j, key);
		break;
	case 6:
	case 7:
		open_one(j, p, key, op & 1);
		break;
	}
}

static void run(struct json *j, struct program *p)
{
	struct program marked = *p;
	struct json mark = json_mark(j);
	char key[sizeof(p->text)];

	while (p->at < p->end) {
		uint8_t op = next(p) % 11;
		bool in_array = p->depth && p->array[p->depth - 1];

		if (op < 8) {
			if (!in_array)
				memcpy(key, next_text(p), sizeof(key));
			put_one(j, p, op, in_array ? NULL : key);
		} else if (op == 8) {
			close_one(j, p);
		} else if (op == 9) {
			mark = json_mark(j);
			marked = *p;
		} else {
			json_back(j, mark);
			p->depth = marked.depth;
			memcpy(p->array, marked.array, sizeof(p->array));
		}
	}
	while (p->depth)
		close_one(j, p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program p = { .at = data, .end = data + size };
	size_t room = (size_t)(next(&p) << 8 | next(&p)) % (JSON_LINE_MAX + 1);
	char *buf = malloc(room ? room : 1);
	struct json j;
	ssize_t n;

	if (!buf)
		abort();
	json_begin(&j, buf, room);
	run(&j, &p);
	n = json_end(&j);
	if (n < 0 ? n != -EMSGSIZE : (size_t)n > room || !json_line_is_valid(buf, (size_t)n))
		abort();
	free(buf);
	return 0;
}
