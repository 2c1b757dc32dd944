// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "kernel_types_state.h"
#include "read.h"

#define BYTES_MAX (64UL << 20)
#define IDS_FIRST 4096

/* Documentation/bpf/btf.rst; there is room for all kinds that five bits can tell. */
static const struct type_shape shapes[32] = {
	[BTF_KIND_INT] = { .known = true, .fixed = 1 },
	[BTF_KIND_PTR] = { .known = true },	/* is led to nothing, see write_type() */
	[BTF_KIND_ARRAY] = { .known = true, .fixed = 3, .fixed_types = 1 << 0 | 1 << 1 },
	[BTF_KIND_STRUCT] = { .known = true, .each = 3, .each_names = 1 << 0, .each_types = 1 << 1 },
	[BTF_KIND_UNION] = { .known = true, .each = 3, .each_names = 1 << 0, .each_types = 1 << 1 },
	[BTF_KIND_ENUM] = { .known = true, .each = 2, .each_names = 1 << 0 },
	[BTF_KIND_FWD] = { .known = true },
	[BTF_KIND_TYPEDEF] = { .known = true, .refers = true },
	[BTF_KIND_VOLATILE] = { .known = true, .refers = true },
	[BTF_KIND_CONST] = { .known = true, .refers = true },
	[BTF_KIND_RESTRICT] = { .known = true, .refers = true },
	[BTF_KIND_FUNC] = { .known = true, .refers = true },
	[BTF_KIND_FUNC_PROTO] = { .known = true, .refers = true, .each = 2, .each_names = 1 << 0,
				  .each_types = 1 << 1 },
	[BTF_KIND_VAR] = { .known = true, .refers = true, .fixed = 1 },
	[BTF_KIND_DATASEC] = { .known = true, .each = 3, .each_types = 1 << 0 },
	[BTF_KIND_FLOAT] = { .known = true },
	[BTF_KIND_DECL_TAG] = { .known = true, .refers = true, .fixed = 1 },
	[BTF_KIND_TYPE_TAG] = { .known = true, .refers = true },
	[BTF_KIND_ENUM64] = { .known = true, .each = 3, .each_names = 1 << 0 },
};

const struct type_shape *type_shape(const struct btf_type *type)
{
	return &shapes[BTF_INFO_KIND(type->info)];
}

static int parse_header(struct part *part, const char *bytes, size_t size)
{
	struct btf_header header;
	size_t left;

	if (size < sizeof(header))
		return -EINVAL;
	memcpy(&header, bytes, sizeof(header));
	if (header.magic != BTF_MAGIC || header.hdr_len < sizeof(header) || header.hdr_len > size ||
	    (header.hdr_len | header.type_off) % sizeof(uint32_t))
		return -EINVAL;
	left = size - header.hdr_len;
	if (header.type_off > left || header.type_len > left - header.type_off ||
	    header.str_off > left || header.str_len > left - header.str_off || !header.str_len)
		return -EINVAL;
	*part = (struct part){
		.types = bytes + header.hdr_len + header.type_off, .types_size = header.type_len,
		.names = bytes + header.hdr_len + header.str_off, .names_size = header.str_len,
	};
	return part->names[part->names_size - 1] ? -EINVAL : 0;
}

static int add_number(struct kernel_types *types, uint32_t at)
{
	uint32_t *grown;

	if (types->count == types->room) {
		types->room = types->room ? types->room * 2 : IDS_FIRST;
		grown = realloc(types->at, types->room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		types->at = grown;
	}
	types->at[types->count++] = at;
	return 0;
}

static int number_types(struct kernel_types *types, const struct part *part)
{
	int err = 0;

	for (size_t at = 0, size; at < part->types_size && !err; at += size) {
		const struct btf_type *type = (const struct btf_type *)(part->types + at);
		const struct type_shape *shape;

		if (part->types_size - at < sizeof(*type))
			return -EINVAL;
		shape = type_shape(type);
		size = sizeof(*type) + sizeof(uint32_t) * (shape->fixed + shape->each * BTF_INFO_VLEN(type->info));
		if (!shape->known || size > part->types_size - at)
			return -EINVAL;
		err = add_number(types, (uint32_t)at);
	}
	return err;
}

int types_add_part(struct kernel_types *types, int which, const char *bytes, size_t size)
{
	struct part *part = &types->parts[which];
	int err = parse_header(part, bytes, size);

	if (!err && !types->count)
		err = add_number(types, 0);
	if (!err)
		err = number_types(types, part);
	if (which == OF_KERNEL)
		types->of_module = types->count;
	return err;
}

const struct btf_type *type_of(const struct kernel_types *types, uint32_t id)
{
	const struct part *part = &types->parts[id < types->of_module ? OF_KERNEL : OF_MODULE];

	return (const struct btf_type *)(part->types + types->at[id]);
}

const char *type_name(const struct kernel_types *types, uint32_t at)
{
	for (int i = 0; i < PARTS; i++) {
		if (at < types->parts[i].names_size)
			return types->parts[i].names + at;
		at -= types->parts[i].names_size;
	}
	return "";
}

void types_forget(struct kernel_types *types)
{
	free(types->at);
	types->at = NULL;
	types->count = 0;
	for (int i = 0; i < PARTS; i++) {
		free(types->bytes[i]);
		types->bytes[i] = NULL;
	}
}

struct kernel_types *kernel_types_read(const struct roots *roots)
{
	static const char *const names[PARTS] = { "kernel/btf/vmlinux", "kernel/btf/nf_conntrack" };
	struct kernel_types *types = calloc(1, sizeof(*types));
	int err = 0;

	if (!types)
		return NULL;
	types->fd = memfd_create("types", MFD_CLOEXEC);
	if (types->fd < 0)
		err = -errno;
	(void)snprintf(types->path, sizeof(types->path), "/proc/self/fd/%d", types->fd);
	for (int i = 0; i < PARTS && !err; i++) {
		ssize_t size = read_whole(roots->sys, names[i], BYTES_MAX, &types->bytes[i]);

		if (size == -ENOENT && i == OF_MODULE)
			break;	/* built in, or without types of its own */
		err = size < 0 ? (int)size : types_add_part(types, i, types->bytes[i], (size_t)size);
	}
	if (!err)
		return types;
	kernel_types_free(types);
	errno = -err;
	return NULL;
}

uint32_t kernel_types_count(const struct kernel_types *types)
{
	return types->count;
}

const char *kernel_types_function(const struct kernel_types *types, uint32_t id, bool *of_module)
{
	const struct btf_type *type = type_of(types, id);

	*of_module = id >= types->of_module;
	return id && BTF_INFO_KIND(type->info) == BTF_KIND_FUNC ? type_name(types, type->name_off) : NULL;
}

const char *kernel_types_path(const struct kernel_types *types)
{
	return types ? types->path : NULL;
}

void kernel_types_free(struct kernel_types *types)
{
	if (!types)
		return;
	if (types->fd >= 0)
		(void)close(types->fd);
	types_forget(types);
	free(types);
}
