// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* load COMMAND [OPTIONS]: network load with exact tallies, for the tests on real kernels. */
#include "load.h"
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KERNEL_PORTS 28232	/* net.ipv4.ip_local_port_range: 32768 to 60999 */
#define SENDS (TALLY_BIT(SENT) | TALLY_BIT(REFUSED))

/* What a command cannot do without, and whether the kernel gives each of its flows a port. */
enum { TO = 1, PORT = 2, FROM = 4, OWN_PORTS = 8 };

static const struct command {
	const char *name;
	int (*run)(const struct plan *plan, struct tally *tally);
	unsigned int tallies, needs;
	const char *help;
} commands[] = {
	{ "udp", load_udp, SENDS, TO | PORT, "datagrams, one a flow and round" },
	{ "udp-reply", load_udp_reply, SENDS | TALLY_BIT(RECEIVED), TO | PORT,
	  "answer every datagram with itself" },
	{ "tcp", load_tcp, TALLY_BIT(CONNECTED) | TALLY_BIT(PENDING) | TALLY_BIT(CLOSED),
	  TO | PORT | OWN_PORTS, "connections: closed at once, or held (--hold)" },
	{ "tcp-serve", load_tcp_serve, TALLY_BIT(ACCEPTED) | TALLY_BIT(CLOSED), TO | PORT,
	  "accept connections until told to stop" },
	{ "icmp", load_icmp, SENDS | TALLY_BIT(REPLIES), TO,
	  "echo requests; --to-port P-Q gives the ids" },
	{ "raw", load_raw, SENDS, TO | FROM,
	  "bare packets of --protocol, no answer wanted: tcp (a SYN), sctp (an INIT), gre, N" },
	{ "states", load_states, SENDS, TO | PORT | FROM,
	  "TCP connections left in each state: 1 in the first, 2 in the second, ... (--count 55)" },
	{ "queue", load_queue, TALLY_BIT(RECEIVED) | TALLY_BIT(SENT), 0,
	  "hold packets of netfilter queue 0 until --times of them are there, let them go, again" },
	{ "hold", load_hold, 0, 0, "nothing: only be there, in --netns" },
};

enum kind { RANGE, PORTS, NUMBER, PROTOCOL, FLAG, TEXT };

