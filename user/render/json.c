// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "json.h"

static void put(struct json *j, const char *bytes, size_t n)
{
	if (j->full || n > j->size - j->len) {
		j->full = true;
		return;
	}
	memcpy(j->buf + j->len, bytes, n);
	j->len += n;
}

static void put_char(struct json *j, char c)
{
	put(j, &c, 1);
}

static void put_u64(struct json *j, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	put(j, digits + at, sizeof(digits) - at);
}

/*
 * Reads one code point of UTF-8. Returns how many bytes it took; *code is
 * U+FFFD for the longest prefix that no valid sequence begins with, which is
 * what Python, browsers and Unicode's own recommendation replace.
 * The bounds of the second byte exclude overlong forms, surrogates and all
 * above U+10FFFF (Unicode, table 3-7). A NUL is never a continuation, so a
 * sequence cut off at the end of the text stops there.
 */
static size_t decode(const unsigned char *s, uint32_t *code)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t more;

	if (s[0] < 0x80) {
		*code = s[0];
		return 1;
	}
	*code = 0xfffd;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 1;
	more = s[0] < 0xe0 ? 1 : s[0] < 0xf0 ? 2 : 3;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	uint32_t value = s[0] & (0x3f >> more);
	for (size_t i = 1; i <= more; i++) {
		if (s[i] < low || s[i] > high)
			return i;
		value = value << 6 | (s[i] & 0x3f);
		low = 0x80;
		high = 0xbf;
	}
	*code = value;
	return more + 1;
}

/* Besides JSON's own: what moves a terminal's cursor, and what some readers take for a LF. */
static bool must_escape(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029;
}

static void put_escape(struct json *j, uint32_t code)
{
	static const char hex[] = "0123456789abcdef";
	static const char short_form[0x20] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	};
	char text[6] = { '\\', 'u', hex[code >> 12], hex[code >> 8 & 15], hex[code >> 4 & 15],
			 hex[code & 15] };

	if (code < 0x20 && short_form[code]) {
		text[1] = short_form[code];
		put(j, text, 2);
	} else {
		put(j, text, sizeof(text));
	}
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void put_text(struct json *j, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	put_char(j, '"');
	while (*s && !j->full) {
		const unsigned char *from = s;
		uint32_t code;

		while (plain(*s))
			s++;
		put(j, (const char *)from, (size_t)(s - from));
		if (!*s)
			break;
		from = s;
		s += decode(s, &code);
		if (code == '"' || code == '\\') {
			put_char(j, '\\');
			put_char(j, (char)code);
		} else if (must_escape(code)) {
			put_escape(j, code);
		} else if (code == 0xfffd) {
			put(j, "\xef\xbf\xbd", 3);
		} else {
			put(j, (const char *)from, (size_t)(s - from));
		}
	}
	put_char(j, '"');
}

/* What stands before every value: a comma, and the key inside an object. */
static void put_key(struct json *j, const char *key)
{
	if (j->comma)
		put_char(j, ',');
	j->comma = true;
	if (!key)
		return;
	put_text(j, key);
	put_char(j, ':');
}

static void open_with(struct json *j, const char *key, char bracket)
{
	put_key(j, key);
	put_char(j, bracket);
	j->comma = false;
	j->depth++;
}

static void close_with(struct json *j, char bracket)
{
	put_char(j, bracket);
	j->comma = true;
	j->depth--;
}

void json_begin(struct json *j, char *buf, size_t size)
{
	*j = (struct json){ .buf = buf, .size = size };
	open_with(j, NULL, '{');
}

void json_object(struct json *j, const char *key)
{
	open_with(j, key, '{');
}

void json_object_end(struct json *j)
{
	close_with(j, '}');
}

void json_array(struct json *j, const char *key)
{
	open_with(j, key, '[');
}

void json_array_end(struct json *j)
{
	close_with(j, ']');
}

void json_str(struct json *j, const char *key, const char *text)
{
	if (!text) {
		json_null(j, key);
		return;
	}
	put_key(j, key);
	put_text(j, text);
}

void json_u64(struct json *j, const char *key, uint64_t value)
{
	put_key(j, key);
	put_u64(j, value);
}

void json_i64(struct json *j, const char *key, int64_t value)
{
	put_key(j, key);
	if (value < 0)
		put_char(j, '-');
	put_u64(j, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* Larger than any integer of 64 bits: printed without a point, so the locale has no say. */
static void put_huge(struct json *j, double value)
{
	char digits[320];	/* DBL_MAX has 309 */
	int n = snprintf(digits, sizeof(digits), "%.0f", value);

	put(j, digits, (size_t)n);
}

void json_double(struct json *j, const char *key, double value, int decimals)
{
	double size = fabs(value);
	uint64_t whole, scale = 1, part;

	if (!isfinite(value)) {
		json_null(j, key);
		return;
	}
	put_key(j, key);
	if (size >= 0x1p63) {
		put_huge(j, value);
		return;
	}
	for (int i = 0; i < decimals && i < 9; i++)
		scale *= 10;
	whole = (uint64_t)size;
	part = (uint64_t)((size - (double)whole) * (double)scale + 0.5);
	if (part >= scale) {
		part = 0;
		whole++;
	}
	if (value < 0 && (whole || part))
		put_char(j, '-');
	put_u64(j, whole);
	if (!part)
		return;
	put_char(j, '.');
	while (part) {
		scale /= 10;
		put_char(j, (char)('0' + part / scale));
		part %= scale;
	}
}

void json_bool(struct json *j, const char *key, bool value)
{
	put_key(j, key);
	put(j, value ? "true" : "false", value ? 4 : 5);
}

void json_null(struct json *j, const char *key)
{
	put_key(j, key);
	put(j, "null", 4);
}

void json_raw(struct json *j, const char *key, const char *text)
{
	put_key(j, key);
	put(j, text, strlen(text));
}

struct json json_mark(const struct json *j)
{
	return *j;
}

void json_back(struct json *j, struct json mark)
{
	*j = mark;
}

size_t json_reserve(struct json *j, size_t bytes)
{
	size_t room = j->size - j->len;
	size_t held = bytes < room ? bytes : room;

	j->size -= held;
	return held;
}

void json_release(struct json *j, size_t held)
{
	j->size += held;
}

ssize_t json_end(struct json *j)
{
	if (j->depth != 1)
		return -EINVAL;
	close_with(j, '}');
	put_char(j, '\n');
	return j->full ? -EMSGSIZE : (ssize_t)j->len;
}
