// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Types by hand, as the kernel's files hold them: what is found in them, and what is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/btf.h>
#include "fake_tree.h"
#include "observe/kernel_types.h"

#define INFO(kind, parts) (BTF_KIND_##kind << 24 | (parts))
#define PATH_OF(name) "kernel/btf/" name

/* Words of types, names; `base` is what names of the kernel's take. */
struct made {
	uint32_t words[128];
	char names[256];
	uint32_t word_count, names_size, base;
};

static uint32_t name(struct made *made, const char *text)
{
	uint32_t at = made->names_size ? made->names_size : 1;

	strcpy(made->names + at, text);
	made->names_size = at + (uint32_t)strlen(text) + 1;
	return made->base + at;
}

static void words(struct made *made, size_t count, const uint32_t *list)
{
	memcpy(made->words + made->word_count, list, count * sizeof(*list));
	made->word_count += (uint32_t)count;
}

#define WORDS(made, ...) words(made, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, (uint32_t[]){ __VA_ARGS__ })

static size_t bytes_of(const struct made *made, char *out)
{
	struct btf_header header = {
		.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(header),
		.type_len = made->word_count * 4, .str_off = made->word_count * 4,
		.str_len = made->names_size ? made->names_size : 1,
	};

	memcpy(out, &header, sizeof(header));
	memcpy(out + sizeof(header), made->words, header.type_len);
	memcpy(out + sizeof(header) + header.type_len, made->names, header.str_len);
	return sizeof(header) + header.type_len + header.str_len;
}