static const struct setting {
	const char *name;
	enum kind kind;
	size_t offset;
	uint64_t low, high;
	const char *value, *help;
} settings[] = {
#define AT(member) offsetof(struct plan, member)
	{ "to", RANGE, AT(to), 0, 0, "ADDR[/BITS]", "destinations; servers: where to listen" },
	{ "to-port", PORTS, AT(to_port), 0, 0, "P[-Q]", "destination ports" },
	{ "from", RANGE, AT(from), 0, 0, "ADDR[/BITS]", "sources (default: the kernel's choice)" },
	{ "from-port", PORTS, AT(from_port), 0, 0, "P[-Q]", "source ports (default: the kernel's)" },
	{ "count", NUMBER, AT(count), 1, 10000000, "N", "flows (default 1)" },
	{ "times", NUMBER, AT(times), 1, 1000000, "N", "rounds over all flows (default 1)" },
	{ "gap", NUMBER, AT(gap_ms), 0, 600000, "MS", "pause between two rounds" },
	{ "rate", NUMBER, AT(rate), 1, 10000000, "N", "a second (default: as fast as it goes)" },
	{ "over", NUMBER, AT(over_s), 1, 3600, "S", "spread over so many seconds instead" },
	{ "limit", NUMBER, AT(limit_s), 1, 3600, "S", "end the run then, status 1 (default 600)" },
	{ "cpu", NUMBER, AT(cpu), 0, CPU_SETSIZE - 1, "N", "run on this processor only" },
	{ "protocol", PROTOCOL, AT(protocol), 0, 0, "P", "tcp, udp, sctp, gre or a number to 255" },
	{ "tcp-flags", NUMBER, AT(tcp_flags), 0, 255, "N",
	  "of a raw segment: 2 a SYN (default), 18 its answer, 16 an ACK, 17 a FIN" },
	{ "hold", FLAG, AT(hold), 0, 0, NULL, "keep connections until SIGTERM" },
	{ "reset", FLAG, AT(reset), 0, 0, NULL, "close with RST" },
	{ "starve", FLAG, AT(starve), 0, 0, NULL, "raw: the kernel has no memory left meanwhile" },
	{ "netns", TEXT, AT(netns), 0, 0, "NAME", "in this namespace of `ip netns`" },
	{ "ready", TEXT, AT(ready), 0, 0, "FILE", "made once it runs, or all is connected" },
#undef AT
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void usage(FILE *out)
{
	fputs("usage: load COMMAND [OPTIONS]; prints one line of JSON at the end\n\n", out);
	for (size_t i = 0; i < LENGTH(commands); i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputc('\n', out);
	for (size_t i = 0; i < LENGTH(settings); i++)
		fprintf(out, "  --%-9s %-12s %s\n", settings[i].name,
			settings[i].value ? settings[i].value : "", settings[i].help);
}

static int number_parse(uint64_t *number, const char *text, uint64_t low, uint64_t high)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno || end == text || *end || *text == '-' || *number < low || *number > high ?
		-EINVAL : 0;
}

static int protocol_parse(uint8_t *protocol, const char *text)
{
	static const struct { const char *name; uint8_t number; } names[] = {
		{ "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP }, { "sctp", IPPROTO_SCTP },
		{ "gre", IPPROTO_GRE },
	};
	uint64_t number;

	for (size_t i = 0; i < LENGTH(names); i++)
		if (!strcmp(text, names[i].name)) {
			*protocol = names[i].number;
			return 0;
		}
	if (number_parse(&number, text, 1, UINT8_MAX))
		return -EINVAL;
	*protocol = number;
	return 0;
}

static int setting_take(struct plan *plan, const struct setting *setting, const char *text)
{
	void *at = (char *)plan + setting->offset;

	switch (setting->kind) {
	case RANGE:
		return range_parse(at, text);
	case PORTS:
		return ports_parse(at, text);
	case NUMBER:
		return number_parse(at, text, setting->low, setting->high);
	case PROTOCOL:
		return protocol_parse(at, text);
	case FLAG:
		*(bool *)at = true;
		return 0;
	case TEXT:
		*(const char **)at = text;
		return 0;
	}
	return -EINVAL;
}

/* 0, or -EINVAL after saying what is wrong */
static int options_parse(struct plan *plan, int argc, char **argv)
{
	struct option options[LENGTH(settings) + 1] = { 0 };
	int i, got;

	for (size_t s = 0; s < LENGTH(settings); s++)
		options[s] = (struct option) { .name = settings[s].name, .val = 'x',
			.has_arg = settings[s].kind == FLAG ? no_argument : required_argument };
	while ((got = getopt_long(argc, argv, "", options, &i)) != -1) {
		if (got != 'x')
			return -EINVAL;
		if (!setting_take(plan, &settings[i], optarg))
			continue;
		fprintf(stderr, "load: --%s %s: want %s", settings[i].name, optarg, settings[i].value);
		if (settings[i].kind == NUMBER)
			fprintf(stderr, " from %llu to %llu", (unsigned long long)settings[i].low,
				(unsigned long long)settings[i].high);
		fputc('\n', stderr);
		return -EINVAL;
	}
	if (optind < argc) {
		fprintf(stderr, "load: '%s' is no option\n", argv[optind]);
		return -EINVAL;
	}
	return 0;
}

static int netns_enter(const char *name)
{
	char path[PATH_MAX];
	int fd, err = 0;

	if (snprintf(path, sizeof(path), "/run/netns/%s", name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (setns(fd, CLONE_NEWNET))
		err = -errno;
	close(fd);
	return err;
}

static int cpu_pin(uint64_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

static int place(const struct plan *plan)
{
	int err = 0;

	if (plan->netns)
		err = netns_enter(plan->netns);
	if (err)
		fprintf(stderr, "load: --netns %s: %s\n", plan->netns, strerror(-err));
	else if (plan->cpu != UINT64_MAX && (err = cpu_pin(plan->cpu)))
		fprintf(stderr, "load: --cpu %llu: %s\n", (unsigned long long)plan->cpu, strerror(-err));
	return err;
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < LENGTH(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* The plan is complete, or a sentence says what it lacks. */
static int plan_fits(const struct plan *plan, const struct command *command)
{
	const char *wrong = plan_check(plan);

	if (command->needs & TO && !plan->to.family)
		wrong = "--to is missing";
	else if (command->needs & PORT && !plan->to_port.given)
		wrong = "--to-port is missing";
	else if (command->needs & FROM && !plan->from.family)
		wrong = "--from is missing";
	if (wrong)
		fprintf(stderr, "load: %s: %s\n", command->name, wrong);
	return wrong ? -EINVAL : 0;
}

int main(int argc, char **argv)
{
	const struct command *command;
	static struct tally tally;
	struct plan plan;
	int end;

	if (argc > 1 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return 0;
	}
	command = argc > 1 ? command_find(argv[1]) : NULL;
	if (!command) {
		usage(stderr);
		return 2;
	}
	plan_init(&plan);
	plan.from_port.size = command->needs & OWN_PORTS ? KERNEL_PORTS : 1;
	if (options_parse(&plan, argc - 1, argv + 1) || plan_fits(&plan, command))
		return 2;
	if (place(&plan))
		return 1;
	if (plan.over_s)
		plan.rate = plan.count * plan.times / plan.over_s ? : 1;
	stop_init(plan.limit_s);
	tally.ns = stop_clock_ns();
	end = command->run(&plan, &tally);
	tally.ns = stop_clock_ns() - tally.ns;
	if (end < 0) {
		fprintf(stderr, "load: %s: %s\n", command->name, strerror(-end));
		return 1;
	}
	tally_print(&tally, command->name, command->tallies, stdout);
	if (end == SIGALRM)
		fprintf(stderr, "load: %s: the limit of %llu s is over\n", command->name,
			(unsigned long long)plan.limit_s);
	return end == SIGALRM || tally_errors(&tally) ? 1 : 0;
}
