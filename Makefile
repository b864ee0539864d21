# SPDX-License-Identifier: GPL-2.0-only
# For people; what kbuild makes stands in Kbuild.

KDIR ?= /lib/modules/$(shell uname -r)/build
prefix ?= /usr
KERNELS ?= bookworm trixie-backports

.PHONY: all modules cli install sign uninstall deb demo check check-debug check-boot \
	check-secureboot check-unit \
	docs fuzz bench check-cli check-lint check-guest clean help

help:
	@echo 'On a host that is to be guarded (needs its kernel headers, gcc,'
	@echo 'pkg-config, libkmod-dev, libmd-dev, libsmartcols-dev,'
	@echo 'libxxhash-dev; scdoc for the manual):'
	@echo '  make all          build the module for KDIR and the command line tool'
	@echo '  make install      install both; DESTDIR and prefix are honoured, and the module'
	@echo '                    is signed with SIGN_KEY=FILE SIGN_CERT=FILE'
	@echo '  make uninstall    remove both'
	@echo 'On any Debian 12 or 13 machine; each sets up what it needs:'
	@echo '  make deb          Debian packages, in .cache/deb'
	@echo '  make demo         replay the outage in a VM, without and with nfguard'
	@echo '  make check        all tests, on the kernels: $(KERNELS)'
	@echo '  make check-debug  the same in a kernel that looks for bugs'
	@echo '  make check-boot   hosts that boot with it: Debian 12 and 13, systemd, packages'
	@echo '  make check-secureboot  the same with Secure Boot, and what root can do then'
	@echo '  make check-lint, check-unit, check-cli, check-guest: parts of check'
	@echo '  make bench        time the compiler beside modprobe; count what events cost'
	@echo '  make fuzz         feed the parsers with libFuzzer, for longer than check does'
	@echo '  make docs         draw the pictures in docs/ from real output'
	@echo '  make clean        remove what was built here; .cache is kept'

all: modules cli

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

cli:
	$(MAKE) -C userspace

install: all $(if $(SIGN_KEY),sign)
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) modules_install
	$(MAKE) -C userspace install DESTDIR=$(DESTDIR) prefix=$(prefix)
	[ -n '$(DESTDIR)' ] || depmod -a "$$($(MAKE) -s -C $(KDIR) kernelrelease)"

# kbuild signs only with the kernel's own key. A second signature would do no harm,
# and no good.
sign: modules
	for module in nfguard.ko nfguard_proof.ko; do \
		[ -n "$$(modinfo -F sig_id ./$$module)" ] || \
		$(KDIR)/scripts/sign-file sha256 $(SIGN_KEY) $(SIGN_CERT) $$module || exit; \
	done

uninstall:
	[ -n '$(DESTDIR)' ] || systemctl disable --now nfguard.service nfguard-lock.service \
		nfguard-metrics.timer nfguard-initramfs.path || true
	$(MAKE) -C userspace uninstall DESTDIR=$(DESTDIR) prefix=$(prefix)
	find $(DESTDIR)/lib/modules -path '*/nfguard*.ko*' -delete
	[ -n '$(DESTDIR)' ] || depmod -a
	[ -n '$(DESTDIR)' ] || ! command -v update-initramfs || update-initramfs -u -k all

deb:
	@scripts/deb

demo:
	@scripts/demo

check:
	@scripts/check $(KERNELS)

check-debug:
	@scripts/check-guest --kernel debug

check-boot:
	@scripts/check-boot

check-secureboot:
	@scripts/check-secureboot

check-unit:
	@scripts/setup --host-only
	$(MAKE) -C selftests/unit check

fuzz:
	@scripts/setup --host-only
	$(MAKE) -C selftests/unit fuzz

docs:
	@scripts/docs

bench:
	@scripts/bench
	@scripts/bench-events

check-cli:
	@scripts/setup --host-only
	selftests/cli/run.sh

check-lint:
	@scripts/setup --host-only
	@scripts/check-lint

check-guest:
	@for kernel in $(KERNELS); do scripts/check-guest --kernel $$kernel || exit; done

clean:
	[ ! -d $(KDIR) ] || $(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C userspace clean
	$(MAKE) -C selftests/unit clean
