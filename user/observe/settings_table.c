// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Every conntrack sysctl of 5.10 to 7.2, and those of older kernels that may
 * still be met. Names and defaults: the kernel's nf_conntrack_standalone.c,
 * nf_conntrack_proto_*.c and nf_conntrack_reasm.c; the meaning of a TCP or
 * SCTP state: the tables there, which are conntrack's own and not the socket's.
 */
#include "settings.h"

#define COMPUTED (-1)
#define SECONDS(sysctl, standard, text) \
	{ .name = sysctl, .unit = SETTING_SECONDS, .fixed_default = standard, .meaning = text }
#define SWITCH(sysctl, standard, text) \
	{ .name = sysctl, .unit = SETTING_SWITCH, .fixed_default = standard, .meaning = text }
#define COUNT(sysctl, standard, text) \
	{ .name = sysctl, .unit = SETTING_COUNT_OF, .fixed_default = standard, .meaning = text }
#define BYTES(sysctl, standard, text) \
	{ .name = sysctl, .unit = SETTING_BYTES, .fixed_default = standard, .meaning = text }

const struct setting_info settings_table[] = {
	{ .name = "count", .unit = SETTING_COUNT_OF, .fixed_default = COMPUTED, .live = true,
	  .meaning = "Entries this network namespace has now; a state, not a setting." },
	COUNT("max", COMPUTED,
		"Most entries a namespace may hold before packets drop; 0: no limit."),
	COUNT("buckets", COMPUTED,
		"Hash buckets of the table all namespaces share; too few make long chains."),
	COUNT("expect_max", COMPUTED,
		"Most connections a namespace may await for helpers such as FTP or SIP."),
	SWITCH("acct", 0, "Count packets and bytes of each entry; entries made before go without."),
	SWITCH("checksum", 1,
		"Verify checksums of incoming packets; with a wrong one they are INVALID."),
	SWITCH("events", COMPUTED,
		"Events for ctnetlink listeners: 0 off, 1 on, 2 only while one listens."),
	SECONDS("events_retry_timeout", 15,
		"Longest wait before an undelivered end-of-entry event is sent again."),
	SWITCH("helper", 0,
		"Attach helpers (FTP, SIP, ...) by port alone, without a rule that asks."),
	SWITCH("timestamp", 0, "Note when each new entry was made; a dump then shows delta-time=."),
	{ .name = "log_invalid", .unit = SETTING_PROTOCOL, .fixed_default = 0,
	  .meaning = "Log INVALID packets of this IP protocol number; 0: of none, 255: of all." },

	SWITCH("tcp_loose", 1,
		"Track TCP connections first seen when open; 0: only those with a SYN."),
	SWITCH("tcp_be_liberal", 0,
		"Accept TCP segments outside the window; only an RST there is INVALID."),
	SWITCH("tcp_ignore_invalid_rst", 0, "Do not mark a TCP RST outside the window as INVALID."),
	COUNT("tcp_max_retrans", 3,
		"TCP retransmissions unanswered until tcp_timeout_max_retrans applies."),
	SECONDS("tcp_timeout_syn_sent", 120, "TCP: SYN seen, not answered yet."),
	SECONDS("tcp_timeout_syn_sent2", 120, "TCP: SYN seen from both ends (simultaneous open)."),
	SECONDS("tcp_timeout_syn_recv", 60,
		"TCP: SYN-ACK seen, the last ACK not yet; a SYN flood fills this state."),
	SECONDS("tcp_timeout_established", 432000,
		"TCP: open, counted from the last packet; a vanished peer stays as long."),
	SECONDS("tcp_timeout_fin_wait", 120, "TCP: first FIN seen, not acknowledged yet."),
	SECONDS("tcp_timeout_close_wait", 60,
		"TCP: first FIN acknowledged, the other end has not closed yet."),
	SECONDS("tcp_timeout_last_ack", 30, "TCP: FIN seen from both ends, the last ACK not yet."),
	SECONDS("tcp_timeout_time_wait", 120, "TCP: closed by both ends, kept for late segments."),
	SECONDS("tcp_timeout_close", 10, "TCP: reset, an RST was seen."),
	SECONDS("tcp_timeout_max_retrans", 300,
		"TCP: tcp_max_retrans reached; a longer time-out is cut to this."),
	SECONDS("tcp_timeout_unacknowledged", 300,
		"TCP: data sent, not acknowledged; a longer time-out is cut to this."),

	SECONDS("udp_timeout", 30, "UDP: packets one way only, or both ways for less than 2 s."),
	SECONDS("udp_timeout_stream", COMPUTED,
		"UDP: packets both ways for more than 2 s, taken for a stream."),
	SECONDS("udplite_timeout", 30, "UDP-Lite: packets one way only."),
	SECONDS("udplite_timeout_stream", 180, "UDP-Lite: packets both ways."),
	SECONDS("icmp_timeout", 30, "ICMP: a request such as ping, and its replies."),
	SECONDS("icmpv6_timeout", 30, "ICMPv6: a request such as ping, and its replies."),
	SECONDS("generic_timeout", 600,
		"Protocols without a tracker of their own, such as ESP, AH or IPIP."),
	SECONDS("gre_timeout", 30, "GRE: packets one way only."),
	SECONDS("gre_timeout_stream", 180, "GRE: packets both ways."),

	SECONDS("sctp_timeout_closed", 10, "SCTP: association aborted or ended."),
	SECONDS("sctp_timeout_cookie_wait", 3, "SCTP: INIT seen, COOKIE-ECHO not yet."),
	SECONDS("sctp_timeout_cookie_echoed", 3, "SCTP: COOKIE-ECHO seen, COOKIE-ACK not yet."),
	SECONDS("sctp_timeout_established", COMPUTED,
		"SCTP: association open, counted from the last packet."),
	SECONDS("sctp_timeout_shutdown_sent", COMPUTED,
		"SCTP: SHUTDOWN seen from the end that opened the association."),
	SECONDS("sctp_timeout_shutdown_recd", COMPUTED,
		"SCTP: SHUTDOWN seen from the end that was called."),
	SECONDS("sctp_timeout_shutdown_ack_sent", 3,
		"SCTP: SHUTDOWN-ACK seen, SHUTDOWN-COMPLETE not yet."),
	SECONDS("sctp_timeout_heartbeat_sent", 30,
		"SCTP: HEARTBEAT seen on a further path, not answered yet."),
	SECONDS("sctp_timeout_heartbeat_acked", 210,
		"SCTP: HEARTBEAT-ACK seen on a further path: the path is in use."),
	SECONDS("sctp_timeout_data_sent", 30,
		"SCTP: DATA seen on a further path, not answered yet."),

	SWITCH("dccp_loose", 1, "Track DCCP connections first seen when already open."),
	SECONDS("dccp_timeout_request", 240, "DCCP: Request seen, not answered yet."),
	SECONDS("dccp_timeout_respond", 480, "DCCP: Response seen, not acknowledged yet."),
	SECONDS("dccp_timeout_partopen", 480,
		"DCCP: Response acknowledged, nothing from the server since."),
	SECONDS("dccp_timeout_open", 43200, "DCCP: connection open, counted from the last packet."),
	SECONDS("dccp_timeout_closereq", 64, "DCCP: the server asked to close (CloseReq seen)."),
	SECONDS("dccp_timeout_closing", 64, "DCCP: Close seen, not answered yet."),
	SECONDS("dccp_timeout_timewait", 240, "DCCP: closed by a Reset, kept for late packets."),

	SECONDS("frag6_timeout", 60, "IPv6 fragments: how long to wait for the rest of a packet."),
	BYTES("frag6_high_thresh", 4194304,
		"IPv6 fragments: memory for those that wait; beyond it they are dropped."),
	BYTES("frag6_low_thresh", 3145728,
		"IPv6 fragments: no effect since 4.17; before it, the memory to shrink to."),

	SECONDS("flowtable_tcp_timeout", 30,
		"Offloaded TCP flow: idle for so long, it goes back to conntrack."),
	SECONDS("flowtable_udp_timeout", 30,
		"Offloaded UDP flow: idle for so long, it goes back to conntrack."),
	SECONDS("flowtable_tcp_pickup", 120,
		"TCP flow back from the flow table: idle for so long, it is removed."),
	SECONDS("flowtable_udp_pickup", 30,
		"UDP flow back from the flow table: idle for so long, it is removed."),
};

const size_t settings_table_count = sizeof(settings_table) / sizeof(settings_table[0]);
