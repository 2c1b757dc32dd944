// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the hooks would have counted and told. What happens before they are loaded, nobody sees. */
#include <arpa/inet.h>
#include <string.h>
#include "ctscope/counters.h"
#include "ctscope/flow.h"
#include "ctscope/walk.h"
#include "stage.h"

#define QUIET_NS 1000000000ULL

static uint32_t held_back[2];	/* drops, evictions */
static uint32_t spaces[CT_SLOTS_A_SET];

static const char *const counters[CT_COUNTER_COUNT] = {
#define COUNTER_NAME(name, metric, cause, help) [CT_##name] = #name,
	CT_COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
};

static int counter(const char *name)
{
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		if (!strcmp(counters[c], name))
			return c;
	stage_fail("there is no counter '%s'", name);
}

static size_t place_of(uint32_t netns)
{
	size_t i = 0;

	while (i < CT_SLOTS_A_SET && spaces[i] && spaces[i] != netns)
		i++;
	if (i == CT_SLOTS_A_SET)
		stage_fail("more than %d namespaces in the slots", CT_SLOTS_A_SET);
	spaces[i] = netns;
	return i;
}

/* Half of them by each of the two CPUs. */
static void count_hot(int c, uint32_t netns, uint64_t n)
{
	struct stage_map *map = stage_map("hooks", c == CT_inserted ? "births" : "deaths");
	size_t at = place_of(netns);

	for (uint32_t cpu = 0; map && cpu < 2; cpu++) {
		uint32_t set = cpu * map->max_entries / 2;
		uint64_t part = cpu ? n / 2 : n - n / 2;

		if (c == CT_inserted) {
			struct ct_births *births = stage_row(map, &set);

			births[at].netns = netns;
			births[at].inserted += part;
		} else {
			struct ct_deaths *deaths = stage_row(map, &set);

			deaths[at].netns = netns;
			*(c == CT_destroyed ? &deaths[at].destroyed : &deaths[at].aborted) += part;
		}
	}
}

/* netns 0: not attributed to any. */
static void count(int c, uint32_t netns, uint64_t n)
{
	struct stage_map *map, *gate;
	uint64_t *row;
	size_t before;

	if (c == CT_inserted || c == CT_destroyed || c == CT_aborted) {
		count_hot(c, netns, n);
		return;
	}
	map = stage_map("hooks", netns ? "rare" : "unattributed");
	if (!map)
		return;
	before = map->count;
	row = stage_row(map, &netns);
	row[c] += n;
	gate = stage_map("hooks", "gate");
	if (netns && gate)
		((struct ct_gate *)gate->values)->rare_rows += map->count - before;
}

static uint8_t flow_of(struct ct_flow *flow, char **argv)
{
	int family = strchr(argv[1], ':') ? AF_INET6 : AF_INET;

	*flow = (struct ct_flow){ .protocol = (uint8_t)play_number(argv[0]), .family = (uint8_t)family,
				  .src_id = htons((uint16_t)play_number(argv[2])),
				  .dst_id = htons((uint16_t)play_number(argv[4])) };
	if (inet_pton(family, argv[1], flow->src) != 1 || inet_pton(family, argv[3], flow->dst) != 1)
		stage_fail("'%s' or '%s' is no address", argv[1], argv[3]);
	return flow->family;
}

static void refuse_packets(const struct ct_flow *flow, uint64_t n)
{
	struct ct_source source = { .netns = flow->netns, .family = flow->family };
	struct ct_target target = { .netns = flow->netns, .dst_id = flow->dst_id,
				    .family = flow->family, .protocol = flow->protocol };
	struct stage_map *map = stage_map("hooks", "gate");
	struct ct_gate *gate;

	if (!map)
		return;
	gate = (struct ct_gate *)map->values;
	if (!gate->last_ns || clock_now() - gate->last_ns > QUIET_NS)
		gate->began_ns = clock_now();
	gate->last_ns = clock_now();
	memcpy(source.src, flow->src, sizeof(source.src));
	memcpy(target.dst, flow->dst, sizeof(target.dst));
	*(uint64_t *)stage_row(stage_map("hooks", "refused_sources"), &source) += n;
	*(uint64_t *)stage_row(stage_map("hooks", "refused_targets"), &target) += n;
}

/* drop COUNTER NETNS PROTOCOL SRC SPORT DST DPORT PACKETS: one record, the others are held back */
static void drop(char **argv)
{
	struct ct_event event = { .time_ns = clock_now(), .kind = CT_EVENT_DROP,
				  .counter = (uint32_t)counter(argv[1]), .cpu = 1 };
	uint32_t netns = (uint32_t)play_number(argv[2]);
	uint64_t n = play_number(argv[8]);

	(void)flow_of(&event.flow, argv + 3);
	event.flow.netns = netns;
	event.held_back = held_back[0];
	held_back[0] += (uint32_t)n - 1;
	count((int)event.counter, netns, n);
	refuse_packets(&event.flow, n);
	if (stage_map("hooks", "events"))
		stage_ring_put(&event);
}

/* evict NETNS PROTOCOL SRC SPORT DST DPORT TCP_STATE SECONDS_LEFT */
static void evict(char **argv)
{
	struct ct_event event = { .time_ns = clock_now(), .kind = CT_EVENT_EVICT, .counter = CT_evicted,
				  .tcp_state = (uint8_t)play_number(argv[7]),
				  .timeout_left = (uint32_t)play_number(argv[8]) };

	(void)flow_of(&event.flow, argv + 2);
	event.flow.netns = (uint32_t)play_number(argv[1]);
	count(CT_evicted, event.flow.netns, 1);
	count(CT_destroyed, event.flow.netns, 1);
	if (stage_map("hooks", "events"))
		stage_ring_put(&event);
}

static void met(uint64_t length, uint64_t n)
{
	struct stage_map *map = stage_map("hooks", "met");

	if (map && length <= CT_MET_LONGEST)
		((struct ct_met *)map->values)->lengths[length] += n;
}

static void lose(uint64_t n)
{
	struct stage_map *map = stage_map("hooks", "gate");

	if (map)
		((struct ct_gate *)map->values)->drops.lost += n;
}


static void garbage(void)
{
	const struct ct_event event = { .time_ns = clock_now(), .kind = 99 };

	if (stage_map("hooks", "events"))
		stage_ring_put(&event);
}

void stage_hooks_line(int argc, char **argv)
{
	(void)argc;
	if (!strcmp(argv[0], "count"))
		count(counter(argv[1]), (uint32_t)play_number(argv[2]), play_number(argv[3]));
	else if (!strcmp(argv[0], "drop"))
		drop(argv);
	else if (!strcmp(argv[0], "evict"))
		evict(argv);
	else if (!strcmp(argv[0], "met"))
		met(play_number(argv[1]), play_number(argv[2]));
	else if (!strcmp(argv[0], "lost"))
		lose(play_number(argv[1]));
	else
		garbage();
}
