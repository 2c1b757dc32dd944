/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every shape of line that a dump can have, and what such a line says. */
#ifndef UNIT_DUMP_LINES_H
#define UNIT_DUMP_LINES_H

#include <stdint.h>

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define TUPLES "src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1"

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

#endif
