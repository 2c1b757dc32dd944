// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "dump_scan.h"

static inline int hex_digit(char c)
{
	unsigned char digit = (unsigned char)(c - '0'), letter = (unsigned char)((c | 0x20) - 'a');

	return digit <= 9 ? digit : letter <= 5 ? letter + 10 : -1;
}

const char *scan_ipv6(const char *at, uint8_t out[static 16])
{
	uint8_t groups[16] = { 0 };
	int n = 0, hole = -1;

	if (at[0] == ':' && at[1] == ':')
		hole = 0, at += 2;
	while (n < 16 && !gap(*at)) {
		const char *first = at;
		unsigned int value = 0;
		int digit;

		for (; (digit = hex_digit(*at)) >= 0 && at < first + 4; at++)
			value = value << 4 | (unsigned int)digit;
		if (at == first)
			return NULL;
		if (*at == '.') {
			if (n > 12 || !(at = ipv4(first, groups + n)))
				return NULL;
			n += 4;
			break;
		}
		groups[n++] = (uint8_t)(value >> 8);
		groups[n++] = (uint8_t)value;
		if (gap(*at))
			break;
		if (*at++ != ':')
			return NULL;
		if (*at == ':') {
			if (hole >= 0)
				return NULL;
			hole = n;
			at++;
		} else if (gap(*at)) {
			return NULL;
		}
	}
	if (!gap(*at) || (hole < 0 ? n != 16 : n > 14))
		return NULL;
	memset(out, 0, 16);
	if (hole < 0)
		hole = n;
	memcpy(out, groups, (size_t)hole);
	memcpy(out + 16 - (n - hole), groups + hole, (size_t)(n - hole));
	return at;
}
