// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* libbpf's face to the kernel: loading, attaching, running, and the kernel's types. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "observe/hook_table.h"
#include "stage.h"

#define PROGRAMS_MAX 64
#define PROGRAM_FD 5000	/* no descriptor of ours is as high */
#define MODULE_BTF_ID 7

static libbpf_print_fn_t print;
static const struct bpf_program *programs[PROGRAMS_MAX];

static struct {
	char section[16];
	struct libbpf_prog_handler_opts opts;
} handlers[4];

static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (print)
		(void)print(LIBBPF_WARN, format, args);
	va_end(args);
}

libbpf_print_fn_t libbpf_set_print(libbpf_print_fn_t new)
{
	libbpf_print_fn_t before = print;

	print = new;
	return before;
}

int libbpf_num_possible_cpus(void)
{
	return 2;
}

/* "fentry+": sections that are "fentry" or begin with "fentry/". */
int libbpf_register_prog_handler(const char *section, enum bpf_prog_type type, enum bpf_attach_type how,
				 const struct libbpf_prog_handler_opts *opts)
{
	(void)type;
	(void)how;
	for (int i = 0; i < 4; i++) {
		if (handlers[i].section[0])
			continue;
		(void)snprintf(handlers[i].section, sizeof(handlers[i].section), "%.*s",
			       (int)strcspn(section, "+"), section);
		handlers[i].opts = *opts;
		return i;
	}
	return -E2BIG;
}

int libbpf_unregister_prog_handler(int i)
{
	handlers[i].section[0] = '\0';
	return 0;
}

static const struct libbpf_prog_handler_opts *handler_of(const struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program);
	size_t len = strcspn(section, "/");

	for (int i = 0; i < 4; i++)
		if (handlers[i].section[0] && strlen(handlers[i].section) == len &&
		    !strncmp(handlers[i].section, section, len))
			return &handlers[i].opts;
	return NULL;
}

static int load_program(struct bpf_program *program)
{
	const struct libbpf_prog_handler_opts *handler = handler_of(program);
	const char *name = bpf_program__name(program);
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	int err;

	if (!bpf_program__autoload(program))
		return 0;
	err = handler ? handler->prog_prepare_load_fn(program, &opts, handler->cookie) : 0;
	if (err) {
		say("libbpf: prog '%s': failed to prepare load attributes: %d\n", name, err);
		return err;
	}
	err = play_refuses("load", name);
	if (err)
		say("libbpf: prog '%s': BPF program load failed: %s\n", name, strerror(err));
	return -err;
}

int bpf_object__load_skeleton(struct bpf_object_skeleton *s)
{
	int err = -play_refuses("load", "all");

	for (int i = 0; i < s->prog_cnt && !err; i++)
		err = load_program(*s->progs[i].prog);
	if (err)
		return err;
	stage_maps_make(s);
	if (!strcmp(s->name, "walk"))
		stage_walk_loaded(s);
	play_until(clock_now());
	return 0;
}

void bpf_object__destroy_skeleton(struct bpf_object_skeleton *s)
{
	static void (*destroy)(struct bpf_object_skeleton *);

	if (!s)
		return;
	stage_maps_drop(s);
	if (!strcmp(s->name, "walk"))
		stage_walk_loaded(NULL);
	for (int p = 0; p < PROGRAMS_MAX; p++)
		for (int i = 0; s->progs && i < s->prog_cnt; i++)
			if (programs[p] && programs[p] == *s->progs[i].prog)
				programs[p] = NULL;
	if (!destroy)
		*(void **)&destroy = dlsym(RTLD_NEXT, "bpf_object__destroy_skeleton");
	destroy(s);
}

/* --- programs ----------------------------------------------------------------- */

int bpf_program__fd(const struct bpf_program *program)
{
	int room = -1;

	if (!program || !bpf_program__autoload(program))
		return -ENOENT;
	for (int i = 0; i < PROGRAMS_MAX; i++) {
		if (programs[i] == program)
			return PROGRAM_FD + i;
		if (room < 0 && !programs[i])
			room = i;
	}
	if (room < 0)
		stage_fail("more than %d programs", PROGRAMS_MAX);
	programs[room] = program;
	return PROGRAM_FD + room;
}

