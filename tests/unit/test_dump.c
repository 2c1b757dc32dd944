// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every shape of line that a dump can have, and files that are not what they should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <zlib.h>
#include "fake_tree.h"
#include "model/protocol.h"
#include "observe/dump.h"
#include "observe/dump_line.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define TUPLES "src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1"

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

static const struct {
	const char *line;
	const char *src, *dst, *proto, *state;
	int64_t left;	/* -1: not told */
	uint16_t sport, dport, zone;
	uint32_t mark;
	const char *flags;	/* a assured, ? not told, u unreplied, - no ports */
	uint64_t packets, bytes;
} lines[] = {
	{ "ipv4     2 tcp      6 296 ESTABLISHED src=172.19.39.244 dst=140.205.140.205 sport=40518 dport=80 src=140.205.140.205 dst=172.19.39.244 sport=80 dport=40518 mark=0 zone=0 use=2",
	  "172.19.39.244", "140.205.140.205", "tcp", "ESTABLISHED", 296, 40518, 80, 0, 0, "", 0, 0 },
	{ "ipv4     2 udp      17 29 src=172.19.39.244 dst=10.143.33.51 sport=123 dport=123 [UNREPLIED] src=10.143.33.51 dst=172.19.39.244 sport=123 dport=123 mark=0 zone=0 use=2",
	  "172.19.39.244", "10.143.33.51", "udp", NULL, 29, 123, 123, 0, 0, "u", 0, 0 },
	{ "ipv4     2 udp      17 175 src=127.0.0.1 dst=127.0.0.1 sport=57900 dport=57900 src=127.0.0.1 dst=127.0.0.1 sport=57900 dport=57900 [ASSURED] mark=0 zone=0 use=2",
	  "127.0.0.1", "127.0.0.1", "udp", NULL, 175, 57900, 57900, 0, 0, "a", 0, 0 },
	{ "ipv4     2 icmp     1 29 src=127.0.0.1 dst=127.0.0.1 type=8 code=0 id=26067 src=127.0.0.1 dst=127.0.0.1 type=0 code=0 id=26067 mark=0 use=1",
	  "127.0.0.1", "127.0.0.1", "icmp", NULL, 29, 0, 0, 0, 0, "-", 0, 0 },
	{ "ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.13.67 dst=10.0.13.109 sport=63473 dport=22 src=10.0.13.109 dst=10.0.13.67 sport=22 dport=63473 [ASSURED] mark=0 secctx=system_u:object_r:unlabeled_t:s0 zone=0 use=2",
	  "10.0.13.67", "10.0.13.109", "tcp", "ESTABLISHED", 431999, 63473, 22, 0, 0, "a", 0, 0 },
	{ "ipv4     2 tcp      6 299 ESTABLISHED src=192.168.168.1 dst=192.168.168.11 sport=53635 dport=22 src=192.168.168.11 dst=192.168.168.1 sport=22 dport=53635 [ASSURED] mark=0 secmark=0 use=3",
	  "192.168.168.1", "192.168.168.11", "tcp", "ESTABLISHED", 299, 53635, 22, 0, 0, "a", 0, 0 },
	{ "tcp      6 34 TIME_WAIT src=172.19.39.244 dst=100.100.2.148 sport=55898 dport=80 src=100.100.2.148 dst=172.19.39.244 sport=80 dport=55898 [ASSURED] mark=0 use=1",
	  "172.19.39.244", "100.100.2.148", "tcp", "TIME_WAIT", 34, 55898, 80, 0, 0, "a", 0, 0 },
	/* in a flow table: no seconds, no state, in both forms */
	{ "ipv4     2 tcp      6 " TUPLES " [OFFLOAD] mark=0 zone=0 use=3",
	  "10.0.0.1", "10.0.0.2", "tcp", "OFFLOAD", -1, 1, 2, 0, 0, "?", 0, 0 },
	{ "udp      17 " TUPLES " [HW_OFFLOAD] mark=0 use=3",
	  "10.0.0.1", "10.0.0.2", "udp", "OFFLOAD", -1, 1, 2, 0, 0, "?", 0, 0 },
	{ "ipv6     10 tcp      6 " "src=fd00::1 dst=fd00::2 sport=1 dport=2 src=fd00::2 dst=fd00::1 sport=2 dport=1 [OFFLOAD] use=3",
	  "fd00::1", "fd00::2", "tcp", "OFFLOAD", -1, 1, 2, 0, 0, "?", 0, 0 },
	/* GRE: keys for ports, time-outs of its own */
	{ "ipv4     2 gre      47 29 timeout=30, stream_timeout=180 src=10.0.0.1 dst=10.0.0.2 srckey=0x0 dstkey=0x8a0b [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 srckey=0x8a0b dstkey=0x0 mark=0 zone=0 use=2",
	  "10.0.0.1", "10.0.0.2", "gre", NULL, 29, 0, 0, 0, 0, "u-", 0, 0 },
	{ "gre      47 178 src=10.0.0.1 dst=10.0.0.2 srckey=0x0 dstkey=0x8a0b src=10.0.0.2 dst=10.0.0.1 srckey=0x8a0b dstkey=0x0 [ASSURED] mark=0 use=1",
	  "10.0.0.1", "10.0.0.2", "gre", NULL, 178, 0, 0, 0, 0, "a-", 0, 0 },
	/* accounting, zones of both kinds, marks, times, labels */
	{ "ipv4     2 tcp      6 431998 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 zone-orig=7 packets=5 bytes=300 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 packets=4 bytes=1200 [ASSURED] mark=255 delta-time=77 use=2",
	  "10.0.0.1", "10.0.0.2", "tcp", "ESTABLISHED", 431998, 1, 2, 7, 255, "a", 9, 1500 },
	{ "ipv4     2 udp      17 3 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 packets=1 bytes=18446744073709551 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 zone-reply=65535 packets=0 bytes=0 mark=4294967295 use=2",
	  "10.0.0.1", "10.0.0.2", "udp", NULL, 3, 1, 2, 65535, 4294967295, "u", 1, 18446744073709551 },
	{ "tcp      6 9 CLOSE " TUPLES " [ASSURED] mark=1 zone=2 labels=a,b helper=ftp id=77 use=1 some-day=new [SOME_FLAG]",
	  "10.0.0.1", "10.0.0.2", "tcp", "CLOSE", 9, 1, 2, 2, 1, "a", 0, 0 },
	/* NAT: the reply is no mirror image */
	{ "tcp      6 9 LAST_ACK src=10.0.0.1 dst=10.96.0.1 sport=1 dport=443 src=192.0.2.7 dst=198.51.100.1 sport=6443 dport=50001 [ASSURED] mark=0 use=1",
	  "10.0.0.1", "10.96.0.1", "tcp", "LAST_ACK", 9, 1, 443, 0, 0, "a", 0, 0 },
	/* IPv6 as procfs writes it, and as conntrack does */
	{ "ipv6     10 tcp      6 110 SYN_SENT src=2001:0db8:0000:0000:0000:0000:0000:0001 dst=2001:0db8:0001:0000:0000:0000:0000:00ff sport=1 dport=2 [UNREPLIED] src=2001:0db8:0001:0000:0000:0000:0000:00ff dst=2001:0db8:0000:0000:0000:0000:0000:0001 sport=2 dport=1 mark=0 zone=0 use=2",
	  "2001:db8::1", "2001:db8:1::ff", "tcp", "SYN_SENT", 110, 1, 2, 0, 0, "u", 0, 0 },
	{ "icmpv6   58 29 src=fe80::1 dst=ff02::2 type=128 code=0 id=9 [UNREPLIED] src=ff02::2 dst=fe80::1 type=129 code=0 id=9 mark=0 use=1",
	  "fe80::1", "ff02::2", "icmpv6", NULL, 29, 0, 0, 0, 0, "u-", 0, 0 },
	{ "udp      17 29 src=:: dst=::ffff:10.1.2.3 sport=1 dport=2 src=::ffff:10.1.2.3 dst=:: sport=2 dport=1 use=1",
	  "::", "::ffff:10.1.2.3", "udp", NULL, 29, 1, 2, 0, 0, "", 0, 0 },
	{ "udp      17 29 src=1:2:3:4:5:6:7:: dst=::2:3:4:5:6:7:8 sport=1 dport=2 src=1::8 dst=::1 sport=2 dport=1 use=1",
	  "1:2:3:4:5:6:7:0", "0:2:3:4:5:6:7:8", "udp", NULL, 29, 1, 2, 0, 0, "", 0, 0 },
	/* other protocols, with or without a name */
	{ "sctp     132 209 ESTABLISHED " TUPLES " [ASSURED] mark=0 use=1",
	  "10.0.0.1", "10.0.0.2", "sctp", "ESTABLISHED", 209, 1, 2, 0, 0, "a", 0, 0 },
	{ "sctp     132 2 COOKIE_WAIT " TUPLES " mark=0 use=1",
	  "10.0.0.1", "10.0.0.2", "sctp", "COOKIE_WAIT", 2, 1, 2, 0, 0, "", 0, 0 },
	{ "ipv4     2 dccp     33 200 REQUEST " TUPLES " [UNREPLIED] mark=0 use=1",
	  "10.0.0.1", "10.0.0.2", "dccp", "REQUEST", 200, 1, 2, 0, 0, "u", 0, 0 },
	{ "ipv4     2 unknown  253 599 src=10.0.0.1 dst=10.0.0.2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 mark=0 zone=0 use=2",
	  "10.0.0.1", "10.0.0.2", "unknown(253)", NULL, 599, 0, 0, 0, 0, "u-", 0, 0 },
	{ "ipv4     2 udplite  136 20 " TUPLES " mark=0 zone=0 use=2",
	  "10.0.0.1", "10.0.0.2", "udplite", NULL, 20, 1, 2, 0, 0, "", 0, 0 },
	{ "tcp      6 100 SYN_SENT2 " TUPLES " use=2", "10.0.0.1", "10.0.0.2", "tcp", "SYN_SENT2", 100, 1, 2, 0, 0, "", 0, 0 },
	{ "tcp      6 100 LISTEN " TUPLES " use=2", "10.0.0.1", "10.0.0.2", "tcp", "SYN_SENT2", 100, 1, 2, 0, 0, "", 0, 0 },
	{ "tcp      6 100 NONE " TUPLES " use=2", "10.0.0.1", "10.0.0.2", "tcp", NULL, 100, 1, 2, 0, 0, "", 0, 0 },
	/* white space that editors and mailers leave */
	{ "  tcp 6 9 CLOSE   " TUPLES "  [ASSURED]\tmark=5 use=1 \r",
	  "10.0.0.1", "10.0.0.2", "tcp", "CLOSE", 9, 1, 2, 0, 5, "a", 0, 0 },
};

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

