# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# import: rules in place of lines of modprobe.d, and what those really kept out.

test_import_modprobe_d_of_this_host()
{
	real_tree || return 0
	modprobe_d etc/modprobe.d/50.conf <<-'END'
	# CIS
	install sctp /bin/false
	blacklist sctp
	options sctp x=1
	blacklist tipc
	install xt-LOG /bin/true
	alias net-pf-30 off
	install nf_log_syslog /sbin/modprobe --ignore-install nf_log_syslog
	blacklist nfguard
	END
	modprobe_d usr/lib/modprobe.d/fbdev-blacklist.conf <<<'blacklist nf_log_syslog'
	echo 'quiet module_blacklist=tipc,no_such modprobe.blacklist=sctp_diag' >"$host/proc/cmdline"
	nfg import
	exits 0
	out <<-'END'
	# Made by nfguard import. Above each rule: the line that it stands for, and what
	# that kept out until now.

	# /etc/modprobe.d/50.conf:2: install sctp /bin/false
	#   kept out: what modprobe loads, by any name, and all that needs it; not insmod
	deny sctp

	# /etc/modprobe.d/50.conf:3: blacklist sctp
	#   kept out: with other lines, what modprobe loads, by any name; not insmod
	# as above: deny sctp

	# /etc/modprobe.d/50.conf:5: blacklist tipc
	#   kept out: its 1 alias alone: modprobe by its name went through
	deny tipc

	# /etc/modprobe.d/50.conf:6: install xt_LOG /bin/true
	#   kept out: nothing: modprobe ignores install lines beside a soft dependency
	deny xt_LOG

	# /etc/modprobe.d/50.conf:7: alias net_pf_30 off
	#   kept out: that name alone
	deny alias:net_pf_30

	# /etc/modprobe.d/50.conf:8: install nf_log_syslog /sbin/modprobe --ignore-install nf_log_syslog
	#   it runs a command, which no rule does

	# /etc/modprobe.d/50.conf:9: blacklist nfguard
	#   no rule can name that

	# /usr/lib/modprobe.d/fbdev-blacklist.conf:1: blacklist nf_log_syslog
	#   not imported, as it came with a package: add the rule if you mean it

	# proc/cmdline:1: module_blacklist=tipc
	#   kept out: every way in, insmod too, as long as that command line is booted
	# as above: deny tipc

	# proc/cmdline:1: module_blacklist=no_such
	#   kept out: every way in, insmod too, as long as that command line is booted
	deny no_such

	# proc/cmdline:1: modprobe.blacklist=sctp_diag
	#   kept out: its aliases alone, as long as that command line is booted
	deny sctp_diag
	END
	silent
	# It is a policy file.
	nfg import --output "$host/root/etc/nfguard.d/60.conf"
	exits 0
	nfg apply
	exits 0
	nfg test net-pf-30
	exits 5
	# What nfguard itself wrote is none of it.
	rm "$host/root/etc/modprobe.d/50.conf" "$host/proc/cmdline"
	nfg mirror on
	nfg import
	out_lacks deny
	err_has "there is nothing to import"
}

test_import_files()
{
	real_tree || return 0
	cat >"$host/list" <<-'END'
	# ours
	sctp
	xt-LOG   # the log
	no-such
	END
	cat >"$host/old.conf" <<-'END'
	install tipc /sbin/modprobe --ignore-install tipc
	install tipc /bin/false
	alias sctp off
	module_blacklist=a-b
	some words here
	END
	nfg import "$host/list" "$host/old.conf"
	exits 0
	grep '^deny' "$host/out" >"$host/rules"
	same rules "$host/rules" <<-'END'
	deny sctp
	deny xt_LOG
	deny no_such
	deny tipc
	deny a_b
	END
	out_has "#   kept out: nothing: it is a name in a list"
	out_has "#   kept out: nothing: old.conf:1 comes first, and modprobe runs that"
	out_has "# old.conf:3: alias sctp off"
	out_has "#   kept out: that name alone: 3 of 4 names still brought it in"
	out_has "#   not understood: neither a line of modprobe.d nor a name"
	err <<<"nfguard: warning: 1 line is not understood: see the comments"
	printf '<html>\n<body>404</body>\n' >"$host/page"
	nfg import "$host/page"
	exits 2
	out </dev/null
	err_has "none of 2 lines is one of modprobe.d or a name: nothing is imported"
	nfg import "$host/none"
	exits 2
	err_has "none: cannot be read: No such file or directory"
	needs_json || return 0
	nfg import --json "$host/list"
	valid_json
	json '[i["rule"] for i in d["imports"]]' "['deny sctp', 'deny xt_LOG', 'deny no_such']"
	json '[d["imports"][0][k] for k in ("line", "text", "kept")]' "[2, 'sctp', 'nothing']"
}

