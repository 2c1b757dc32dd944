// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every shape of line that a dump can have, and those that are damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "dump_lines.h"
#include "model/protocol.h"
#include "observe/dump_line.h"

/* In memory that ends where the scanner may read no further. */
static enum dump_line parse(const char *text, size_t len, struct entry *entry)
{
	char *line = malloc(len + 1 + DUMP_LINE_SLACK);
	const char *end;
	enum dump_line kind;

	assert_non_null(line);
	memcpy(line, text, len);
	line[len] = '\n';
	memset(line + len + 1, '5', DUMP_LINE_SLACK);	/* would go on, if it were looked at */
	kind = dump_line(line, entry, &end);
	assert_ptr_equal(end, line + len);
	free(line);
	return kind;
}

static void check_address(const char *line, const struct ct_group *keys, const uint8_t *got, const char *want)
{
	uint8_t bytes[16] = { 0 };

	assert_int_equal(inet_pton(strchr(want, ':') ? AF_INET6 : AF_INET, want, bytes), 1);
	if (memcmp(got, bytes, 16) || keys->family != (strchr(want, ':') ? 10 : 2))
		fail_msg("%s: not %s", line, want);
}

static void every_shape(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(lines); i++) {
		const char *flags = lines[i].flags;
		struct entry entry;
		char name[16];

		if (parse(lines[i].line, strlen(lines[i].line), &entry) != DUMP_LINE_ENTRY)
			fail_msg("not read: %s", lines[i].line);
		check_address(lines[i].line, &entry.keys, entry.keys.src, lines[i].src);
		check_address(lines[i].line, &entry.keys, entry.keys.dst, lines[i].dst);
		assert_string_equal(protocol_name(name, entry.keys.protocol), lines[i].proto);
		if (lines[i].state)
			assert_string_equal(state_name(entry.keys.state), lines[i].state);
		else
			assert_int_equal(entry.keys.state, 0);
		assert_int_equal(entry.left_known, lines[i].left >= 0);
		if (entry.left_known)
			assert_int_equal(entry.left, lines[i].left);
		assert_int_equal(entry.keys.sport, lines[i].sport);
		assert_int_equal(entry.keys.dport, lines[i].dport);
		assert_int_equal(entry.keys.zone, lines[i].zone);
		assert_int_equal(entry.keys.mark, lines[i].mark);
		assert_int_equal(!!(entry.keys.flags & CT_GROUP_ASSURED), !!strchr(flags, 'a'));
		assert_int_equal(!!(entry.keys.flags & CT_GROUP_ASSURED_UNKNOWN), !!strchr(flags, '?'));
		assert_int_equal(!(entry.keys.flags & CT_GROUP_REPLIED), !!strchr(flags, 'u'));
		assert_int_equal(!!(entry.keys.flags & CT_GROUP_NO_PORTS), !!strchr(flags, '-'));
		assert_int_equal(entry.accounted, lines[i].packets > 0);
		assert_int_equal(entry.packets, lines[i].packets);
		assert_int_equal(entry.bytes, lines[i].bytes);
		assert_int_equal(entry.keys.idle, CT_IDLE_UNKNOWN);
	}
}

static void gre_keeps_its_own_timeouts(void **state)
{
	struct entry entry;

	(void)state;
	assert_int_equal(parse(lines[10].line, strlen(lines[10].line), &entry), DUMP_LINE_ENTRY);
	assert_int_equal(entry.gre_timeout, 30);
	assert_int_equal(entry.gre_stream_timeout, 180);
}