static const char *program_of(int fd)
{
	int i = fd - PROGRAM_FD;

	return i >= 0 && i < PROGRAMS_MAX && programs[i] ? bpf_program__name(programs[i]) : NULL;
}

static struct bpf_link *attach(const struct bpf_program *program)
{
	errno = play_refuses("attach", bpf_program__name(program));
	return errno ? NULL : malloc(1);
}

struct bpf_link *bpf_program__attach_trace(const struct bpf_program *program)
{
	return attach(program);
}

struct bpf_link *bpf_program__attach(const struct bpf_program *program)
{
	const struct libbpf_prog_handler_opts *handler = handler_of(program);
	struct bpf_link *link = NULL;
	int err;

	if (!handler)
		return attach(program);
	err = handler->prog_attach_fn(program, handler->cookie, &link);
	errno = -err;
	return link;
}

int bpf_link__destroy(struct bpf_link *link)
{
	free(link);
	return 0;
}

int bpf_prog_test_run_opts(int fd, struct bpf_test_run_opts *opts)
{
	const char *name = program_of(fd);
	int err;

	(void)opts;
	if (!name)
		return -EBADF;
	err = play_refuses("run", name);
	return err ? -err : stage_walk_run(name);
}

/* --- the kernel's types ------------------------------------------------------- */

/* Of the functions we hook, one is the kernel's own, the others are in the module. */
static void add_functions(struct btf *btf, int proto, bool of_module)
{
	for (int h = 0; h < HOOK_COUNT; h++) {
		const char *function = hook_table[h].function;

		if ((h != HOOK_NO_MEMORY) == of_module && !play_refuses("type", function))
			(void)btf__add_func(btf, function, BTF_FUNC_GLOBAL, proto);
	}
}

/* In the place of what `node` wrote, unless the play took that away, or says that it cannot be read. */
static void put_types(const char *root, const char *name, const struct btf *btf)
{
	char path[PATH_MAX];
	__u32 size = 0;
	const void *bytes = btf__raw_data(btf, &size);
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/sys/kernel/btf/%s", root, name);
	if (access(path, F_OK) || play_refuses("type", name))
		return;
	out = fopen(path, "w");
	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out))
		stage_fail("cannot write %s", path);
}

void stage_types_put(const char *root)
{
	struct btf *kernel = btf__new_empty(), *module;

	add_functions(kernel, btf__add_func_proto(kernel, 0), false);
	module = btf__new_empty_split(kernel);
	/* The prototype is the first type of the kernel's. */
	add_functions(module, 1, true);
	put_types(root, "vmlinux", kernel);
	put_types(root, "nf_conntrack", module);
	btf__free(module);
	btf__free(kernel);
}

/* The kernel's own is number 1. */
int bpf_btf_get_next_id(__u32 start, __u32 *next)
{
	static const __u32 ids[] = { 1, MODULE_BTF_ID };
	int err = play_refuses("type", "numbers");

	for (size_t i = 0; i < 2 && !err; i++)
		if (ids[i] > start) {
			*next = ids[i];
			return 0;
		}
	errno = err ? err : ENOENT;
	return -errno;
}

int bpf_btf_get_fd_by_id(__u32 id)
{
	return memfd_create(id == MODULE_BTF_ID ? "nf_conntrack" : "vmlinux", MFD_CLOEXEC);
}

static void btf_name(int fd, struct bpf_btf_info *info)
{
	char path[32], target[64] = "";

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	(void)!readlink(path, target, sizeof(target) - 1);
	info->kernel_btf = 1;
	(void)snprintf((char *)(uintptr_t)info->name, info->name_len, "%s",
		       strstr(target, "nf_conntrack") ? "nf_conntrack" : "vmlinux");
}

int bpf_obj_get_info_by_fd(int fd, void *info, __u32 *size)
{
	const char *program = program_of(fd);

	(void)size;
	if (program)
		((struct bpf_prog_info *)info)->recursion_misses = play_missed(program);
	else
		btf_name(fd, info);
	return 0;
}
