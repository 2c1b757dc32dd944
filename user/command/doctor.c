// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope doctor`: what could be better here, by how much, and how. It changes nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "doctor_gather.h"
#include "model/findings.h"
#include "observe/clock.h"
#include "observe/machine.h"
#include "render/record.h"
#include "render/text.h"
#include "stream.h"

#define DEFAULT_DURATION_NS 10000000000ULL

enum { KEY_CONF = 0x200, KEY_FAIL_ON, KEY_FROM, KEY_SETTINGS };

struct doctor {
	struct options options;
	bool conf;
	int fail_on;		/* enum severity; -1: not asked for */
	const char *from, *settings;
	struct machine machine;
	struct evidence evidence;
};

static int parse_severity(const struct argp_state *state, const char *arg)
{
	for (int i = 0; i < SEVERITY_COUNT; i++)
		if (!strcmp(severity_names[i], arg))
			return i;
	argp_error(state, "--fail-on: '%s' is none of critical, warning, note, fine", arg);
	return -1;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct doctor *doctor = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &doctor->options; break;
	case KEY_CONF: doctor->conf = true; break;
	case KEY_FAIL_ON: doctor->fail_on = parse_severity(state, arg); break;
	case KEY_FROM: doctor->from = arg; break;
	case KEY_SETTINGS: doctor->settings = arg; break;
	case ARGP_KEY_ARG: argp_error(state, "doctor takes no argument, but got '%s'", arg); break;
	case ARGP_KEY_END:
		if (doctor->conf && doctor->options.json)
			argp_error(state, "--conf and --json exclude each other");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option doctor_options[] = {
	{ "conf", KEY_CONF, NULL, 0, "only a file for /etc/sysctl.d, with comments that say why", 0 },
	{ "fail-on", KEY_FAIL_ON, "LEVEL", 0,
	  "exit code 4 when a finding is as severe or more: critical, warning, note, fine", 0 },
	{ "from", KEY_FROM, "FILE", 0, "a saved dump (conntrack -L, /proc/net/nf_conntrack) instead", 0 },
	{ "settings", KEY_SETTINGS, "FILE", 0, "the `sysctl -a` saved with it", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp doctor_argp = {
	.options = doctor_options, .parser = parse, .children = children,
	.doc = "Looks for a while (-d, 10s), then says what could be better: with evidence, remedy, what it "
	       "frees, costs and risks. It measures and never changes a setting.\v"
	       "Example: ctscope doctor --from conntrack.txt --settings sysctl.txt",
};

static void put(const struct doctor *doctor, struct stream *stream, const struct doctor_facts *facts)
{
	char line[JSON_LINE_MAX], *buffer = NULL;
	size_t size = 0;
	FILE *out;

	for (size_t i = 0; doctor->options.json && i < facts->findings->count; i++)
		stream_record(stream, line, record_finding(line, facts->time_ns, facts->node,
							   &facts->findings->list[i]));
	if (doctor->options.json) {
		stream_record(stream, line, record_doctor(line, facts));
		return;
	}
	out = stream_text_begin(stream, &buffer, &size);
	if (!out)
		return;
	if (doctor->conf)
		text_conf(out, facts);
	else
		text_doctor(out, &stream->style, facts);
	stream_text_end(stream, out, &buffer, &size);
}

static bool is_found(const struct doctor *doctor, const struct findings *findings)
{
	for (int i = 0; i <= doctor->fail_on; i++)
		if (findings->by_severity[i])
			return true;
	return false;
}

static int diagnose(struct doctor *doctor, struct stream *stream, int *found)
{
	struct findings *findings = findings_new();
	struct doctor_facts facts = {
		.findings = findings, .node = doctor->machine.node, .kernel = doctor->machine.kernel,
		.from = doctor->from ? doctor->from : doctor->settings, .mode = doctor->evidence.mode,
		.seconds = doctor->evidence.seconds,
		.max = (uint64_t)evidence_setting(&doctor->evidence, "max", 0),
	};

	if (!findings) {
		fputs("ctscope: not enough memory for the findings\n", stderr);
		return EXIT_FAILED;
	}
	facts.time_ns = real_ns();
	findings_diagnose(findings, &doctor->evidence);
	put(doctor, stream, &facts);
	*found = is_found(doctor, findings) ? EXIT_FOUND : EXIT_DONE;
	findings_free(findings);
	return EXIT_DONE;
}

static int run(struct doctor *doctor)
{
	const struct options *options = &doctor->options;
	int found = EXIT_DONE, code, closed;
	struct stream stream;

	code = stream_open(&stream, options);
	if (code)
		return code;
	(void)machine_read(&options->roots, &doctor->machine);
	if (doctor->from || doctor->settings)
		code = gather_saved(&doctor->evidence, doctor->from, doctor->settings, options);
	else
		code = gather_live(&doctor->evidence, options, options->duration_ns ? options->duration_ns :
				   DEFAULT_DURATION_NS, &doctor->machine);
	if (!code)
		code = diagnose(doctor, &stream, &found);
	closed = stream_close(&stream);
	return code ? code : closed ? closed : found;
}

int command_doctor(int argc, char **argv)
{
	struct doctor *doctor = calloc(1, sizeof(*doctor));
	int code;

	if (!doctor)
		return EXIT_FAILED;
	options_init(&doctor->options);
	doctor->fail_on = -1;
	(void)argp_parse(&doctor_argp, argc, argv, 0, NULL, doctor);
	code = run(doctor);
	evidence_free(&doctor->evidence);
	free(doctor);
	return code;
}