static void damaged_lines(void **state)
{
	static const char *const bad[] = {
		"x", "tcp", "tcp 6", "tcp      6 34", "hello world", "# comment", "<?xml version=\"1.0\"?>",
		"tcp      six 34 CLOSE " TUPLES, "tcp      256 34 " TUPLES, "tcp 6 4294967296 CLOSE " TUPLES,
		"tcp 6 9 WONDERFUL " TUPLES, "udp 17 9 ESTABLISHED " TUPLES, "tcp 6 9 ESTABLISHEDX " TUPLES,
		"ipv5     5 tcp      6 9 CLOSE " TUPLES,
		"tcp 6 9 CLOSE src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2",
		"tcp 6 9 CLOSE src=10.0.0 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1",
		"tcp 6 9 CLOSE src=10.0.0.256 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1",
		"tcp 6 9 CLOSE src=10.0.0.1.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1",
		"tcp 6 9 CLOSE src=1000.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1",
		"tcp 6 9 CLOSE src=10.0.0.1 dst=fd00::1 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1",
		"tcp 6 9 CLOSE src=1::2::3 dst=fd00::1 sport=1 dport=2 src=fd00::1 dst=1::2",
		"tcp 6 9 CLOSE src=1:2:3:4:5:6:7 dst=fd00::1 sport=1 dport=2 src=fd00::1 dst=1::2",
		"tcp 6 9 CLOSE src=1:2:3:4:5:6:7:8:9 dst=fd00::1 sport=1 dport=2 src=fd00::1 dst=1::2",
		"tcp 6 9 CLOSE src=1:2:3:4::5:6:7:8 dst=fd00::1 sport=1 dport=2 src=fd00::1 dst=1::2",
		"tcp 6 9 CLOSE src=12345::1 dst=fd00::1 sport=1 dport=2 src=fd00::1 dst=1::2",
		"tcp 6 9 CLOSE src=1:2: dst=fd00::1 sport=1 dport=2 src=fd00::1 dst=1::2",
		"tcp 6 9 CLOSE src=:1::2 dst=fd00::1 sport=1 dport=2 src=fd00::1 dst=1::2",
		"tcp 6 9 CLOSE src=::: dst=fd00::1 sport=1 dport=2 src=fd00::1 dst=1::2",
		"tcp 6 9 CLOSE src=1:2:3:4:5:6:7:10.0.0.1 dst=fd00::1 sport=1 dport=2 src=fd00::1 dst=1::2",
		"tcp 6 9 CLOSE src=10.0.0.1 dst=10.0.0.2 sport=65536 dport=2 src=10.0.0.2 dst=10.0.0.1",
		"tcp 6 9 CLOSE src=10.0.0.1 dst=10.0.0.2 sport= dport=2 src=10.0.0.2 dst=10.0.0.1",
		"tcp 6 9 CLOSE src=10.0.0.1 dst=10.0.0.2 sport=1x dport=2 src=10.0.0.2 dst=10.0.0.1",
		"tcp 6 9 CLOSE src=10.0.0.1 dst=10.0.0.2 sport=-1 dport=2 src=10.0.0.2 dst=10.0.0.1",
		"tcp 6 9 CLOSE " TUPLES " mark=0x10", "tcp 6 9 CLOSE " TUPLES " mark=4294967296",
		"tcp 6 9 CLOSE " TUPLES " zone=65536", "tcp 6 9 CLOSE " TUPLES " packets=99999999999999999999",
		"conntrack v1.4.4 (conntrack-tools): many flow entries have been shown.",
		"conntrack v1.4.4", "conntrack v1.4.4 (conntrack-tools): 6 expectations have been shown.",
		"    [NEW] tcp      6 120 SYN_SENT " TUPLES,
	};
	struct entry entry;

	(void)state;
	for (size_t i = 0; i < LEN(bad); i++)
		if (parse(bad[i], strlen(bad[i]), &entry) != DUMP_LINE_BAD)
			fail_msg("taken for good: %s", bad[i]);
	assert_int_equal(parse("", 0, &entry), DUMP_LINE_EMPTY);
	assert_int_equal(parse(" \t\r", 3, &entry), DUMP_LINE_EMPTY);
}

static void no_cut_line_reads_beyond_its_end(void **state)
{
	struct entry entry;

	(void)state;
	for (size_t i = 0; i < LEN(lines); i++)
		for (size_t len = 0; len < strlen(lines[i].line); len++)
			assert_in_range(parse(lines[i].line, len, &entry), DUMP_LINE_BAD, DUMP_LINE_SHOWN);
}

static void conntracks_last_line(void **state)
{
	static const char line[] = "conntrack v1.4.4 (conntrack-tools): 6 flow entries have been shown.";
	struct entry entry;

	(void)state;
	assert_int_equal(parse(line, strlen(line), &entry), DUMP_LINE_SHOWN);
	assert_int_equal(entry.packets, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape),
		cmocka_unit_test(gre_keeps_its_own_timeouts),
		cmocka_unit_test(damaged_lines),
		cmocka_unit_test(no_cut_line_reads_beyond_its_end),
		cmocka_unit_test(conntracks_last_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
