// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include "serve/keys.h"
#include "view.h"

#define CONTROL(letter) ((letter) & 0x1f)

#define CENSUS_COLUMNS \
	{ { "entries", COLUMN_EXACT }, { "share", COLUMN_SHARE }, { "assured", COLUMN_EXACT }, \
	  { "packets", COLUMN_PACKETS }, { "bytes", COLUMN_BYTES } }

const struct tab tabs[TAB_COUNT] = {
	[TAB_NAMESPACES] = { 'n', "namespaces", "namespace or pod",
		{ { "entries", COLUMN_EXACT }, { "new/s", COLUMN_RATE }, { "gone/s", COLUMN_RATE },
		  { "evicted", COLUMN_EXACT }, { "dropped", COLUMN_EXACT } } },
	[TAB_SOURCES] = { 's', "sources", "source", CENSUS_COLUMNS },
	[TAB_DESTINATIONS] = { 'd', "destinations", "destination", CENSUS_COLUMNS },
	[TAB_STATES] = { 't', "states", "protocol and state", CENSUS_COLUMNS },
	[TAB_CHAINS] = { 'c', "chains", "buckets with a chain of",
		{ { "buckets", COLUMN_EXACT }, { "share", COLUMN_SHARE }, { "chance", COLUMN_RATE } } },
	[TAB_DROPS] = { 'x', "drops", "what happened",
		{ { "per s", COLUMN_RATE }, { "last", COLUMN_EXACT }, { "so far", COLUMN_EXACT } } },
	[TAB_KERNEL] = { 'k', "kernel", "the kernel's own statistics",
		{ { "per s", COLUMN_RATE }, { "last", COLUMN_EXACT } } },
};

const struct key_row view_keys[] = {
	{ "n s d t c x k", "the table with this letter (drops: x)" },
	{ "Tab, Left, Right", "the next table, the one before" },
	{ "Up, Down, PgUp, PgDn", "scroll; Home and End" },
	{ "o", "sort by the next column (its heading is marked)" },
	{ "r", "reverse the order" },
	{ "/", "only rows with this text; Enter keeps it, Esc does not" },
	{ "p, Space", "pause: the screen stands still, counting goes on" },
	{ "+, -", "a longer or shorter interval between two reports" },
	{ "w", "the lines reach further back: 1, 5, 15 seconds a column" },
	{ "?, h", "this help" },
	{ "Ctrl-L", "draw everything anew" },
	{ "q", "quit" },
};
const size_t view_keys_count = sizeof(view_keys) / sizeof(view_keys[0]);

const unsigned int view_spans[VIEW_SPANS] = { 1, 5, 15 };

static const uint64_t intervals[] = { 1, 2, 5, 10, 30, 60, 300, 600, 3600 };
#define INTERVALS (sizeof(intervals) / sizeof(intervals[0]))

unsigned int tab_columns(enum tab_id id)
{
	unsigned int count = 0;

	while (count < TAB_COLUMNS_MAX && tabs[id].columns[count].kind != COLUMN_NONE)
		count++;
	return count;
}

void view_init(struct view *view, bool utf8, uint64_t interval_seconds)
{
	*view = (struct view){ .utf8 = utf8, .interval_seconds = interval_seconds, .pages = 10 };
	/* Chains are read from short to long, what happened in the order of its life. */
	view->tabs[TAB_CHAINS] = (struct tab_view){ .sort = TAB_COLUMNS_MAX, .ascending = true };
	view->tabs[TAB_KERNEL].sort = 1;
	view->tabs[TAB_DROPS].sort = 2;
}

static enum view_change type_filter(struct view *view, int key)
{
	char *filter = view->tabs[view->tab].filter;
	size_t len = strlen(filter);

