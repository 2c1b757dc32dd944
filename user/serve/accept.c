// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>
#include "accept.h"

struct span {
	const char *at;
	size_t len;
};

static struct span trim(struct span s)
{
	while (s.len && (*s.at == ' ' || *s.at == '\t'))
		s.at++, s.len--;
	while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* What stands before the next separator; *rest begins behind it. */
static struct span cut(struct span *rest, char separator)
{
	const char *end = memchr(rest->at, separator, rest->len);
	struct span first = { rest->at, end ? (size_t)(end - rest->at) : rest->len };
	size_t skip = first.len + (end != NULL);

	rest->at += skip;
	rest->len -= skip;
	return trim(first);
}

static bool span_is(struct span s, const char *word)
{
	return s.len == strlen(word) && !strncasecmp(s.at, word, s.len);
}

/* "1", "0.5", "0.125": thousandths; anything else 0, as if it were refused. */
static unsigned int thousandths(struct span s)
{
	unsigned int value, unit = 100;

	if (!s.len || (s.at[0] != '0' && s.at[0] != '1') || (s.len > 1 && s.at[1] != '.') || s.len > 5)
		return 0;
	value = (unsigned int)(s.at[0] - '0') * 1000;
	for (size_t i = 2; i < s.len; i++, unit /= 10) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return 0;
		value += (unsigned int)(s.at[i] - '0') * unit;
	}
	return value > 1000 ? 1000 : value;
}

static bool one_of(struct span s, const char *words)
{
	for (const char *word = words; *word; word += strcspn(word, " "), word += *word == ' ')
		if (strcspn(word, " ") == s.len && !strncmp(word, s.at, s.len))
			return true;
	return false;
}

static unsigned int parameters(struct span rest, const char *versions)
{
	unsigned int quality = 1000;

	while (rest.len) {
		struct span value = cut(&rest, ';');
		struct span key = cut(&value, '=');

		value = trim(value);
		if (span_is(key, "q"))
			quality = thousandths(value);
		else if (versions && span_is(key, "version") && !one_of(value, versions))
			return 0;
	}
	return quality;
}

unsigned int accept_quality(const char *header, const char *name, const char *versions)
{
	struct span rest = { header, header ? strlen(header) : 0 };
	unsigned int best = 0;

	while (rest.len) {
		struct span item = cut(&rest, ',');
		unsigned int quality;

		if (!span_is(cut(&item, ';'), name))
			continue;
		quality = parameters(item, versions);
		if (quality > best)
			best = quality;
	}
	return best;
}
