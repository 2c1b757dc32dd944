// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Single settings that are odd, and what could not be looked at. */
#include <stdio.h>
#include "findings.h"

static const struct oddity {
	const char *setting;
	bool zero;		/* odd when 0; else when not */
	const char *title, *why;
	int64_t cure;		/* -1: only told */
	const char *risk;
} oddities[] = {
	{ "tcp_loose", true, "Connections that are already open are not picked up",
	  "After a restart or a flush of the table, packets of open connections are INVALID; without this "
	  "setting a state rule that drops them ends those connections.", 1,
	  "A flood of ACKs then makes entries, too." },
	{ "tcp_be_liberal", false, "TCP windows are not checked",
	  "Segments outside the window pass as valid. It is a crutch for asymmetric routes and offloading "
	  "cards; where it is not needed, a check is lost.", 0,
	  "If something here needs it, connections stall." },
	{ "log_invalid", false, "INVALID packets are logged",
	  "A line for each of them, rate-limited together with the lines about a full table.", 0, NULL },
	{ "helper", false, "Helpers attach to any connection by its port",
	  "Anybody may make the FTP or SIP helper open ports. Rules with CT --helper say where it is wanted.", 0,
	  "FTP, SIP, TFTP and the like need such rules then." },
	{ "acct", false, "Packets and bytes of every connection are counted",
	  "It costs 32 bytes more an entry and two atomic additions a packet; keep it if somebody reads them.", -1,
	  NULL },
	{ "timestamp", false, "The start of every connection is noted",
	  "It costs 16 bytes more an entry; keep it if somebody reads it.", -1, NULL },
	{ "checksum", true, "Checksums of incoming packets are not verified",
	  "Damaged packets move the state of connections.", 1, NULL },
};

static void rule_oddities(struct findings *out, const struct evidence *e)
{
	for (size_t i = 0; i < sizeof(oddities) / sizeof(oddities[0]); i++) {
		const struct oddity *o = &oddities[i];
		int64_t value = evidence_setting(e, o->setting, -1);
		struct finding *f;

		if (value < 0 || (o->zero ? value != 0 : value == 0))
			continue;
		f = finding_add(out, SEVERITY_NOTE, o->setting, "%s", o->title);
		finding_why(f, "%s", o->why);
		finding_number(f, o->setting, value);
		if (o->cure >= 0)
			finding_set(f, o->setting, o->cure);
		f->risk = o->risk;
	}
}

static void rule_gaps(struct findings *out, const struct evidence *e)
{
	struct finding *f;

	if (!e->gap_count)
		return;
	f = finding_add(out, SEVERITY_NOTE, "not_seen", "Not everything could be looked at");
	f->told = true;
	for (size_t i = 0; i < e->gap_count; i++)
		finding_text(f, e->gaps[i].what, e->gaps[i].why);
}

finding_rule *const findings_settings[] = { rule_oddities, rule_gaps, NULL };
