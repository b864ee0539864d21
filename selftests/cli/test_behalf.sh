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
	nfguard: warning: /etc/nfguard.d/50.conf:4: 'deny unprivileged authencesn' also judges requests by kernel threads: crypto_authencesn (crypto core and others); if it is unknown which task caused one, it is denied, even to root
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

# One for each row of docs/KERNEL.md, with a module of each name that is asked for.
thread_modules()
{
	tree <<-'END'
	needs kernel/sound/core/seq/snd-seq-midi.ko
	needs kernel/sound/core/seq/snd-seq-oss.ko
	needs kernel/sound/drivers/opl3/snd-opl3-synth.ko
	needs kernel/sound/synth/emux/snd-emux-synth.ko
	needs kernel/sound/isa/sb/snd-emu8000-synth.ko kernel/sound/synth/emux/snd-emux-synth.ko
	needs kernel/sound/hda/snd-hda-codec.ko
	needs kernel/sound/hda/snd-hda-codec-hdmi.ko kernel/sound/hda/snd-hda-codec.ko
	needs kernel/fs/nls/nls_utf8.ko
	needs kernel/fs/nls/nls_cp437.ko
	needs kernel/fs/nfs/nfs.ko
	needs kernel/fs/nfs/blocklayoutdriver.ko
	needs kernel/net/sunrpc/auth_gss/auth_rpcgss.ko
	needs kernel/net/sunrpc/auth_gss/rpcsec_gss_krb5.ko
	needs kernel/drivers/net/phy/realtek.ko
	needs kernel/drivers/w1/slaves/w1_therm.ko
	needs kernel/drivers/cpufreq/cpufreq_ondemand.ko
	needs kernel/drivers/media/pci/saa7134/saa7134.ko
	needs kernel/drivers/media/pci/saa7134/saa7134-dvb.ko kernel/drivers/media/pci/saa7134/saa7134.ko
	alias hdaudio:v10DE0002r*a01* snd_hda_codec_hdmi
	alias fs-nfs nfs
	alias fs-nfs4 nfs
	alias nfs-layouttype4-3 blocklayoutdriver
	alias rpc-auth-6 auth_rpcgss
	alias rpc-auth-gss-krb5 rpcsec_gss_krb5
	alias mdio:0000000000011100110010010001???? realtek
	alias w1-family-0x28 w1_therm
	END
}

test_check_names_what_kernel_threads_request()
{
	local tail="if it is unknown which task caused one, it is denied, even to root"
	local rest

	thread_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny unprivileged snd_seq_midi
	deny unprivileged snd_opl3_synth
	deny unprivileged snd_emux_synth
	deny unprivileged snd_hda_codec_hdmi
	deny unprivileged nls_utf8
	deny unprivileged blocklayoutdriver
	deny unprivileged auth_rpcgss
	deny unprivileged rpcsec_gss_krb5
	deny unprivileged realtek
	deny unprivileged w1_therm
	deny unprivileged cpufreq_ondemand
	deny unprivileged saa7134_dvb
	END
	nfg check
	exits 0
	while read -r rest; do
		err_has "also judges requests by kernel threads: $rest; $tail"
	done <<-'END'
	snd_seq_midi (ALSA)
	snd_opl3_synth (ALSA)
	snd_emu8000_synth (ALSA)
	hdaudio:v10DE0002r*a01* (device probing), snd_hda_codec_hdmi (device probing)
	nls_utf8 (ksmbd)
	nfs_layouttype4_3 (NFS client)
	rpc_auth_6 (nfsd, NFS client)
	rpc_auth_gss_krb5 (nfsd, NFS client)
	mdio:0000000000011100110010010001???? (device probing)
	w1_family_0x28 (device probing)
	cpufreq_ondemand (device probing)
	saa7134_dvb (device probing)
	END
	err_lacks "setuid-root"
	# Nor of those beside them, for which a program or udev asks, by itself.
	conf etc/nfguard.d/50.conf <<<'deny unprivileged snd_seq_oss nls_cp437'
	nfg check
	exits 0
	err_lacks "kernel threads"
	# Denied to all: it does not matter who asks.
	conf etc/nfguard.d/50.conf <<<'deny snd_seq_midi realtek nls_utf8'
	nfg check
	exits 0
	err_lacks "kernel threads"
}

test_check_says_that_both_a_program_and_a_thread_request_it()
{
	thread_modules
	conf etc/nfguard.d/50.conf <<<'deny unprivileged nfs'
	nfg check
	exits 0
	err <<-'END'
	nfguard: warning: /etc/nfguard.d/50.conf:1: 'deny unprivileged nfs' allows what setuid-root programs request for a user: fs_nfs (mount.nfs), fs_nfs4 (mount.nfs): remove 'unprivileged' to deny it to all
	nfguard: warning: /etc/nfguard.d/50.conf:1: 'deny unprivileged nfs' also judges requests by kernel threads: fs_nfs (nfsd); if it is unknown which task caused one, it is denied, even to root
	END
	needs_json || return 0
	nfg why nfs --json
	exits 0
	json '[(w["name"], w["requested_by"]) for w in d["ways"][0]["children"]]' \
		"[('fs_nfs', 'mount.nfs, kernel threads'), ('fs_nfs4', 'mount.nfs')]"
}

# The name of a module is a request like an alias, and the ruling on it the module's.
test_a_module_is_requested_by_its_name()
{
	thread_modules
	mkdir -p "$host/root/etc/modprobe.d"
	echo 'alias nls_utf8 nls_cp437' >"$host/root/etc/modprobe.d/x.conf"
	conf etc/nfguard.d/50.conf <<<'deny unprivileged nls_utf8'
	nfg check
	exits 0
	err <<-'END'
	nfguard: warning: /etc/nfguard.d/50.conf:1: 'deny unprivileged nls_utf8' also judges requests by kernel threads: nls_utf8 (ksmbd); if it is unknown which task caused one, it is denied, even to root
	END
	rm "$host/root/etc/modprobe.d/x.conf"
	needs_json || return 0
	nfg why snd_seq_midi --json
	exits 0
	json 'd["ways"][0]["requested_by"]' "kernel threads"
}

# No thread asks for what is built in: it is there.
test_check_names_no_request_for_what_is_built_in()
{
	thread_modules
	echo kernel/drivers/cpufreq/cpufreq_powersave.ko >"$host/modules/modules.builtin"
	conf etc/nfguard.d/50.conf <<<'deny unprivileged cpufreq_powersave'
	nfg check
	err_lacks "kernel threads"
}