struct file {
	char *root;
	char path[PATH_MAX];
};

static void file_with(struct file *file, const char *bytes, size_t size)
{
	file->root = tree_new();
	(void)snprintf(file->path, sizeof(file->path), "%s/dump", file->root);
	tree_bytes(file->root, "dump", bytes, size);
}

static size_t read_all(struct dump *dump, int *end)
{
	struct entry entry;
	size_t n = 0;

	while ((*end = dump_next(dump, &entry)) == 1)
		n++;
	return n;
}

/* The same lines, each once, as one text. */
static char *all_lines(size_t times, size_t *size)
{
	char *text = malloc(times * 16384);
	size_t len = 0;

	assert_non_null(text);
	for (size_t t = 0; t < times; t++)
		for (size_t i = 0; i < LEN(lines); i++)
			len += (size_t)sprintf(text + len, "%s\n", lines[i].line);
	*size = len;
	return text;
}

static void a_file_larger_than_the_buffer(void **state)
{
	size_t size;
	char *text = all_lines(200, &size);
	struct file file;
	struct dump *dump;
	int end;

	(void)state;
	assert_true(size > 512 << 10);
	file_with(&file, text, size - 1);	/* without its last LF */
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(dump_size(dump), size - 1);
	assert_int_equal(read_all(dump, &end), 200 * LEN(lines));
	assert_int_equal(end, 0);
	assert_int_equal(dump_count(dump)->bad, 0);
	assert_true(dump_progress(dump) > 0.99);
	assert_int_equal(dump_rewind(dump), 0);
	assert_int_equal(read_all(dump, &end), 200 * LEN(lines));
	assert_int_equal(dump_count(dump)->lines, 200 * LEN(lines));
	dump_free(dump);
	tree_free(file.root);
	free(text);
}