test_import_several_names_of_a_line()
{
	real_tree || return 0
	cat >"$host/list" <<-'END'
	sctp,no-such
	tipc, xt-LOG ,a_b,   # in advisories
	nf_log_syslog sctp_diag
	END
	nfg import "$host/list"
	exits 0
	silent
	grep '^deny' "$host/out" >"$host/rules"
	same rules "$host/rules" <<-'END'
	deny sctp
	deny no_such
	deny tipc
	deny xt_LOG
	deny a_b
	deny nf_log_syslog
	deny sctp_diag
	END
	out_has "list:1: no-such"
	out_lacks "not understood"
	# Prose is no list, nor is half of one.
	printf '%s\n' 'sctp tipc no_such' 'sctp, and tipc too' 'sctp,t!pc' ',' >"$host/list"
	nfg import "$host/list"
	exits 2
	out </dev/null
	err_has "none of 4 lines is one of modprobe.d or a name"
	printf 'sctp,tipc\r\n' >"$host/list"
	nfg import "$host/list"
	exits 0
	[ "$(grep -c '^deny' "$host/out")" = 2 ] || bad "a carriage return is part of a name"
}

# libkmod takes the third word alone.
test_alias_off_with_a_comment()
{
	real_tree || return 0
	modprobe_d etc/modprobe.d/50.conf <<<'alias net-pf-30 off # CIS'
	modprobe_says net-pf-30 ""
	nfg import
	exits 0
	out_has "# /etc/modprobe.d/50.conf:1: alias net_pf_30 off # CIS"
	grep -qx 'deny alias:net_pf_30' "$host/out" || bad "no rule"
	modprobe_d etc/modprobe.d/60.conf <<<'alias sctp off # CIS'
	nfg doctor
	out_has "60.conf:1: alias sctp off closes only that name: 3 of 4 names still bring sctp in"
}

test_import_of_DOS_files()
{
	real_tree || return 0
	printf '%s\r\n' '# CIS' '' 'install tipc /bin/false' 'blacklist sctp' \
		'alias net-pf-30 off' 'install xt_LOG /sbin/modprobe xt_LOG' >"$host/dos.conf"
	nfg import "$host/dos.conf"
	exits 0
	err <<<"nfguard: warning: 4 lines end in CR LF, and modprobe takes the CR for a part of the name or command: read here as meant"
	tail -n +4 "$host/out" >"$host/rules"
	same rules "$host/rules" <<-'END'
	# dos.conf:3: install tipc /bin/false
	#   kept out: what modprobe loads, by accident: it ends in a carriage return, and there is no such command
	deny tipc

	# dos.conf:4: blacklist sctp
	#   kept out: nothing: it ends in a carriage return, which modprobe takes for a part of the name
	deny sctp

	# dos.conf:5: alias net_pf_30 off
	#   kept out: that name alone, by accident: it ends in a carriage return, and there is no such module
	deny alias:net_pf_30

	# dos.conf:6: install xt_LOG /sbin/modprobe xt_LOG
	#   it runs a command, which no rule does
	END
	printf 'sctp\r\n\r\ntipc\r\n' >"$host/list"
	nfg import "$host/list"
	exits 0
	err_has "warning: 2 lines end in CR LF"
	grep '^deny' "$host/out" >"$host/rules"
	same rules "$host/rules" <<<$'deny sctp\ndeny tipc'
}

