// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Any bytes as a keyboard: every key is one there is, and the view stays within its bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "render/view.h"
#include "serve/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_view(const struct view *view)
{
	const struct tab_view *tab = &view->tabs[view->tab];

	if (view->tab >= TAB_COUNT || view->span >= VIEW_SPANS || !view->interval_seconds ||
	    !memchr(tab->filter, '\0', sizeof(tab->filter)) ||
	    (tab->sort >= tab_columns(view->tab) && tab->sort != TAB_COLUMNS_MAX))
		abort();
}

static void press(struct view *view, int key)
{
	if (key < KEY_NONE || key > KEY_BACKTAB || (key >= 0x80 && key < KEY_UP))
		abort();
	if (key != KEY_NONE)
		(void)view_key(view, key);
	check_view(view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keys keys = { 0 };
	struct view view;

	view_init(&view, true, 2);
	for (size_t i = 0; i < size; i++) {
		press(&view, keys_next(&keys, data[i]));
		if (keys.number > 999)
			abort();
		/* A read ends here and there. */
		if (data[i] % 11 == 0)
			press(&view, keys_pause(&keys));
	}
	press(&view, keys_pause(&keys));
	/* Whatever came before, a quiet line and a q end it, but where a text is typed. */
	if (!view.typing && keys.state == KEYS_GROUND && view_key(&view, keys_next(&keys, 'q')) != VIEW_QUIT)
		abort();
	return 0;
}