static size_t compress_text(const char *text, size_t size, unsigned char **out)
{
	z_stream stream = { .next_in = (unsigned char *)(uintptr_t)text, .avail_in = (unsigned int)size };
	size_t room = size + 1024;

	*out = malloc(room);
	assert_non_null(*out);
	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	stream.next_out = *out;
	stream.avail_out = (unsigned int)room;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&stream), Z_OK);
	return stream.total_out;
}

static void gzip_whole_cut_and_damaged(void **state)
{
	size_t size, packed;
	char *text = all_lines(50, &size);
	unsigned char *gzip;
	struct file file;
	struct dump *dump;
	int end;

	(void)state;
	packed = compress_text(text, size, &gzip);
	file_with(&file, (char *)gzip, packed);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 50 * LEN(lines));
	assert_int_equal(end, 0);
	dump_free(dump);

	tree_bytes(file.root, "dump", (char *)gzip, packed / 2);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_in_range(read_all(dump, &end), 1, 50 * LEN(lines));
	assert_int_equal(end, -EBADMSG);
	dump_free(dump);

	memset(gzip + packed / 2, 0x55, 64);
	tree_bytes(file.root, "dump", (char *)gzip, packed);
	assert_int_equal(dump_open(&dump, file.path), 0);
	(void)read_all(dump, &end);
	assert_int_equal(end, -EBADMSG);
	dump_free(dump);
	tree_free(file.root);
	free(gzip);
	free(text);
}

