// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The program's own tables as lines of TABLE, NAME, MORE, MEANING, separated by tabs: for tools/manual/generate. */
#include <inttypes.h>
#include <stdio.h>
#include "ctscope/counters.h"
#include "observe/hook_table.h"
#include "observe/kernel_stats.h"
#include "observe/settings.h"
#include "render/view.h"

static void put(const char *table, const char *name, const char *more, const char *meaning)
{
	(void)printf("%s\t%s\t%s\t%s\n", table, name, more, meaning);
}

static void put_counters(void)
{
	/* metric: family, and the value of its label where the counter is one of several causes */
#define PUT_COUNTER(name, metric, cause, help) \
	put("counter", #name, "ctscope_" metric "_total" "\x1f" cause, help);
	CT_COUNTERS(PUT_COUNTER)
#undef PUT_COUNTER
#define PUT_STAT(name, header, meaning) put("kernel", #name, header, meaning);
	KERNEL_STATS(PUT_STAT)
#undef PUT_STAT
}

static void put_settings(void)
{
	static const char *const units[] = {
		[SETTING_COUNT_OF] = "", [SETTING_SECONDS] = " s", [SETTING_SWITCH] = "",
		[SETTING_MASK] = "", [SETTING_BYTES] = " bytes", [SETTING_PROTOCOL] = "",
	};
	char text[48];

	for (size_t i = 0; i < settings_table_count; i++) {
		const struct setting_info *s = &settings_table[i];

		(void)snprintf(text, sizeof(text), "%" PRId64 "%s", s->fixed_default, units[s->unit]);
		put("setting", s->name, s->fixed_default < 0 ? "" : text, s->meaning);
	}
}

int main(void)
{
	put_counters();
	for (int h = 0; h < HOOK_COUNT; h++)
		put("hook", hook_table[h].name, hook_table[h].function, hook_table[h].effect);
	put_settings();
	for (size_t i = 0; i < view_keys_count; i++)
		put("key", view_keys[i].keys, "", view_keys[i].meaning);
	return 0;
}