# A saved /proc/cmdline, or what the boot loader reads.
test_import_of_command_lines()
{
	real_tree || return 0
	cat >"$host/cmdline" <<-'END'
	BOOT_IMAGE=/vmlinuz-6.1 root=/dev/sda1 ro module_blacklist=tipc,xt-LOG quiet
	GRUB_CMDLINE_LINUX="modprobe.blacklist=sctp"
	GRUB_CMDLINE_LINUX_DEFAULT='quiet module_blacklist="a-b,c"'
	options root=UUID=1-2 module_blacklist=sctp_diag
	END
	nfg import "$host/cmdline"
	exits 0
	silent
	grep -E '^(deny|# cmdline)' "$host/out" >"$host/rules"
	same rules "$host/rules" <<-'END'
	# cmdline:1: module_blacklist=tipc
	deny tipc
	# cmdline:1: module_blacklist=xt-LOG
	deny xt_LOG
	# cmdline:2: modprobe.blacklist=sctp
	deny sctp
	# cmdline:3: module_blacklist=a_b
	deny a_b
	# cmdline:3: module_blacklist=c
	deny c
	# cmdline:4: module_blacklist=sctp_diag
	deny sctp_diag
	END
}

test_import_writes_where_it_is_told()
{
	echo sctp >"$host/list"
	nfg import --output "$host/none/70.conf" "$host/list"
	exits 1
	err <<<"nfguard: none/70.conf: there is no directory none: correct the name, or make it first"
	[ ! -e "$host/none" ] || bad "the directory was made"
	nfg import --output "$etc/70.conf" "$host/list"
	exits 0
	out <<<"/etc/nfguard.d/70.conf written, 1 rule"
	# Lines of modprobe.d that were put there as they were.
	conf etc/nfguard.d/80.conf <<<'install sctp /bin/false'
	nfg check
	exits 2
	err <<<"nfguard: /etc/nfguard.d/80.conf:1:1: 'install': a line must begin with allow, deny or default; nfguard import FILE prints rules in place of lines of modprobe.d"
	nfg import "$etc/80.conf"
	exits 0
	out_has "deny sctp"
}

# What it writes is a policy file, whatever the lines are.
test_import_of_what_no_rule_can_name()
{
	real_tree || return 0
	cat >"$host/odd.conf" <<-'END'
	blacklist
	blacklist sctp
	install
	install tipc
	install tipc /bin/false
	blacklist @net
	blacklist allow
	blacklist unprivileged
	blacklist #sctp
	blacklist alias:tipc
	blacklist a\b
	END
	nfg import --output "$etc/70.conf" "$host/odd.conf"
	exits 0
	grep '^deny' "$etc/70.conf" >"$host/rules"
	same rules "$host/rules" <<-'END'
	deny sctp
	deny tipc
	END
	nfg check
	exits 0
	silent
	nfg import "$host/odd.conf"
	grep -A 1 -E '^# odd.conf:(1|3|4|5|6|7):' "$host/out" | grep -v '^--' >"$host/notes"
	same notes "$host/notes" <<-'END'
	# odd.conf:1: blacklist
	#   its name is missing, so modprobe ignores it
	# odd.conf:3: install
	#   its name is missing, so modprobe ignores it
	# odd.conf:4: install tipc
	#   its command is missing, so modprobe ignores it
	# odd.conf:5: install tipc /bin/false
	#   kept out: what modprobe loads, by any name, and all that needs it; not insmod
	# odd.conf:6: blacklist @net
	#   no rule can name that
	# odd.conf:7: blacklist allow
	#   no rule can name that
	END
}

test_import_from_an_image()
{
	linked_image
	mkdir -p "$image/etc/modprobe.d"
	echo 'blacklist base' >"$image/etc/modprobe.d/a.conf"
	echo 'module_blacklist=third' >"$host/proc/cmdline"
	nfg import --root "$image"
	exits 0
	out_has "deny base"
	out_lacks third
}