static void bad_lines_are_counted_and_the_first_shown(void **state)
{
	static const char text[] = "first\ntcp 6 9 CLOSE " TUPLES "\n\nse\033cond\nthird\nfourth\n"
				   "conntrack v1.4.4 (conntrack-tools): 2 flow entries have been shown.\n";
	const struct dump_count *count;
	struct file file;
	struct dump *dump;
	int end;

	(void)state;
	file_with(&file, text, sizeof(text) - 1);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 1);
	count = dump_count(dump);
	assert_int_equal(end, 0);
	assert_int_equal(count->lines, 7);
	assert_int_equal(count->entries, 1);
	assert_int_equal(count->bad, 4);
	assert_int_equal(count->first[0].line, 1);
	assert_string_equal(count->first[0].text, "first");
	assert_int_equal(count->first[1].line, 4);
	assert_string_equal(count->first[1].text, "se?cond");
	assert_int_equal(count->first[2].line, 5);
	assert_true(count->shown_known);
	assert_int_equal(count->shown, 2);
	dump_free(dump);
	tree_free(file.root);
}

/* Longer than the buffer: one bad line, and the next is read again. */
static void a_line_without_end(void **state)
{
	size_t size = 900000;
	char *text = malloc(size + 256);
	struct file file;
	struct dump *dump;
	int end, len;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	len = sprintf(text + size, "\ntcp 6 9 CLOSE %s\n", TUPLES);
	file_with(&file, text, size + (size_t)len);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 1);
	assert_int_equal(dump_count(dump)->bad, 1);
	assert_int_equal(dump_count(dump)->lines, 2);
	assert_int_equal(strlen(dump_count(dump)->first[0].text), DUMP_BAD_TEXT - 1);
	dump_free(dump);

	tree_bytes(file.root, "dump", text, size);	/* and no end of file either */
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 0);
	assert_int_equal(dump_count(dump)->bad, 1);
	assert_int_equal(dump_count(dump)->lines, 1);
	dump_free(dump);
	tree_free(file.root);
	free(text);
}

static void no_file(void **state)
{
	struct file file;
	struct dump *dump;
	int end;

	(void)state;
	file_with(&file, "", 0);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 0);
	assert_int_equal(end, 0);
	assert_true(dump_progress(dump) < 0);
	dump_free(dump);
	assert_int_equal(dump_open(&dump, file.root), -EISDIR);
	assert_null(dump);
	tree_free(file.root);
	assert_int_equal(dump_open(&dump, file.path), -ENOENT);
	dump_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape),
		cmocka_unit_test(gre_keeps_its_own_timeouts),
		cmocka_unit_test(damaged_lines),
		cmocka_unit_test(no_cut_line_reads_beyond_its_end),
		cmocka_unit_test(conntracks_last_line),
		cmocka_unit_test(a_file_larger_than_the_buffer),
		cmocka_unit_test(gzip_whole_cut_and_damaged),
		cmocka_unit_test(bad_lines_are_counted_and_the_first_shown),
		cmocka_unit_test(a_line_without_end),
		cmocka_unit_test(no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
