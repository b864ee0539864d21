# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# What modprobe does with the lines of modprobe.d, not what a line says: depmod's own
# index, and modprobe beside the doctor.

release=6.1.0-fake

# module NAME [needs=NAME] [alias=NAME] [softdep=TEXT]...: a module that only depmod reads.
module()
{
	local name=$1 word dir=$host/root/usr/lib/modules/$release/kernel

	shift
	mkdir -p "$dir"
	{
		echo '.section __ksymtab_strings,"a"'
		echo ".asciz \"of_$name\""
		echo '.section .modinfo,"a"'
		echo ".asciz \"name=$name\""
		for word; do
			[[ $word = needs=* ]] || echo ".asciz \"$word\""
		done
		echo '.data'
		for word; do
			[[ $word != needs=* ]] || echo ".long of_${word#needs=}"
		done
	} | as -o "$dir/$name.ko" -
}

# A host whose index is depmod's.
real_tree()
{
	command -v as depmod modprobe >/dev/null || {
		skip "no as, depmod or modprobe"
		return 1
	}
	ln -s usr/lib "$host/root/lib"
	module nf_log_syslog
	module sctp alias=net-pf-2-proto-132
	module sctp_diag needs=sctp alias=net-pf-16-proto-4-type-2-132
	module tipc alias=net-pf-30
	module xt_LOG "softdep=pre: nf_log_syslog" alias=ipt_LOG
	module nfguard "vermagic=$release SMP mod_unload "
	: >"$host/root/usr/lib/modules/$release/modules.builtin"
	: >"$host/root/usr/lib/modules/$release/modules.order"
	: >"$host/root/usr/lib/modules/$release/modules.builtin.modinfo"
	depmod -b "$host/root" "$release"
	rm -rf "$host/modules"
	ln -s "root/usr/lib/modules/$release" "$host/modules"
	# By this name, which is the kernel's release.
	modules_dir=$host/root/usr/lib/modules/$release
	unresolved=shown
	mkdir -p "$host/root/etc/modprobe.d" "$host/root/run/modprobe.d" \
		"$host/root/usr/lib/modprobe.d"
}

# modprobe_says NAME WANTED: in a line, what modprobe would do for NAME.
modprobe_says()
{
	local got

	got=$(modprobe -d "$host/root" -S "$release" -C "$host/root/etc/modprobe.d" \
		-n -v "$1" 2>&1 | sed "s|$host/root||; s/ *\$//" | paste -sd' ')
	[ "$got" = "$2" ] || bad "modprobe $1: $got, not $2"
}

test_lines_that_hold_together_are_no_finding()
{
	real_tree || return 0
	modprobe_d etc/modprobe.d/cis.conf <<-'END'
	install sctp /bin/false
	blacklist sctp
	install tipc /bin/true
	blacklist tipc
	END
	modprobe_says sctp "install /bin/false"
	modprobe_says sctp_diag "install /bin/false insmod /lib/modules/$release/kernel/sctp_diag.ko"
	nfg doctor
	exits 0
	out_has "nothing found"
	# Beside a soft dependency the same pair holds nothing.
	modprobe_d etc/modprobe.d/log.conf <<-'END'
	install xt_LOG /bin/false
	blacklist xt_LOG
	END
	nfg doctor
	exits 3
	out_has "/etc/modprobe.d/log.conf:1: install xt_LOG /bin/false has no effect: xt_LOG has a soft dependency"
	out_has "/etc/modprobe.d/log.conf:2: blacklist xt_LOG hides only its 1 alias"
	out_lacks sctp
	# With its name closed, too, it does: nothing else needs it.
	echo 'alias xt_LOG off' >>"$host/root/etc/modprobe.d/log.conf"
	nfg doctor
	exits 0
	# An alias alone is closed by an install line of its name.
	modprobe_d etc/modprobe.d/cis.conf <<-'END'
	install net-pf-2-proto-132 /bin/false
	alias sctp off
	END
	nfg doctor
	out_has "alias sctp off closes only that name: 2 of 4 names still bring sctp in: sctp_diag, net_pf_16_proto_4_type_2_132"
}

