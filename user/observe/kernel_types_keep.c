// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kernel_types_state.h"

struct wanted {
	const char *name;
	size_t length;	/* without "___", and what follows, by which variants of one type are told apart */
	bool found;	/* among the kernel's own: no module is asked */
};

struct choice {
	const struct kernel_types *from;
	uint32_t *number;	/* a type's new number, by its old; 0: not kept */
	uint32_t *kept;		/* those that are, by their new number - 1 */
	uint32_t count, names_size;
	FILE *types, *names;
};

static bool is_sought(const struct btf_type *type)
{
	const uint32_t kinds = 1U << BTF_KIND_STRUCT | 1U << BTF_KIND_UNION | 1U << BTF_KIND_ENUM |
			       1U << BTF_KIND_ENUM64 | 1U << BTF_KIND_TYPEDEF;

	return type->name_off && kinds & 1U << BTF_INFO_KIND(type->info);
}

static size_t list_wanted(const struct kernel_types *object, struct wanted *list)
{
	size_t count = 0;

	for (uint32_t id = 1; id < object->count; id++) {
		const struct btf_type *type = type_of(object, id);
		const char *name = type_name(object, type->name_off), *variant = strstr(name, "___");

		if (is_sought(type))
			list[count++] = (struct wanted){
				name, variant ? (size_t)(variant - name) : strlen(name), false };
	}
	return count;
}

static uint32_t keep(struct choice *choice, uint32_t id)
{
	if (!id || id >= choice->from->count)
		return 0;
	if (!choice->number[id]) {
		choice->kept[choice->count++] = id;
		choice->number[id] = choice->count;
	}
	return choice->number[id];
}

static void keep_namesakes(struct choice *choice, struct wanted *list, size_t count)
{
	for (uint32_t id = 1; id < choice->from->count; id++) {
		const struct btf_type *type = type_of(choice->from, id);
		bool of_module = id >= choice->from->of_module;
		const char *name = type_name(choice->from, type->name_off);

		for (size_t i = 0; i < count && is_sought(type); i++) {
			struct wanted *wanted = &list[i];

			if (wanted->name[0] != name[0] || strncmp(wanted->name, name, wanted->length) ||
			    name[wanted->length] || (of_module && wanted->found))
				continue;
			wanted->found |= !of_module;
			(void)keep(choice, id);
		}
	}
}

static uint32_t put_name(struct choice *choice, uint32_t at)
{
	const char *name = type_name(choice->from, at);
	uint32_t begin = choice->names_size;

	if (!*name)
		return 0;
	choice->names_size += (uint32_t)fwrite(name, 1, strlen(name) + 1, choice->names);
	return begin;
}

static void put_words(struct choice *choice, const uint32_t *words, unsigned int count, unsigned int names,
		      unsigned int types)
{
	for (unsigned int i = 0; i < count; i++) {
		uint32_t word = names >> i & 1 ? put_name(choice, words[i]) :
				types >> i & 1 ? keep(choice, words[i]) : words[i];

		(void)fwrite(&word, sizeof(word), 1, choice->types);
	}
}

/* What a pointer leads to is never asked for: relocations are told by the type that a field is in. */
static void write_type(struct choice *choice, const struct btf_type *type)
{
	const struct type_shape *shape = type_shape(type);
	const uint32_t *words = (const uint32_t *)(type + 1);
	uint32_t head[HEAD_WORDS] = { type->name_off, type->info, type->size };

	if (BTF_INFO_KIND(type->info) == BTF_KIND_PTR)
		head[2] = 0;
	put_words(choice, head, HEAD_WORDS, 1 << 0, shape->refers ? 1 << 2 : 0);
	put_words(choice, words, shape->fixed, 0, shape->fixed_types);
	words += shape->fixed;
	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++, words += shape->each)
		put_words(choice, words, shape->each, shape->each_names, shape->each_types);
}

static int write_file(int fd, const char *types, size_t types_size, const char *names, size_t names_size)
{
	const struct btf_header header = {
		.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(header),
		.type_len = (uint32_t)types_size,
		.str_off = (uint32_t)types_size, .str_len = (uint32_t)names_size,
	};

	errno = EIO;
	return write(fd, &header, sizeof(header)) == sizeof(header) &&
	       write(fd, types, types_size) == (ssize_t)types_size &&
	       write(fd, names, names_size) == (ssize_t)names_size ? 0 : -errno;
}

/* Those that are kept, and, as they turn up, those they consist of. */
static int write_kept(struct choice *choice, int fd)
{
	char *text[2] = { NULL, NULL };
	size_t size[2];
	int err = -ENOMEM;

	choice->types = open_memstream(&text[0], &size[0]);
	choice->names = open_memstream(&text[1], &size[1]);
	if (!choice->types || !choice->names)
		goto out;
	choice->names_size = (uint32_t)fwrite("", 1, 1, choice->names);
	for (uint32_t i = 0; i < choice->count; i++)
		write_type(choice, type_of(choice->from, choice->kept[i]));
	if (!fflush(choice->types) && !fflush(choice->names) && !ferror(choice->types) && !ferror(choice->names))
		err = write_file(fd, text[0], size[0], text[1], size[1]);
out:
	if (choice->types)
		(void)fclose(choice->types);
	if (choice->names)
		(void)fclose(choice->names);
	free(text[0]);
	free(text[1]);
	return err;
}

int kernel_types_keep(struct kernel_types *types, const void *btf, size_t size)
{
	struct kernel_types object = { .fd = -1 };
	struct choice choice = { .from = types };
	struct wanted *list = NULL;
	int err;

	if (!types || !types->count)
		return 0;
	err = types_add_part(&object, OF_KERNEL, btf, size);
	if (err)
		goto out;
	err = -ENOMEM;
	list = calloc(object.count, sizeof(*list));
	choice.number = calloc(types->count, sizeof(*choice.number));
	choice.kept = calloc(types->count, sizeof(*choice.kept));
	if (!list || !choice.number || !choice.kept)
		goto out;
	keep_namesakes(&choice, list, list_wanted(&object, list));
	err = write_kept(&choice, types->fd);
out:
	free(list);
	free(choice.number);
	free(choice.kept);
	free(object.at);
	types_forget(types);
	return err;
}
