// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "read.h"
#include "sysctl_text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       strchr("._-/:@*", c);
}

/* sysctl writes dots; a copied path has slashes, unless they stand for dots of an interface's name. */
static bool take_name(const char *line, size_t len, char name[static 128])
{
	bool slashes = memchr(line, '/', len) && !memchr(line, '.', len);

	if (!len || len >= 128)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!line[i] || !is_name(line[i]))
			return false;
		name[i] = slashes && line[i] == '/' ? '.' : line[i];
	}
	name[len] = '\0';
	return true;
}

bool sysctl_line(const char *line, size_t len, struct sysctl_line *out, bool *bad)
{
	const char *equals;
	size_t name_len;

	*bad = false;
	while (len && is_blank(*line))
		line++, len--;
	while (len && is_blank(line[len - 1]))
		len--;
	if (!len || *line == '#' || *line == ';')
		return false;
	equals = memchr(line, '=', len);
	if (*line == '-')
		line++, len--;
	if (!equals) {
		*bad = true;
		return false;
	}
	name_len = equals > line ? (size_t)(equals - line) : 0;
	while (name_len && is_blank(line[name_len - 1]))
		name_len--;
	*bad = !take_name(line, name_len, out->name);
	if (*bad)
		return false;
	out->value = equals + 1;
	out->value_len = (size_t)(line + len - out->value);
	while (out->value_len && is_blank(*out->value))
		out->value++, out->value_len--;
	return true;
}

static int take_line(struct saved_settings *saved, const char *text, size_t len)
{
	struct sysctl_line line;
	int64_t value;
	bool bad;

	if (!sysctl_line(text, len, &line, &bad)) {
		saved->bad += bad;
		return 0;
	}
	saved->lines++;
	if (!strncmp(line.name, "net.ipv4.tcp_", 13) &&
	    !parse_whole_number(line.value, line.value_len, &value))
		(void)tcp_stack_set(&saved->tcp, line.name + 9, value);
	return settings_add(&saved->settings, line.name, line.value, line.value_len);
}

int saved_settings_parse(const char *text, size_t size, struct saved_settings *out)
{
	int err = 0;

	*out = (struct saved_settings){ 0 };
	while (size && !err) {
		const char *lf = memchr(text, '\n', size);
		size_t len = lf ? (size_t)(lf - text) : size;

		/* "= 432" may have been 432000. */
		if (lf)
			err = take_line(out, text, len);
		else
			out->cut = true;
		len += lf != NULL;
		text += len;
		size -= len;
	}
	if (!err && !out->lines)
		err = -ENODATA;
	if (err)
		saved_settings_free(out);
	else
		settings_sort(&out->settings);
	return err;
}

int saved_settings_read(const char *path, struct saved_settings *out)
{
	const char *slash = strrchr(path, '/');
	char folder[4096] = ".", *text;
	ssize_t len;
	int err;

	if (slash && (size_t)(slash - path) >= sizeof(folder))
		return -ENAMETOOLONG;
	if (slash) {
		memcpy(folder, path, (size_t)(slash - path));
		folder[slash - path] = '\0';
	}
	len = read_whole(folder, slash ? slash + 1 : path, SYSCTL_TEXT_MAX, &text);
	if (len < 0)
		return (int)len;
	err = saved_settings_parse(text, (size_t)len, out);
	free(text);
	return err;
}

void saved_settings_free(struct saved_settings *saved)
{
	if (saved)
		settings_free(&saved->settings);
}