	switch (key) {
	case '\r': case '\n':
		view->typing = false;
		break;
	case KEY_ESCAPE:
		(void)snprintf(filter, VIEW_FILTER_MAX, "%s", view->typed_over);
		view->typing = false;
		break;
	case '\b':
		filter[len ? len - 1 : 0] = '\0';
		break;
	case CONTROL('U'):
		filter[0] = '\0';
		break;
	default:
		if (key < ' ' || key > '~' || len + 1 >= VIEW_FILTER_MAX)
			return VIEW_NOTHING;
		filter[len] = (char)key;
		filter[len + 1] = '\0';
	}
	view->tabs[view->tab].first = 0;
	return VIEW_REDRAW;
}

static enum view_change change_interval(struct view *view, bool longer)
{
	uint64_t was = view->interval_seconds;
	size_t i = 0;

	/* One that was asked for on the command line may lie between two steps. */
	while (i + 1 < INTERVALS && intervals[i] < was)
		i++;
	if (longer && intervals[i] <= was && i + 1 < INTERVALS)
		i++;
	else if (!longer && i)
		i--;
	view->interval_seconds = intervals[i];
	return view->interval_seconds == was ? VIEW_NOTHING : VIEW_INTERVAL;
}

static void next_sort(struct tab_view *tab, unsigned int columns)
{
	tab->sort = tab->sort == TAB_COLUMNS_MAX ? 0 :
		    tab->sort + 1 < columns ? tab->sort + 1 : TAB_COLUMNS_MAX;
	tab->ascending = tab->sort == TAB_COLUMNS_MAX;
	tab->first = 0;
}

static void scroll(struct tab_view *tab, size_t by, bool down)
{
	tab->first = down ? tab->first + by : tab->first > by ? tab->first - by : 0;
}

static enum view_change move(struct view *view, int key)
{
	struct tab_view *tab = &view->tabs[view->tab];

	switch (key) {
	case KEY_UP: scroll(tab, 1, false); break;
	case KEY_DOWN: scroll(tab, 1, true); break;
	case KEY_PAGE_UP: scroll(tab, view->pages, false); break;
	case KEY_PAGE_DOWN: scroll(tab, view->pages, true); break;
	case KEY_HOME: tab->first = 0; break;
	case KEY_END: tab->first = UINT32_MAX; break;	/* drawing brings it back */
	case '\t': case KEY_RIGHT: view->tab = (view->tab + 1) % TAB_COUNT; break;
	case KEY_BACKTAB: case KEY_LEFT: view->tab = (view->tab + TAB_COUNT - 1) % TAB_COUNT; break;
	default:
		for (int i = 0; i < TAB_COUNT; i++)
			if (tabs[i].key == key) {
				view->tab = (enum tab_id)i;
				return VIEW_REDRAW;
			}
		return VIEW_NOTHING;
	}
	return VIEW_REDRAW;
}

static enum view_change change(struct view *view, int key)
{
	struct tab_view *tab = &view->tabs[view->tab];

	switch (key) {
	case 'q': return VIEW_QUIT;
	case CONTROL('L'): return VIEW_REPAINT;
	case 'h': case '?': view->help = true; break;
	case 'p': case ' ': view->paused = !view->paused; break;
	case 'w': view->span = (view->span + 1) % VIEW_SPANS; break;
	case 'o': next_sort(tab, tab_columns(view->tab)); break;
	case 'r': tab->ascending = !tab->ascending; break;
	case '/':
		view->typing = true;
		(void)snprintf(view->typed_over, sizeof(view->typed_over), "%s", tab->filter);
		break;
	case '+': case '=': return change_interval(view, true);
	case '-': return change_interval(view, false);
	default: return move(view, key);
	}
	return VIEW_REDRAW;
}

enum view_change view_key(struct view *view, int key)
{
	if (view->typing)
		return type_filter(view, key);
	if (view->help && key != 'q' && key != CONTROL('L')) {
		/* Any key leads back. */
		view->help = false;
		return VIEW_REDRAW;
	}
	return change(view, key);
}