# Columns, tabs and a continued line: what comes before the command is no part of it.
test_install_lines_in_columns_hold()
{
	real_tree || return 0
	modprobe_d etc/modprobe.d/cis.conf <<-'END'
	install sctp     /bin/false
	blacklist  sctp
	install	tipc		/bin/true
	blacklist	tipc
	install nf_log_syslog \
	    /bin/false
	END
	modprobe_says sctp "install     /bin/false"
	nfg doctor
	exits 0
	out_has "nothing found"
	nfg import
	exits 0
	[ "$(grep -c 'kept out: what modprobe loads, by any name, and all that needs it; not insmod' "$host/out")" = 3 ] ||
		bad "not all three install lines are said to hold"
	out_lacks "soft dependency"
}

test_lines_are_judged_as_if_there_were_no_guard()
{
	real_tree || return 0
	conf etc/nfguard.d/50.conf <<<'deny sctp tipc'
	nfg apply
	modprobe_d etc/modprobe.d/cis.conf <<-'END'
	install sctp /bin/false
	blacklist tipc
	END
	nfg doctor
	exits 0
	guard_not_loaded
	nfg doctor
	exits 4
	out_has "/etc/modprobe.d/cis.conf:2: blacklist tipc hides only its 1 alias: its own name still brings it in"
	out_has "    remedy: nfguard boot"
	out_lacks "sctp"
}

# Nobody meant a distribution's line to keep a module out for sure, unless a rule does.
test_a_distributions_own_lines_are_no_finding()
{
	local list=$host/root/var/lib/dpkg/info

	real_tree || return 0
	modprobe_d usr/lib/modprobe.d/fbdev-blacklist.conf <<<'blacklist tipc'
	nfg doctor
	exits 0
	mkdir -p "$list"
	echo /lib/modprobe.d/fbdev-blacklist.conf >"$list/udev.list"
	echo /etc/modprobe.d/kmod.conf >"$list/kmod.list"
	modprobe_d etc/modprobe.d/kmod.conf <<<'blacklist sctp'
	nfg doctor
	exits 0
	modprobe_d usr/lib/modprobe.d/own.conf <<<'blacklist tipc'
	nfg doctor
	exits 3
	out_has "/usr/lib/modprobe.d/own.conf:1: blacklist tipc hides only"
	rm "$host/root/usr/lib/modprobe.d/own.conf"
	conf etc/nfguard.d/50.conf <<<'deny tipc'
	guard_not_loaded
	nfg doctor
	out_has "fbdev-blacklist.conf:1: blacklist tipc hides only"
	out_lacks "kmod.conf"
}

test_files_that_modprobe_does_not_read()
{
	real_tree || return 0
	modprobe_d etc/modprobe.d/cis <<-'END'
	# sctp
	install sctp /bin/false
	blacklist sctp
	END
	modprobe_d etc/modprobe.d/81.conf.bak <<<'blacklist tipc'
	modprobe_d etc/modprobe.d/82.CONF <<<'install tipc /bin/true'
	modprobe_d etc/modprobe.d/README <<<'blacklist and install lines go here'
	modprobe_d etc/modprobe.d/x.conf.dpkg-old <<<'blacklist tipc'
	modprobe_d run/modprobe.d/70.conf <<<'blacklist tipc'
	modprobe_d etc/modprobe.d/70.conf <<<'# nothing'
	nfg doctor
	exits 3
	out_has "/etc/modprobe.d/cis:2: modprobe does not read this file, as its name does not end in .conf: 'install sctp /bin/false' and others have no effect"
	out_has "    remedy: rename it to end in .conf, or remove it"
	out_has "/etc/modprobe.d/81.conf.bak:1: modprobe does not read this file"
	out_has "/etc/modprobe.d/82.CONF:1: modprobe does not read this file"
	out_has "/run/modprobe.d/70.conf:1: modprobe does not read this file, as /etc/modprobe.d has one of the same name: 'blacklist tipc' has no effect"
	out_has "    remedy: move its lines to /etc/modprobe.d/70.conf, or rename it"
	out_lacks README
	out_lacks dpkg-old
	# What is kept out anyway needs none of them.
	conf etc/nfguard.d/50.conf <<<'deny sctp tipc'
	nfg doctor
	exits 0
	rm "$host/root/etc/nfguard.d/50.conf"
	modprobe_d etc/modprobe.d/90.conf <<<$'install sctp /bin/false\ninstall tipc /bin/false'
	nfg doctor
	exits 0
}

