// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "hook_table.h"
#include "probes_targets.h"

struct target {
	int fd;		/* of the BTF it is in; 0: the kernel's */
	int id;		/* 0: there is no such function */
};

/* libbpf keeps its handlers as long as the process lives; so is what they look up. */
static struct {
	bool registered;
	int fd;		/* of nf_conntrack's BTF; 0: it is part of the kernel's */
	struct target at[HOOK_COUNT];
} targets;

/*
 * libbpf loads all the kernel's types for these programs, unless they are to
 * attach to another program: so it is told, and prepare() takes it back.
 */
static int setup(struct bpf_program *program, long cookie)
{
	(void)cookie;
	return bpf_program__set_attach_target(program, 1, NULL);
}

static int prepare(struct bpf_program *program, struct bpf_prog_load_opts *opts, long cookie)
{
	const char *function = strchr(bpf_program__section_name(program), '/');

	(void)cookie;
	opts->attach_prog_fd = 0;
	for (int h = 0; function && h < HOOK_COUNT; h++)
		if (targets.at[h].id && !strcmp(function + 1, hook_table[h].function)) {
			opts->attach_btf_obj_fd = (__u32)targets.at[h].fd;
			opts->attach_btf_id = (__u32)targets.at[h].id;
			return 0;
		}
	return -ENOENT;
}

static int attach(const struct bpf_program *program, long cookie, struct bpf_link **link)
{
	(void)cookie;
	*link = bpf_program__attach_trace(program);
	return *link ? 0 : -errno;
}

static int register_handlers(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_setup_fn = setup,
		    .prog_prepare_load_fn = prepare, .prog_attach_fn = attach);
	int fentry, fexit;

	if (targets.registered)
		return 0;
	fentry = libbpf_register_prog_handler("fentry+", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, &opts);
	if (fentry < 0)
		return fentry;
	fexit = libbpf_register_prog_handler("fexit+", BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, &opts);
	if (fexit < 0) {
		(void)libbpf_unregister_prog_handler(fentry);
		return fexit;
	}
	targets.registered = true;
	return 0;
}

/* The BTF of nf_conntrack; -ENOENT when there is none of its own. */
static int module_btf(void)
{
	uint32_t id = 0;

	while (!bpf_btf_get_next_id(id, &id)) {
		char name[64] = "";
		struct bpf_btf_info info = { .name = (__u64)(unsigned long)name, .name_len = sizeof(name) };
		uint32_t size = sizeof(info);
		int fd = bpf_btf_get_fd_by_id(id), err;

		if (fd < 0 && errno == ENOENT)
			continue;	/* gone meanwhile */
		if (fd < 0)
			return -errno;
		err = bpf_obj_get_info_by_fd(fd, &info, &size);
		if (!err && info.kernel_btf && !strcmp(name, "nf_conntrack"))
			return fd;
		(void)close(fd);
	}
	return -errno;
}

static void find_functions(const struct kernel_types *types, int fd)
{
	for (uint32_t id = 1; id < kernel_types_count(types); id++) {
		bool of_module;
		const char *name = kernel_types_function(types, id, &of_module);

		for (int h = 0; name && h < HOOK_COUNT; h++)
			if (!strcmp(name, hook_table[h].function) && (fd || !of_module))
				targets.at[h] = (struct target){ of_module ? fd : 0, (int)id };
	}
}

int probes_targets_find(const struct kernel_types *types)
{
	int fd = module_btf(), err;

	if (fd < 0 && fd != -ENOENT)
		return fd;
	err = register_handlers();
	if (err) {
		if (fd >= 0)
			(void)close(fd);
		return err;
	}
	if (targets.fd)
		(void)close(targets.fd);
	targets.fd = fd < 0 ? 0 : fd;
	memset(targets.at, 0, sizeof(targets.at));
	find_functions(types, targets.fd);
	return 0;
}
