// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope kernel`: every hook, how it is attached here, what is missing and its cure. */
#include <stdlib.h>
#include <string.h>
#include "observe/clock.h"
#include "command.h"
#include "observe/features.h"
#include "observe/machine.h"
#include "observe/probes.h"
#include "options.h"
#include "render/record.h"
#include "stream.h"

struct kernel {
	struct options options;
	const char *avoid;
};

enum { KEY_AVOID = 0x200 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct kernel *kernel = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &kernel->options; break;
	case KEY_AVOID: kernel->avoid = arg; break;
	case ARGP_KEY_ARG: argp_error(state, "kernel takes no argument, but got '%s'", arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option kernel_options[] = {
	{ "avoid", KEY_AVOID, "LIST", OPTION_HIDDEN, "\"direct\" or functions not to hook", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp kernel_argp = {
	.options = kernel_options, .parser = parse, .children = children,
	.doc = "Attaches every hook once, says how, and takes it off again. "
	       "Exit code 3 when drops cannot be observed here.",
};

static void put_text(struct stream *stream, const struct start_facts *facts,
		     const struct probes_refusal *refusal, const struct feature *features, size_t count)
{
	char *buffer = NULL;
	size_t size = 0;
	FILE *out = stream_text_begin(stream, &buffer, &size);

	if (!out)
		return;
	fprintf(out, "Linux %s on %s\n\n", facts->kernel, facts->node);
	if (refusal->reason[0]) {
		fprintf(out, "Nothing can be attached: %s.\n", refusal->reason);
		if (refusal->cure[0])
			fprintf(out, "To change that, %s.\n", refusal->cure);
		fprintf(out, "Until then watch, settings and check use the kernel's own counters.\n");
	} else {
		text_hooks(out, &stream->style, facts->hooks, facts->hook_count);
	}
	fputs("\nFeatures:", out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s %s %s", i ? "," : "", features[i].name, features[i].there ? "yes" : "no");
	fputc('\n', out);
	stream_text_end(stream, out, &buffer, &size);
}

int command_kernel(int argc, char **argv)
{
	struct kernel kernel = { 0 };
	struct probes_options probes_options = { 0 };
	struct probes_refusal refusal = { "", "" };
	struct start_facts facts = { .time_ns = real_ns(), .version = CTSCOPE_VERSION };
	char line[JSON_LINE_MAX];
	struct machine machine;
	struct feature features[FEATURE_COUNT];
	struct stream stream;
	struct probes *probes;
	bool sees_drops;
	int code;

	options_init(&kernel.options);
	(void)argp_parse(&kernel_argp, argc, argv, 0, NULL, &kernel);
	probes_options.verbose = kernel.options.verbose;
	probes_options.avoid = kernel.avoid;
	code = stream_open(&stream, &kernel.options);
	if (code)
		return code;
	(void)machine_read(&kernel.options.roots, &machine);
	features_read(&kernel.options.roots, features);
	facts.node = machine.node;
	facts.kernel = machine.kernel;
	facts.mode = probes_open(&probes, &probes_options, &kernel.options.roots, &refusal) ?
		     MODE_PROCFS : MODE_BPF;
	facts.hooks = probes ? probes_hooks(probes, &facts.hook_count) :
			       probes_hooks_refused(&refusal, &facts.hook_count);
	sees_drops = probes && (probes_counters_known(probes) & (1U << CT_dropped_table_full));
	if (kernel.options.json)
		stream_record(&stream, line, record_kernel(line, &facts, features, FEATURE_COUNT));
	else
		put_text(&stream, &facts, &refusal, features, FEATURE_COUNT);
	probes_free(probes);
	code = stream_close(&stream);
	return code ? code : sees_drops ? EXIT_DONE : EXIT_REFUSED;
}
