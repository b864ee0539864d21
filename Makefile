# SPDX-License-Identifier: GPL-2.0-only
# The targets that people call; kbuild's objects are in Kbuild.

KDIR ?= /lib/modules/$(shell uname -r)/build
prefix ?= /usr
KERNELS ?= bookworm trixie-backports
STRIP ?= strip
kos := nfguard.ko nfguard_proof.ko

.PHONY: all modules cli install install-modules strip sign uninstall deb demo check check-debug \
	check-kernels check-arming check-all \
	check-boot check-carriers check-secureboot check-proofs check-upstream check-unit mutants \
	docs fuzz bench check-cli check-lint check-guest clean help

help:
	@echo 'On the host to guard (needs its kernel headers, gcc, pkg-config,'
	@echo 'libkmod-dev, libmd-dev, libmnl-dev, libncurses-dev, libsmartcols-dev,'
	@echo 'libxxhash-dev; scdoc for the manual pages):'
	@echo '  make all          build the kernel module for KDIR and the nfguard command'
	@echo '  make install      install both, under DESTDIR and prefix; to sign the module,'
	@echo '                    add SIGN_KEY=FILE SIGN_CERT=FILE'
	@echo '  make uninstall    remove both'
	@echo 'On any Debian 12 or 13 machine; each target installs what it needs:'
	@echo '  make deb          build Debian packages in .cache/deb'
	@echo '  make demo         replay the outage in a VM, without and with nfguard'
	@echo '  make check        run the tests, on these kernels: $(KERNELS)'
	@echo '  make check-debug  run the guest tests on a kernel with debugging checks'
	@echo '  make check-kernels  run the guest tests on every kernel of scripts/data/kernels, and print a table'
	@echo '  make check-all    run every check there is; what has passed is remembered'
	@echo '  make check-arming arm and disarm 300 times under a storm of requests, beside a bare kprobe'
	@echo '  make check-boot   boot Debian 12 and 13 VMs that have the packages installed'
	@echo '  make check-carriers  the same on LVM, LUKS, RAID; deny what they run on; cut the power'
	@echo '  make check-secureboot  the same with Secure Boot, and try what root can still do'
	@echo '  make check-proofs have spin try all interleavings of a model of the kernel module,'
	@echo '                    and Frama-C prove bounds of its parser'
	@echo '  make check-upstream  run the tests of iptables, nftables, kmod and the kernel without'
	@echo '                    nfguard and with it: each must come out the same'
	@echo '  make check-lint, check-unit, check-cli, check-guest: run that part of check'
	@echo '  make mutants      plant each known defect in a copy, and see its test fail; CHANGED=BASE:'
	@echo '                    only where something differs from that commit'
	@echo '  make bench        time the policy compiler against modprobe, and what a request costs beside'
	@echo '                    a BPF LSM and SELinux; draw docs/price-* from that'
	@echo '  make fuzz         feed the parsers with libFuzzer, for longer than check does'
	@echo '  make docs         draw the pictures in docs/ from real output'
	@echo '  make clean        remove what was built here; .cache is kept'

all: modules cli

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

cli:
	$(MAKE) -C userspace

install: all install-modules
	$(MAKE) -C userspace install DESTDIR=$(DESTDIR) prefix=$(prefix)
	[ -n '$(DESTDIR)' ] || depmod -a "$$($(MAKE) -s -C $(KDIR) kernelrelease)"

install-modules: $(if $(SIGN_KEY),sign,strip)
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) modules_install

# As a distribution does: without what only a debugger reads, nine tenths of it, but with
# its BTF. Not by kbuild, which does that when it installs: that cuts off a signature.
strip: modules
	for module in $(kos); do \
		[ -n "$$(modinfo -F sig_id ./$$module)" ] || \
		$(STRIP) --strip-debug $$module || exit; \
	done

# kbuild signs only with the kernel's own key. Skip what is signed: a second signature
# would be harmless, but useless.
sign: strip
	for module in $(kos); do \
		[ -n "$$(modinfo -F sig_id ./$$module)" ] || \
		$(KDIR)/scripts/sign-file sha256 $(SIGN_KEY) $(SIGN_CERT) $$module || exit; \
	done

uninstall:
	[ -n '$(DESTDIR)' ] || systemctl disable --now nfguard.service nfguard-lock.service \
		nfguard-metrics.timer nfguard-initramfs.path nfguard-unconfirmed.service || true
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

check-kernels:
	@scripts/check-kernels

check-arming:
	@scripts/check-arming

check-all:
	@scripts/check-all

check-boot:
	@scripts/check-boot

check-carriers:
	@scripts/check-carriers

check-secureboot:
	@scripts/check-secureboot

check-proofs:
	@scripts/check-proofs

check-upstream:
	@scripts/check-upstream

check-unit:
	@scripts/setup --host-only
	$(MAKE) -C selftests/unit check

fuzz:
	@scripts/setup --host-only
	$(MAKE) -C selftests/unit fuzz

docs:
	@scripts/docs

mutants:
	@scripts/check-mutants $(CHANGED:%=--changed %) $(NAMES)

bench:
	@scripts/bench
	@scripts/bench-request --peers
	@scripts/bench-command
	@scripts/bench-cpus
	@scripts/bench-plots

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
