// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * BPF programs to compare with, and what the verifier thought of ours.
 *
 *   probe attach FILE.o PROGRAM READY   attach it, make the file READY, wait for a signal
 *   probe walk FILE.o PROGRAM BUCKETS   run it for every slice of the table; prints "ns nodes"
 *   probe programs                      "NAME INSTRUCTIONS" of each program loaded, as verified
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SLICE 1024	/* buckets a run */

static struct bpf_program *load(const char *file, const char *name)
{
	struct bpf_object *object = bpf_object__open(file);
	struct bpf_program *program;

	if (!object)
		return NULL;
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), name));
	if (bpf_object__load(object))
		return NULL;
	return bpf_object__find_program_by_name(object, name);
}

static int attach(const char *file, const char *name, const char *ready)
{
	struct bpf_program *program = load(file, name);
	int fd;

	if (!program || !bpf_program__attach(program))
		return 1;
	fd = open(ready, O_CREAT | O_WRONLY, 0600);
	if (fd < 0) {
		perror(ready);
		return 1;
	}
	close(fd);
	pause();
	return 0;
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int walk(const char *file, const char *name, unsigned long buckets)
{
	struct bpf_program *program = load(file, name);
	__u64 args[2] = { 0, SLICE };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));
	unsigned long nodes = 0;
	long long begin;

	if (!program)
		return 1;
	begin = now();
	for (args[0] = 0; args[0] < buckets; args[0] += SLICE) {
		if (bpf_prog_test_run_opts(bpf_program__fd(program), &opts)) {
			perror("probe: walk");
			return 1;
		}
		nodes += opts.retval;
	}
	printf("%lld %lu\n", now() - begin, nodes);
	return 0;
}

static int programs(void)
{
	__u32 id = 0;

	while (!bpf_prog_get_next_id(id, &id)) {
		struct bpf_prog_info info = { 0 };
		__u32 size = sizeof(info);
		int fd = bpf_prog_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &size))
			printf("%s %u\n", info.name, info.verified_insns);
		close(fd);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "attach") && argc == 5)
		return attach(argv[2], argv[3], argv[4]);
	if (!strcmp(what, "walk") && argc == 5)
		return walk(argv[2], argv[3], strtoul(argv[4], NULL, 10));
	if (!strcmp(what, "programs") && argc == 2)
		return programs();
	fprintf(stderr, "usage: probe attach FILE.o PROGRAM READY | walk FILE.o PROGRAM BUCKETS | programs\n");
	return 2;
}
