/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A second opinion on what the writer wrote: a strict reader of RFC 8259 that
 * shares no line with it. Accepts exactly one value, nothing around it.
 */
#ifndef UNIT_JSON_CHECK_H
#define UNIT_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct json_check {
	const unsigned char *at, *end;
};

static inline bool check_value(struct json_check *c, int depth);

static inline bool check_char(struct json_check *c, unsigned char want)
{
	if (c->at >= c->end || *c->at != want)
		return false;
	c->at++;
	return true;
}

static inline bool check_digits(struct json_check *c)
{
	const unsigned char *from = c->at;

	while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
		c->at++;
	return c->at > from;
}

static inline bool check_number(struct json_check *c)
{
	(void)check_char(c, '-');
	if (!check_char(c, '0') && !check_digits(c))
		return false;
	if (check_char(c, '.') && !check_digits(c))
		return false;
	if (!check_char(c, 'e') && !check_char(c, 'E'))
		return true;
	if (!check_char(c, '+'))
		(void)check_char(c, '-');
	return check_digits(c);
}

/* Decodes and looks at the value: overlong forms, surrogates and too large are told by it. */
static inline bool check_utf8(struct json_check *c)
{
	static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = *c->at;
	size_t n = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
	unsigned long code = n == 1 ? lead : lead & (0x7f >> n);

	if (!n || (size_t)(c->end - c->at) < n)
		return false;
	for (size_t i = 1; i < n; i++) {
		if ((c->at[i] & 0xc0) != 0x80)
			return false;
		code = code << 6 | (c->at[i] & 0x3f);
	}
	c->at += n;
	return code >= least[n] && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}

static inline bool check_string(struct json_check *c)
{
	if (!check_char(c, '"'))
		return false;
	while (c->at < c->end && *c->at != '"') {
		if (*c->at < 0x20 || *c->at == 0x7f)
			return false;
		if (*c->at != '\\') {
			if (!check_utf8(c))
				return false;
			continue;
		}
		if (c->end - c->at < 2 || !strchr("\"\\/bfnrtu", c->at[1]) || !c->at[1])
			return false;
		if (c->at[1] == 'u') {
			if (c->end - c->at < 6)
				return false;
			for (int i = 2; i < 6; i++)
				if (!c->at[i] || !strchr("0123456789abcdefABCDEF", c->at[i]))
					return false;
			c->at += 4;
		}
		c->at += 2;
	}
	return check_char(c, '"');
}

static inline bool check_list(struct json_check *c, unsigned char close, int depth)
{
	c->at++;
	if (check_char(c, close))
		return true;
	do {
		if (close == '}' && !(check_string(c) && check_char(c, ':')))
			return false;
		if (!check_value(c, depth - 1))
			return false;
	} while (check_char(c, ','));
	return check_char(c, close);
}

static inline bool check_word(struct json_check *c, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n))
		return false;
	c->at += n;
	return true;
}

static inline bool check_value(struct json_check *c, int depth)
{
	if (c->at >= c->end || !depth)
		return false;
	switch (*c->at) {
	case '{':
		return check_list(c, '}', depth);
	case '[':
		return check_list(c, ']', depth);
	case '"':
		return check_string(c);
	case 't':
		return check_word(c, "true");
	case 'f':
		return check_word(c, "false");
	case 'n':
		return check_word(c, "null");
	default:
		return check_number(c);
	}
}

/* One object and one LF, as the stream wants its lines. */
static inline bool json_line_is_valid(const char *text, size_t len)
{
	struct json_check c = { (const unsigned char *)text, (const unsigned char *)text + len };

	return len && *text == '{' && check_value(&c, 1000) && check_char(&c, '\n') && c.at == c.end;
}

#endif
