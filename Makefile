# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# ctscope: `make help` says what there is.

VERSION := 0.1.0

BUILD ?= build
CC ?= gcc
CLANG ?= clang
LLVM_STRIP ?= llvm-strip
BPFTOOL ?= $(shell command -v bpftool || echo /usr/sbin/bpftool)
PKG_CONFIG ?= pkg-config
INSTALL ?= install
PREFIX ?= /usr
DESTDIR ?=
ARGS ?= watch -i 2s -d 30s
KERNEL ?=
SCENARIOS ?=
V ?= 0

# The processor, by Debian's name. Another than this machine's has its objects beside, in
# $(BUILD)/$(ARCH), made by Debian's cross compiler with libraries from Debian's archive.
TRIPLET_amd64 := x86_64-linux-gnu
TRIPLET_arm64 := aarch64-linux-gnu
BPF_ARCH_amd64 := x86
BPF_ARCH_arm64 := arm64
MACHINE := $(patsubst aarch64,arm64,$(patsubst x86_64,amd64,$(shell uname -m)))
ARCH ?= $(MACHINE)
ifeq ($(TRIPLET_$(ARCH)),)
$(error ARCH=$(ARCH) is not known: it is amd64 or arm64)
endif
FOREIGN := $(if $(filter $(MACHINE),$(ARCH)),,$(ARCH))
OUT := $(BUILD)$(FOREIGN:%=/%)
STRIP := strip
ifneq ($(FOREIGN),)
SYSROOT := $(OUT)/sysroot
CROSS := $(TRIPLET_$(ARCH))-
CC := $(CROSS)gcc --sysroot=$(SYSROOT)
STRIP := $(CROSS)strip
endif

# One folder of objects for each way of building.
VARIANT := $(if $(STATIC),static,dynamic)$(if $(SAN),-$(subst $(comma),-,$(SAN)))
comma := ,
OBJ := $(OUT)/obj/$(VARIANT)
BPF := $(OUT)/bpf
PAGE := $(OUT)/page
BINARY := $(OUT)/$(if $(STATIC),static/)$(if $(SAN),san/)ctscope

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow
SANITIZE := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
USER_CFLAGS := $(CFLAGS) -std=gnu11 -D_GNU_SOURCE -DCTSCOPE_VERSION='"$(VERSION)"' $(WARNINGS) \
	$(SANITIZE) -ffunction-sections -fdata-sections -Iinclude -Iuser -I$(BPF) -I$(PAGE)
# Sanitizers do the same better.
HARDENING := $(if $(SAN),,-fstack-protector-strong -D_FORTIFY_SOURCE=2)
USER_LDFLAGS := $(LDFLAGS) $(SANITIZE) -Wl,-z,relro,-z,now -Wl,--gc-sections $(if $(STATIC),-static)
USER_LIBS := -lbpf -lelf -lz -levent_core -levent_extra -lm

# Without the third instruction set every 32-bit comparison costs two shifts.
BPF_CFLAGS := -g -O2 -target bpf -mcpu=v3 -std=gnu11 $(filter-out -Wmissing-prototypes -Wshadow,$(WARNINGS)) \
	-Wno-unused-parameter -Wno-unused-function -Iinclude -D__TARGET_ARCH_$(BPF_ARCH_$(ARCH)) \
	-idirafter $(SYSROOT)/usr/include/$(TRIPLET_$(ARCH))

