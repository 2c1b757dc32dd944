/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where fentry and fexit programs attach: the numbers of functions in BTF.
 *
 * libbpf can find them itself, but looks for each program's function through
 * all types of the kernel, and once more for every module that is loaded:
 * 70 million instructions a program with 15 modules. One search serves all.
 */
#ifndef OBSERVE_PROBES_TARGETS_H
#define OBSERVE_PROBES_TARGETS_H

#include "kernel_types.h"

/*
 * Before an object is opened: its fentry and fexit programs then attach by
 * what was found here. On failure they are left to libbpf, as if not called.
 */
int probes_targets_find(const struct kernel_types *);

#endif
