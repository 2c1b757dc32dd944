/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A kernel that is played: what ctscope asks of the real one through libbpf,
 * answered from a play (a text of what happens when, see README.md). Linked
 * before libbpf, which still opens the objects and knows their maps.
 *
 *   bpf.c    objects, programs, hooks, types     maps.c  maps
 *   walk.c   what the walk's programs would do   clock.c time, which passes only while ctscope waits
 *   hooks.c  what the hooks would count  client.c of the agent's pages
 *   play.c   the text
 */
#ifndef REPLAY_STAGE_H
#define REPLAY_STAGE_H

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "ctscope/event.h"

/* --- clock.c --- */
uint64_t clock_now(void);	/* CLOCK_MONOTONIC, nanoseconds */
void clock_pass(uint64_t ns);
void stage_fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* --- play.c --- */
void play_until(uint64_t now_ns);
uint64_t play_next(void);	/* when something happens next; UINT64_MAX: never again */
/* The errno an act ("load", "attach", "open", "run", ...) ends with for this program; 0: it succeeds. */
int play_refuses(const char *act, const char *program);
uint64_t play_missed(const char *program);
int play_kernel_log(void);	/* a descriptor in the place of /dev/kmsg, -1: it may not be read */
bool play_is_root(void);
uint64_t play_number(const char *text);

/* --- bpf.c: the kernel's types, as its files --- */
void stage_types_put(const char *root);

/* --- client.c: a line of the play that asks the agent; whether an answer is still to come --- */
void client_line(int argc, char **argv);
bool client_waits(void);

/* --- hooks.c: a line of the play about what hooks see --- */
void stage_hooks_line(int argc, char **argv);

/* --- maps.c --- */
#define STAGE_ROWS 512	/* of a hash map */

struct stage_map {
	int fd;			/* 0: not in use */
	const struct bpf_map *map;
	char object[16], name[32];
	uint32_t key_size, value_size, max_entries, count;
	bool hash;
	char *keys, *values;	/* an array's values are the descriptor's memory */
};

void stage_maps_make(const struct bpf_object_skeleton *);
void stage_maps_drop(const struct bpf_object_skeleton *);
struct stage_map *stage_map(const char *object, const char *name);	/* NULL: not loaded */
struct stage_map *stage_map_of_fd(int fd);
/* The value under a key, a new one of zeroes when there is none. */
void *stage_row(struct stage_map *, const void *key);
void stage_ring_put(const struct ct_event *);

/* --- walk.c --- */
void stage_walk_loaded(const struct bpf_object_skeleton *);	/* NULL: no longer */
int stage_walk_run(const char *program);
/* A line of the play about the table. */
void stage_walk_line(int argc, char **argv);

#endif