test_files_of_modprobe_d_that_are_something_else()
{
	real_tree || return 0
	modprobe_d etc/modprobe.d/cis.conf <<-'END'
	<html>
	<body>404 Not Found</body>
	</html>
	END
	printf 'install sctp /bin/false\r\n' >"$host/root/etc/modprobe.d/dos.conf"
	modprobe_d etc/modprobe.d/slip.conf <<-'END'
	install sctp /bin/false
	blacklst tipc
	END
	ln -s /dev/null "$host/root/etc/modprobe.d/masked.conf"
	ln -s ../no/file "$host/root/etc/modprobe.d/gone.conf"
	nfg doctor
	exits 3
	out_has "/etc/modprobe.d/cis.conf:1: 3 of 3 lines are not modprobe.d's, and modprobe ignores them: '<html>'"
	out_has "    remedy: remove the file, or fetch again what was meant"
	out_has "/etc/modprobe.d/dos.conf:1: 1 line ends in CR LF, and modprobe takes the CR for a part of the name or command"
	out_has "    remedy: sed -i 's/\\r\$//' /etc/modprobe.d/dos.conf"
	out_has "/etc/modprobe.d/slip.conf:2: 1 of 2 lines is not modprobe.d's, and modprobe ignores it: 'blacklst'"
	out_has "/etc/modprobe.d/gone.conf: a link that leads to no file"
	silent
	out_lacks masked.conf
}

# modprobe NAME: the value of kernel.modprobe.
kernel_modprobe()
{
	mkdir -p "$host/proc/sys/kernel" "$host/root/sbin"
	echo "$1" >"$host/proc/sys/kernel/modprobe"
}

test_a_kernel_that_runs_no_modprobe()
{
	real_tree || return 0
	mkdir -p "$host/root/sbin" "$host/root/bin"
	cp /bin/true "$host/root/sbin/modprobe"
	cp /bin/true "$host/root/bin/true"
	kernel_modprobe /sbin/modprobe
	nfg doctor
	out_has "nothing found"
	kernel_modprobe "/sbin/modprobe -b"
	nfg doctor
	exits 0
	out_has "'/sbin/modprobe -b': the kernel takes options for a part of the program's name"
	out_has "    remedy: sysctl kernel.modprobe=/sbin/modprobe"
	kernel_modprobe /sbin/none
	nfg doctor
	out_has "'/sbin/none' is no program that can be run"
	kernel_modprobe /bin/true
	nfg doctor
	out_has "'/bin/true' loads nothing"
	kernel_modprobe ""
	nfg doctor
	out_has "it is empty, so the kernel loads no module on request"
}

test_policy_files_that_are_not_read()
{
	no_modules
	conf etc/nfguard.d/81.conf.bak <<<'deny base'
	conf etc/nfguard.d/82.CONF <<<'deny base top'
	conf etc/nfguard.d/README <<<'Put your rules here.'
	conf etc/nfguard.d/90.conf.unconfirmed <<<'deny base'
	conf etc/nfguard.d/90.conf.dpkg-dist <<<'deny base'
	echo permissive >"$host/root/etc/nfguard.d/mode"
	nfg check
	exits 3
	err_has "/etc/nfguard.d/81.conf.bak:1: not read, as its name does not end in .conf: 'deny base' has no effect"
	err_has "/etc/nfguard.d/82.CONF:1: not read"
	err_lacks README
	err_lacks 90.conf
	nfg doctor
	out_has "/etc/nfguard.d/82.CONF:1: not read, as its name does not end in .conf: 'deny base top' has no effect"
	out_has "    remedy: rename it to end in .conf, then nfguard apply, or remove it"
}

# A link that leads nowhere is no file without rules.
test_a_policy_file_that_is_a_dangling_link()
{
	conf etc/nfguard.d/50.conf <<<'deny base'
	nfg apply
	ln -s ../../usr/share/none.conf "$host/root/etc/nfguard.d/60.conf"
	for verb in check apply "deny top"; do
		# shellcheck disable=SC2086
		nfg $verb
		exits 2
		err_has "/etc/nfguard.d/60.conf: a link that leads to no file, so its rules are missing: restore the file, or remove the link (one to /dev/null masks a file)"
	done
	generation 2
	ln -sf /dev/null "$host/root/etc/nfguard.d/60.conf"
	nfg check
	exits 0
	nfg apply
	exits 0
}
