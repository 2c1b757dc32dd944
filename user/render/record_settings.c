// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The "settings" records: all sysctls at start, later what changed; and one "setting" a sysctl. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "record.h"
#include "sentence.h"

#define OMITTED_ROOM 40

static const char *const unit_names[] = {
	[SETTING_COUNT_OF] = "count", [SETTING_SECONDS] = "seconds",
	[SETTING_SWITCH] = "switch", [SETTING_MASK] = "mask",
	[SETTING_BYTES] = "bytes", [SETTING_PROTOCOL] = "protocol",
};

/* What does not fit into the line is counted; sysctls of a future kernel cannot break it. */
static void put_omitted(struct json *j, size_t omitted)
{
	if (omitted)
		json_u64(j, "omitted", omitted);
}

static void put_value(struct json *j, const char *key, const struct setting *s)
{
	if (s && s->known)
		json_i64(j, key, s->value);
	else
		json_null(j, key);
}

ssize_t record_settings(char *line, uint64_t time_ns, const char *node,
			const struct settings *settings)
{
	size_t changed = 0, omitted = 0, held;
	char msg[SENTENCE_MAX];
	struct json j;

	for (size_t i = 0; i < settings->count; i++)
		changed += settings->list[i].changed;
	(void)snprintf(msg, sizeof(msg), "%zu conntrack settings, %zu not at the default",
		       settings->count, changed);
	record_begin(&j, line, time_ns, LEVEL_INFO, "settings", msg, node);
	held = json_reserve(&j, OMITTED_ROOM);
	json_object(&j, "settings");
	for (size_t i = 0; i < settings->count; i++) {
		struct json mark = json_mark(&j);

		put_value(&j, settings->list[i].name, &settings->list[i]);
		if (j.full) {
			json_back(&j, mark);
			omitted++;
		}
	}
	json_release(&j, held);
	json_object_end(&j);
	put_omitted(&j, omitted);
	return json_end(&j);
}

struct change {
	const char *name;
	const struct setting *from, *to;	/* NULL: not there then */
};

static bool same(const struct setting *a, const struct setting *b)
{
	if (a && b && b->info && b->info->live)
		return true;
	return a && b && a->known == b->known && (!a->known || a->value == b->value);
}

/* Change number n of the two lists together: those of `to`, then what only `from` has. */
static bool change_at(const struct settings *from, const struct settings *to, size_t n,
		      struct change *out)
{
	const struct setting *s;

	if (n < to->count) {
		s = &to->list[n];
		*out = (struct change){ s->name, settings_named(from, s->name, n), s };
		return !same(out->from, out->to);
	}
	n -= to->count;
	s = &from->list[n];
	*out = (struct change){ s->name, s, settings_named(to, s->name, n) };
	return !out->to;
}

static const char *value_text(char out[static 24], const struct setting *s)
{
	if (s && s->known)
		(void)snprintf(out, 24, "%" PRId64, s->value);
	else
		(void)snprintf(out, 24, "%s", s ? "unreadable" : "absent");
	return out;
}

static const char *changed_sentence(char out[static SENTENCE_MAX], const struct settings *from,
				    const struct settings *to, size_t *count)
{
	char was[24], is[24];
	struct change c, first = { 0 };

	*count = 0;
	for (size_t n = 0; n < to->count + from->count; n++)
		if (change_at(from, to, n, &c) && !(*count)++)
			first = c;
	if (!*count)
		return out;
	(void)snprintf(out, SENTENCE_MAX, "%s changed from %s to %s", first.name,
		       value_text(was, first.from), value_text(is, first.to));
	if (*count > 1) {
		size_t len = strlen(out);

		(void)snprintf(out + len, SENTENCE_MAX - len, ", and %zu more", *count - 1);
	}
	return out;
}

ssize_t record_settings_changed(char *line, uint64_t time_ns, const char *node,
				const struct settings *from, const struct settings *to)
{
	size_t count, omitted = 0, held;
	char msg[SENTENCE_MAX] = "";
	struct change c;
	struct json j;

	changed_sentence(msg, from, to, &count);
	if (!count)
		return 0;
	record_begin(&j, line, time_ns, LEVEL_INFO, "settings", msg, node);
	held = json_reserve(&j, OMITTED_ROOM);
	json_object(&j, "changed");
	for (size_t n = 0; n < to->count + from->count; n++) {
		struct json mark = json_mark(&j);

		if (!change_at(from, to, n, &c))
			continue;
		json_object(&j, c.name);
		put_value(&j, "from", c.from);
		put_value(&j, "to", c.to);
		json_object_end(&j);
		if (j.full) {
			json_back(&j, mark);
			omitted++;
		}
	}
	json_release(&j, held);
	json_object_end(&j);
	put_omitted(&j, omitted);
	return json_end(&j);
}

ssize_t record_setting(char *line, uint64_t time_ns, const char *node, const struct setting *s)
{
	char msg[SENTENCE_MAX], value[24], standard[24];
	struct json j;

	if (s->default_known)
		(void)snprintf(standard, sizeof(standard), "%" PRId64, s->default_value);
	else
		(void)snprintf(standard, sizeof(standard), "not known");
	(void)snprintf(msg, sizeof(msg), "%s is %s, default %s", s->name, value_text(value, s),
		       standard);
	record_begin(&j, line, time_ns, LEVEL_INFO, "setting", msg, node);
	json_str(&j, "name", s->name);
	put_value(&j, "value", s);
	json_str(&j, "unit", s->info ? unit_names[s->info->unit] : NULL);
	if (s->default_known)
		json_i64(&j, "default", s->default_value);
	else
		json_null(&j, "default");
	if (s->default_known && s->known)
		json_bool(&j, "changed", s->changed);
	else
		json_null(&j, "changed");
	json_str(&j, "meaning", s->info ? s->info->meaning : NULL);
	return json_end(&j);
}
