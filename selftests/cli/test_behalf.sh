# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What check and why say of rules for unprivileged askers, about those who ask on behalf
# of a user.

behalf_modules()
{
	tree <<-'END'
	needs kernel/fs/fuse/fuse.ko
	needs kernel/drivers/net/slhc.ko
	needs kernel/drivers/net/ppp_generic.ko kernel/drivers/net/slhc.ko
	needs kernel/crypto/authencesn.ko
	needs kernel/net/other.ko
	alias fs-fuse fuse
	alias fs-fuseblk fuse
	alias fs-fusectl fuse
	alias char-major-10-229 fuse
	alias devname:fuse fuse
	alias char-major-108-0 ppp_generic
	alias crypto-authencesn authencesn
	alias authencesn-alias authencesn
	alias net-pf-30 other
	END
}

test_check_names_who_asks_on_behalf_of_a_user()
{
	behalf_modules
	conf etc/nfguard.d/50.conf <<-'END'
	# one a line
	deny unprivileged alias:fs-fusectl
	deny unprivileged fuse slhc
	deny unprivileged authencesn
	END
	nfg check
	exits 0
	err <<-'END'
	nfguard: warning: /etc/nfguard.d/50.conf:2: 'deny unprivileged alias:fs-fusectl' allows what setuid-root programs request for a user: fs_fusectl (mount): remove 'unprivileged' to deny it to all
	nfguard: warning: /etc/nfguard.d/50.conf:3: 'deny unprivileged fuse slhc' allows what setuid-root programs request for a user: fs_fuse (fusermount3, mount), fs_fuseblk (mount), char_major_10_229 (fusermount3) and 1 more: remove 'unprivileged' to deny it to all
	nfguard: warning: /etc/nfguard.d/50.conf:4: 'deny unprivileged authencesn' also judges requests by kernel threads: crypto_authencesn; if it is unknown which task caused one, it is denied, even to root
	END
	needs_json || return 0
	nfg check --json
	exits 0
	json '[(f["check"], f["severity"], f["file"], f["line"]) for f in d["findings"]]' \
		"[('on-behalf', 'warning', '/etc/nfguard.d/50.conf', 2), ('on-behalf', 'warning', '/etc/nfguard.d/50.conf', 3), ('on-behalf', 'warning', '/etc/nfguard.d/50.conf', 4)]"
	json '[f["remedy"] for f in d["findings"]][1:]' \
		"[\"remove 'unprivileged' to deny it to all\", None]"
}

test_check_is_silent_where_nobody_asks_on_behalf()
{
	behalf_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny fuse authencesn
	deny unprivileged other
	allow unprivileged slhc
	END
	nfg check
	exits 0
	err_lacks "setuid-root"
	err_lacks "kernel threads"
	# Denied to all in the end: nothing is left to those who ask as root.
	conf etc/nfguard.d/50.conf <<-'END'
	deny unprivileged fuse authencesn
	deny fuse authencesn
	END
	nfg check
	exits 0
	err_lacks "setuid-root"
	err_lacks "kernel threads"
}

test_an_alias_of_modprobe_d_is_one_request()
{
	behalf_modules
	mkdir -p "$host/root/etc/modprobe.d"
	echo 'alias fs-fusectl fuse' >"$host/root/etc/modprobe.d/x.conf"
	conf etc/nfguard.d/50.conf <<<'deny unprivileged alias:fs-fusectl'
	nfg check
	exits 0
	err <<-'END'
	nfguard: warning: /etc/nfguard.d/50.conf:1: 'deny unprivileged alias:fs-fusectl' allows what setuid-root programs request for a user: fs_fusectl (mount): remove 'unprivileged' to deny it to all
	END
}

test_why_says_who_asks_on_behalf_of_a_user()
{
	behalf_modules
	conf etc/nfguard.d/50.conf <<<'deny unprivileged slhc authencesn'
	nfg why ppp_generic
	exits 0
	tail -n 3 "$host/out" >"$host/notes"
	same "the notes" "$host/notes" <<-'END'
	A kernel thread is judged as the task that caused its request;
	if that is unknown, as unprivileged.
	A setuid-root program that asks for a user is not unprivileged: char_major_108_0 (pppd).
	END
	nfg why authencesn
	exits 0
	out_has "if that is unknown, as unprivileged."
	out_lacks "setuid-root"
	# Their requests are known, but no rule tells askers apart.
	nfg why fuse
	exits 0
	out_lacks "kernel thread"
	out_lacks "setuid-root"
	nfg why authencesn --dot
	exits 0
	out_lacks "kernel thread"
	needs_json || return 0
	nfg why authencesn --json
	exits 0
	valid_json
	json '[w["requested_by"] for w in d["ways"][0]["children"]]' \
		"['kernel threads', None]"
	nfg why fuse --json
	json '[w["requested_by"] for w in d["ways"][0]["children"]][:2]' \
		"['fusermount3, mount', 'mount']"
}