# Two objects: what is attached, and the walk that is run when asked for.
HOOK_OBJECTS := $(patsubst bpf/%.bpf.c,$(BPF)/%.bpf.o,$(filter-out bpf/walk%,$(wildcard bpf/*.bpf.c)))
WALK_OBJECTS := $(patsubst bpf/%.bpf.c,$(BPF)/%.bpf.o,$(wildcard bpf/walk*.bpf.c))
BPF_OBJECTS := $(HOOK_OBJECTS) $(WALK_OBJECTS)
SKELETONS := $(BPF)/hooks.skel.h $(if $(WALK_OBJECTS),$(BPF)/walk.skel.h)
USER_SOURCES := $(wildcard user/*.c user/*/*.c)
USER_OBJECTS := $(USER_SOURCES:user/%.c=$(OBJ)/%.o)
# What the unit tests and fuzzers link: all that needs neither main nor the BPF skeleton.
PLAIN_SOURCES := $(filter-out user/main.c user/command/% user/observe/probes% user/observe/observer%,$(USER_SOURCES)) \
	user/command/options.c user/command/who_options.c
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' "$(1)" "$(2)")

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY: $(SKELETONS)
.PHONY: all help run test unit fuzz replay vm-test vm-shell demo install uninstall clean setup compile_commands.json

all: $(BINARY)

help:
	@echo 'make                 build/ctscope'
	@echo 'make STATIC=1        build/static/ctscope, one file that runs anywhere'
	@echo 'make ARCH=arm64      for another processor, in build/arm64; with STATIC=1 likewise'
	@echo 'make run             build and run for half a minute; ARGS="watch --long" chooses what'
	@echo 'make test            every test: unit, golden, fuzz corpora, real kernels'
	@echo 'make unit            the tests that need no kernel; make replay: the whole program on a played one'
	@echo 'make coverage        which lines of user/ the tests on this machine run, a file a line'
	@echo 'make lint            shellcheck, cppcheck, gcc -fanalyzer, clang-tidy'
	@echo 'make vm-test         real kernels in QEMU; KERNEL=6.1 one of them, SCENARIOS="..." some;'
	@echo '                     ARCH=arm64 on that processor'
	@echo 'make bench           what ctscope and its peers cost, in instructions, as tables; an hour'
	@echo 'make bench-test      what ctscope costs, against tests/bench/budgets; two minutes'
	@echo 'make vm-shell KERNEL=6.12   a prompt on that kernel'
	@echo 'make demo            fill a table in a VM and watch `ctscope catch` at work'
	@echo 'make manual          tools/ctscope.8 and the completion, from the tables of the program'
	@echo 'make install         DESTDIR and PREFIX are honoured; make uninstall takes it back'
	@echo 'make deb             build/dist/ctscope_VERSION_ARCH.deb'
	@echo 'make image           one container image for amd64 and arm64 (needs buildah)'
	@echo 'make package-test    installs, runs and removes it in a Debian machine in QEMU'
	@echo 'make dist            tarball of the last commit and static program, with checksums'
	@echo 'make compile_commands.json  for clangd'
	@echo 'make clean'
	@echo 'Variables: V=1 (show commands), SAN=address,undefined, CC, CLANG, BPFTOOL, BUILD'

setup:
	$(Q)tools/setup build $(FOREIGN)
ifneq ($(FOREIGN),)
	$(Q)mkdir -p $(OUT)
	$(Q)sysroot=$$(tools/foreign $(ARCH) build) && ln -sfn "$$sysroot" $(SYSROOT)
endif

# --- the kernel side -----------------------------------------------------------

$(BPF)/%.bpf.o: bpf/%.bpf.c | setup
	$(call say,BPF,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@

$(BPF)/hooks.linked.o: $(HOOK_OBJECTS)
$(BPF)/walk.linked.o: $(WALK_OBJECTS)
$(BPF)/%.linked.o:
	$(call say,LINK,$@)
	$(Q)$(BPFTOOL) gen object $@ $^

$(BPF)/%.skel.h: $(BPF)/%.linked.o
	$(call say,SKELETON,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $* >$@

# --- the user side -------------------------------------------------------------

$(OBJ)/%.o: user/%.c | setup $(SKELETONS)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) $(HARDENING) -MMD -MP -c $< -o $@

$(PAGE)/page_bytes.h: tools/embed-page $(wildcard user/render/page/*)
	$(call say,PAGE,$@)
	$(Q)mkdir -p $(@D)
	$(Q)tools/embed-page user/render/page >$@

$(OBJ)/render/page.o: $(PAGE)/page_bytes.h

$(BINARY): $(USER_OBJECTS)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_LDFLAGS) -o $@ $^ $(USER_LIBS)
	$(if $(STATIC),$(Q)$(STRIP) $@)

-include $(USER_OBJECTS:.o=.d) $(BPF_OBJECTS:.o=.d)

compile_commands.json:
	$(Q)tools/compile-commands '$(CC) $(USER_CFLAGS)' $(USER_SOURCES) >$(BUILD)/$@
	@echo '$(BUILD)/$@'

# --- running and testing -------------------------------------------------------

run: all
	$(Q)$(BINARY) $(ARGS)

test:
	$(Q)tools/setup all
	$(Q)$(MAKE) --no-print-directory -j$(shell nproc)
	$(Q)$(MAKE) --no-print-directory -j$(shell nproc) STATIC=1
	$(Q)BUILD=$(BUILD) tests/run

unit fuzz replay:
	$(Q)tools/setup all
	$(Q)BUILD=$(BUILD) tests/run $@

vm-test:
	$(Q)tools/setup all $(FOREIGN)
	$(Q)$(MAKE) --no-print-directory STATIC=1
	$(Q)BUILD=$(BUILD) ARCH=$(ARCH) SCENARIOS="$(SCENARIOS)" tests/vm/run $(KERNEL)

.PHONY: bench bench-test
bench bench-test:
	$(Q)tools/setup all bench
	$(Q)$(MAKE) --no-print-directory STATIC=1
	$(Q)BUILD=$(BUILD) tests/bench/run $(if $(filter bench,$@),table,budgets) $(KERNEL)

demo:
	$(Q)tools/setup test
	$(Q)$(MAKE) --no-print-directory STATIC=1
	$(Q)tests/vm/demo $(KERNEL)

vm-shell:
	$(Q)tools/setup all $(FOREIGN)
	$(Q)$(MAKE) --no-print-directory STATIC=1
	$(Q)BUILD=$(BUILD) ARCH=$(ARCH) tests/vm/shell $(KERNEL)

# Unit tests and fuzz replays, built with the sanitizers; tests/run runs them.
TEST_OBJ := $(BUILD)/obj/test
TEST_CFLAGS := $(USER_CFLAGS) -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all

$(TEST_OBJ)/%.o: user/%.c | $(SKELETONS)
	$(call say,CC,$< (test))
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(TEST_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@

$(TEST_OBJ)/render/page.o: $(PAGE)/page_bytes.h

# An archive: a test takes what it needs, and what needs BPF is left in there.
TEST_ARCHIVE := $(TEST_OBJ)/plain.a
$(TEST_ARCHIVE): $(PLAIN_SOURCES:user/%.c=$(TEST_OBJ)/%.o)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/unit/%: tests/unit/%.c $(TEST_ARCHIVE)
	$(call say,TEST,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(TEST_CFLAGS) -o $@ $^ -lcmocka -levent_core -levent_extra -lz -lm

$(BUILD)/fuzz/%: tests/fuzz/%.c $(TEST_ARCHIVE)
	$(call say,FUZZER,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(TEST_CFLAGS) -fsanitize=fuzzer -o $@ $^ -levent_core -levent_extra -lz -lm

# All of user/ on a kernel that is played: tests/replay stands before libbpf.
REPLAY_SOURCES := $(wildcard tests/replay/*.c)
$(BUILD)/replay/ctscope: $(REPLAY_SOURCES) tests/replay/stage.h $(USER_SOURCES:user/%.c=$(TEST_OBJ)/%.o)
	$(call say,REPLAY,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(TEST_CFLAGS) -o $@ $(filter %.c %.o,$^) $(USER_LIBS)

-include $(USER_SOURCES:user/%.c=$(TEST_OBJ)/%.d)

.PHONY: lint
lint: all
	$(Q)tools/setup lint
	$(Q)BUILD=$(BUILD) tests/lint

.PHONY: coverage
coverage:
	$(Q)tools/setup all
	$(Q)BUILD=$(BUILD) tests/coverage

.PHONY: unit-programs fuzz-programs replay-program
replay-program: $(BUILD)/replay/ctscope
unit-programs: $(UNIT_TESTS:%=$(BUILD)/unit/%)
fuzz-programs: $(FUZZERS:%=$(BUILD)/fuzz/%)

# --- the manual and the completion, from the program's own tables ---------------

MANUAL_TABLES := $(BUILD)/manual-tables
$(MANUAL_TABLES): tools/manual/tables.c $(addprefix $(OBJ)/,observe/hook_table.o observe/settings_table.o render/view.o)
	$(call say,CC,$<)
	$(Q)$(CC) $(USER_CFLAGS) -Wno-missing-prototypes -o $@ $^

.PHONY: manual manual-made
manual: manual-made
	$(Q)cp $(BUILD)/ctscope.8 tools/ctscope.8
	$(Q)cp $(BUILD)/ctscope.bash tools/completion/ctscope.bash

manual-made: all $(MANUAL_TABLES)
	$(Q)$(MANUAL_TABLES) >$(BUILD)/manual.tsv
	$(Q)tools/manual/generate $(BINARY) $(BUILD)/manual.tsv manual >$(BUILD)/ctscope.8
	$(Q)tools/manual/generate $(BINARY) $(BUILD)/manual.tsv completion >$(BUILD)/ctscope.bash

# --- installing ----------------------------------------------------------------

install: all
	$(Q)$(INSTALL) -D -m 0755 $(BINARY) $(DESTDIR)$(PREFIX)/sbin/ctscope
	$(Q)$(INSTALL) -D -m 0644 tools/ctscope.8 $(DESTDIR)$(PREFIX)/share/man/man8/ctscope.8
	$(Q)$(INSTALL) -D -m 0644 tools/completion/ctscope.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/ctscope

uninstall:
	$(Q)rm -f $(DESTDIR)$(PREFIX)/sbin/ctscope $(DESTDIR)$(PREFIX)/share/man/man8/ctscope.8 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/ctscope

# --- packages ------------------------------------------------------------------

DIST := $(BUILD)/dist
DIST_NAME := ctscope-$(VERSION)
DEB := $(DIST)/ctscope_$(VERSION)_$(ARCH).deb
IMAGE := $(DIST)/$(DIST_NAME)-image.tar

.PHONY: deb image dist package-test
deb: all
	$(Q)DEB_ARCH=$(ARCH) STRIP=$(STRIP) SYSROOT=$(SYSROOT) tools/deploy/debian/build $(BINARY) $(VERSION) $(DEB)

# The package under systemd, in a machine of our own; minutes, so not part of `make test`.
package-test: deb
	$(Q)BUILD=$(BUILD) tests/package/service $(KERNEL)

# One image index for every processor, as an OCI archive: `skopeo copy --all oci-archive:... docker://...`.
image:
	$(Q)$(MAKE) --no-print-directory ARCH=amd64 STATIC=1
	$(Q)$(MAKE) --no-print-directory ARCH=arm64 STATIC=1
	$(Q)mkdir -p $(DIST)
	$(Q)tools/deploy/container/build $(BUILD) $(IMAGE) amd64 arm64

# The sources of the last commit and the static program; the same commit gives the same bytes.
dist:
	$(Q)$(MAKE) --no-print-directory STATIC=1
	$(Q)mkdir -p $(DIST)
	$(Q)git -c tar.umask=0022 archive --format=tar --prefix=$(DIST_NAME)/ HEAD | gzip -9n >$(DIST)/$(DIST_NAME).tar.gz
	$(Q)cp $(OUT)/static/ctscope $(DIST)/$(DIST_NAME)-linux-$(ARCH)
	$(Q)cd $(DIST) && sha256sum $(DIST_NAME).tar.gz $(DIST_NAME)-linux-* >SHA256SUMS
	$(Q)cat $(DIST)/SHA256SUMS

clean:
	$(Q)rm -rf $(BUILD)