static void put(const char *root, const char *file, const struct made *made, size_t cut)
{
	char bytes[1024], full[PATH_MAX];
	size_t size = bytes_of(made, bytes) - cut;
	FILE *out;

	tree_path(root, file, full);
	out = fopen(full, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

/* The kernel: 1 int, 2 struct net { int inum; struct net *next; int ids[3] }, a function, what nobody wants. */
static void make_kernel(struct made *made)
{
	*made = (struct made){ 0 };
	WORDS(made, name(made, "int"), INFO(INT, 0), 4, 32);
	WORDS(made, name(made, "net"), INFO(STRUCT, 3), 32, name(made, "inum"), 1, 0,
	      name(made, "next"), 3, 64, name(made, "ids"), 4, 128);
	WORDS(made, 0, INFO(PTR, 0), 2);
	WORDS(made, 0, INFO(ARRAY, 0), 0, 1, 1, 3);
	WORDS(made, 0, INFO(FUNC_PROTO, 0), 0);
	WORDS(made, name(made, "early_drop"), INFO(FUNC, 0), 5);
	WORDS(made, name(made, "network"), INFO(STRUCT, 1), 4, name(made, "other"), 1, 0);
}

/* nf_conntrack: 8 struct net, another one, 9 union nf_proto { struct net of }, 10 a function. */
static void make_module(struct made *made, const struct made *kernel)
{
	*made = (struct made){ .base = kernel->names_size };
	WORDS(made, name(made, "net"), INFO(STRUCT, 0), 64);
	WORDS(made, name(made, "nf_proto"), INFO(UNION, 1), 32, name(made, "of"), 2, 0);
	WORDS(made, name(made, "nf_conntrack_free"), INFO(FUNC, 0), 5);
}

static void functions(void **state)
{
	char *root = tree_new();
	const struct roots roots = { root, root };
	struct kernel_types *types;
	struct made kernel, module;
	bool of_module;

	(void)state;
	make_kernel(&kernel);
	make_module(&module, &kernel);
	assert_null(kernel_types_read(&roots));
	assert_int_equal(errno, ENOENT);
	put(root, PATH_OF("vmlinux"), &kernel, 0);
	types = kernel_types_read(&roots);
	assert_non_null(types);
	assert_int_equal(kernel_types_count(types), 8);
	kernel_types_free(types);
	put(root, PATH_OF("nf_conntrack"), &module, 0);
	types = kernel_types_read(&roots);
	assert_non_null(types);
	assert_int_equal(kernel_types_count(types), 11);
	assert_null(kernel_types_function(types, 0, &of_module));
	assert_null(kernel_types_function(types, 2, &of_module));
	assert_string_equal(kernel_types_function(types, 6, &of_module), "early_drop");
	assert_false(of_module);
	assert_string_equal(kernel_types_function(types, 10, &of_module), "nf_conntrack_free");
	assert_true(of_module);
	kernel_types_free(types);
	tree_free(root);
}

/* Keeps what an object with one such type needs, and gives the file. */
static size_t kept(const struct roots *roots, uint32_t info, const char *wanted, char *out, size_t size)
{
	struct kernel_types *types = kernel_types_read(roots);
	struct made object = { 0 };
	char bytes[1024];
	FILE *in;

	assert_non_null(types);
	WORDS(&object, name(&object, wanted), info, 0);
	assert_int_equal(kernel_types_keep(types, bytes, bytes_of(&object, bytes)), 0);
	assert_int_equal(kernel_types_keep(types, bytes, 0), 0);
	assert_int_equal(kernel_types_count(types), 0);
	in = fopen(kernel_types_path(types), "r");
	assert_non_null(in);
	size = fread(out, 1, size, in);
	(void)fclose(in);
	kernel_types_free(types);
	return size;
}

/* Of an object that names this type, these and no others are kept. */
static void assert_kept(const struct roots *roots, uint32_t info, const char *name, const struct made *these)
{
	char got[1024], want[1024];
	size_t size = bytes_of(these, want);

	assert_int_equal(kept(roots, info, name, got, sizeof(got)), size);
	assert_memory_equal(got, want, size);
}

static void a_few(void **state)
{
	char *root = tree_new();
	const struct roots roots = { root, root };
	struct made kernel, module, net = { 0 }, of_module = { 0 }, none = { 0 };

	(void)state;
	make_kernel(&kernel);
	make_module(&module, &kernel);
	put(root, PATH_OF("vmlinux"), &kernel, 0);
	put(root, PATH_OF("nf_conntrack"), &module, 0);
	/* The module's own struct net does not count where the kernel has one. */
	WORDS(&net, name(&net, "net"), INFO(STRUCT, 3), 32, name(&net, "inum"), 2, 0,
	      name(&net, "next"), 3, 64, name(&net, "ids"), 4, 128);
	WORDS(&net, name(&net, "int"), INFO(INT, 0), 4, 32);
	WORDS(&net, 0, INFO(PTR, 0), 0);
	WORDS(&net, 0, INFO(ARRAY, 0), 0, 2, 2, 3);
	assert_kept(&roots, INFO(STRUCT, 0), "net", &net);
	assert_kept(&roots, INFO(STRUCT, 0), "net___older", &net);
	/* One of the module's, with one of the kernel's in it. */
	WORDS(&of_module, name(&of_module, "nf_proto"), INFO(UNION, 1), 32, name(&of_module, "of"), 2, 0);
	WORDS(&of_module, name(&of_module, "net"), INFO(STRUCT, 3), 32, name(&of_module, "inum"), 3, 0,
	      name(&of_module, "next"), 4, 64, name(&of_module, "ids"), 5, 128);
	WORDS(&of_module, name(&of_module, "int"), INFO(INT, 0), 4, 32);
	WORDS(&of_module, 0, INFO(PTR, 0), 0);
	WORDS(&of_module, 0, INFO(ARRAY, 0), 0, 3, 3, 3);
	assert_kept(&roots, INFO(UNION, 0), "nf_proto", &of_module);
	/* Functions, and types nobody has. */
	assert_kept(&roots, INFO(FUNC, 0), "early_drop", &none);
	assert_kept(&roots, INFO(STRUCT, 0), "ne", &none);
	tree_free(root);
}

/* Cut anywhere, of a kind or with numbers that do not exist: refused, or read, but never beyond its end. */
static void damaged(void **state)
{
	char *root = tree_new(), got[1024];
	const struct roots roots = { root, root };
	struct kernel_types *types;
	struct made kernel;

	(void)state;
	make_kernel(&kernel);
	for (size_t cut = 1; cut < 200; cut++) {
		put(root, PATH_OF("vmlinux"), &kernel, cut);
		assert_null(kernel_types_read(&roots));
		assert_int_equal(errno, EINVAL);
	}
	for (uint32_t i = 0; i < kernel.word_count; i++) {
		uint32_t was = kernel.words[i];

		kernel.words[i] = UINT32_MAX;
		put(root, PATH_OF("vmlinux"), &kernel, 0);
		types = kernel_types_read(&roots);
		if (types) {
			kernel_types_free(types);
			assert_true(kept(&roots, INFO(STRUCT, 0), "net", got, sizeof(got)) > sizeof(struct btf_header));
		}
		kernel.words[i] = was;
	}
	tree_file(root, PATH_OF("vmlinux"), "types\n");
	assert_null(kernel_types_read(&roots));
	assert_null(kernel_types_path(NULL));
	assert_int_equal(kernel_types_keep(NULL, NULL, 0), 0);
	tree_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions), cmocka_unit_test(a_few), cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
