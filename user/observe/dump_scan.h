/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The words and numbers of a dump's line. Each scanner starts where it is told
 * and returns where it stopped, NULL when what it wants is not there. None
 * looks for the end of the line: LF is neither a digit nor part of a word.
 */
#ifndef OBSERVE_DUMP_SCAN_H
#define OBSERVE_DUMP_SCAN_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A constant-size comparison is one instruction; what lies behind LF may be read. */
#define BEGINS(at, word) (!memcmp(at, word, sizeof(word) - 1))

static inline bool gap(char c)
{
	return (unsigned char)c <= ' ';
}

static inline bool digit(char c)
{
	return (unsigned char)(c - '0') <= 9;
}

static inline const char *skip_gap(const char *at)
{
	/* Nearly always one space. */
	at += *at == ' ';
	while (gap(*at) && *at != '\n')
		at++;
	return at;
}

/* Eight bytes a turn: the lowest byte of 0x20 or less has its high bit set in `small`. */
static inline const char *skip_word(const char *at)
{
	for (;; at += sizeof(uint64_t)) {
		uint64_t word, small;

		memcpy(&word, at, sizeof(word));
		word = le64toh(word);
		small = (word - 0x2121212121212121ULL) & ~word & 0x8080808080808080ULL;
		if (small)
			return at + __builtin_ctzll(small) / 8;
	}
}

/* A decimal number up to a gap or a comma; NULL when it is none. */
static inline const char *number(const char *at, uint64_t max, uint64_t *out)
{
	const char *first = at;
	uint64_t value = 0;

	for (; digit(*at); at++)
		value = value * 10 + (unsigned char)(*at - '0');
	/* 19 digits always fit */
	if (at == first || at - first > 19 || value > max || !(gap(*at) || *at == ','))
		return NULL;
	*out = value;
	return at;
}

static inline const char *ipv4(const char *at, uint8_t out[static 4])
{
	for (int i = 0; i < 4; i++) {
		unsigned int value;

		if (!digit(*at))
			return NULL;
		value = (unsigned char)(*at++ - '0');
		if (digit(*at))
			value = value * 10 + (unsigned char)(*at++ - '0');
		if (digit(*at))
			value = value * 10 + (unsigned char)(*at++ - '0');
		if (value > 255 || (i < 3 && *at++ != '.'))
			return NULL;
		out[i] = (uint8_t)value;
	}
	return gap(*at) ? at : NULL;
}

/* "2001:db8::1", all eight groups (procfs), or with IPv4 in the last two. */
const char *scan_ipv6(const char *at, uint8_t out[static 16]);

#endif
