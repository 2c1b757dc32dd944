/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A tally: what came of one run, each packet or connection counted once. Refused is EPERM: the
 * firewall's or conntrack's "no" to a locally sent packet; every other error is counted by name.
 */
#ifndef LOAD_TALLY_H
#define LOAD_TALLY_H

#include <stdint.h>
#include <stdio.h>

#define TALLIES(X) \
	X(SENT, "sent") \
	X(REFUSED, "refused") \
	X(REPLIES, "replies") \
	X(RECEIVED, "received") \
	X(CONNECTED, "connected") \
	X(PENDING, "pending") \
	X(ACCEPTED, "accepted") \
	X(CLOSED, "closed")

enum tally_kind {
#define X(name, key) TALLY_##name,
	TALLIES(X)
#undef X
	TALLY_KINDS
};

#define TALLY_BIT(name) (1u << TALLY_##name)
#define TALLY_ERRORS 256	/* errno on Linux ends at 133 */

struct tally {
	uint64_t of[TALLY_KINDS];
	uint64_t error[TALLY_ERRORS];
	uint64_t ns;		/* the run took; instructions, under QEMU's -icount shift=0 */
};

/* One attempt to send, by its errno (0: done). */
void tally_send(struct tally *tally, int error);
void tally_error(struct tally *tally, int error);
uint64_t tally_errors(const struct tally *tally);

/* One line of JSON: the kinds in the mask, then the errors by name. */
void tally_print(const struct tally *tally, const char *command, unsigned int mask, FILE *out);

#endif
