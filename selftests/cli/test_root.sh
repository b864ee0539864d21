# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# An image below --root: its links mean its own files, and only those are edited.

# linked_image: makes one with a kernel, whose directories are links as images have them.
linked_image()
{
	image=$host/image
	mkdir -p "$image/usr/lib" "$image/data/nfguard.d" "$image/etc" "$image/usr/share/presets"
	ln -s /usr/lib "$image/lib"
	ln -s /data/nfguard.d "$image/etc/nfguard.d"
	two_modules
	mkdir -p "$image/usr/lib/modules"
	mv "$host/modules" "$image/usr/lib/modules/6.1"
	mkdir "$host/modules"
	no_modules
	unresolved=shown
}

test_links_of_an_image_stay_inside()
{
	linked_image
	echo 'deny base' >"$image/usr/share/presets/ours.conf"
	ln -s /usr/share/presets/ours.conf "$image/data/nfguard.d/50.conf"
	ln -s ../../../../../../usr/share/presets/ours.conf "$image/data/nfguard.d/60.conf"
	ln -s /dev/null "$image/data/nfguard.d/70.conf"
	nfg list --root "$image"
	exits 0
	out_has "/etc/nfguard.d/50.conf:1"
	out_has "deny base"
	# What only the host has is not there.
	echo 'deny top' >"$host/outside.conf"
	ln -s "$host/outside.conf" "$image/data/nfguard.d/80.conf"
	nfg check --root "$image"
	exits 2
	err_has "/etc/nfguard.d/80.conf: a link that leads to no file"
	rm "$image/data/nfguard.d/80.conf"
	# In a circle they lead nowhere.
	ln -s 91.conf "$image/data/nfguard.d/90.conf"
	ln -s 90.conf "$image/data/nfguard.d/91.conf"
	nfg check --root "$image"
	exits 2
}

# The aliases of modprobe.d count, from where the image's links lead.
test_modprobe_d_of_an_image()
{
	linked_image
	mkdir -p "$image/data/modprobe.d" "$image/opt"
	ln -s /data/modprobe.d "$image/etc/modprobe.d"
	echo 'alias by-link base' >"$image/opt/ours.conf"
	ln -s /opt/ours.conf "$image/data/modprobe.d/a.conf"
	echo 'alias as-file base' >"$image/data/modprobe.d/b.conf"
	echo 'deny base' >"$image/data/nfguard.d/50.conf"
	nfg test --root "$image" by-link
	exits 5
	nfg test --root "$image" as-file
	exits 5
}

# host_is_untouched: neither its files nor its guard.
host_is_untouched()
{
	untouched
	generation 1
	[ ! -e "$image/run/nfguard" ] || bad "a lock is left in the image"
	[ ! -e "$image/var/lib/nfguard" ] || bad "a history is in the image"
}

test_edit_an_image()
{
	linked_image
	remember
	nfg deny --root "$image" base
	exits 0
	out <<<"image/etc/nfguard.d/50-nfguard.conf written"
	silent
	grep -qx 'deny base' "$image/data/nfguard.d/50-nfguard.conf" || bad "it is not in the image"
	grep -q '^compiled 1 kernel=6.1 ' "$image/data/nfguard.d/compiled/6.1" || bad "it is not stored"
	nfg deny --root "$image" --dry-run third
	exits 0
	out_has "+deny third"
	nfg allow --root "$image" top
	exits 3
	err <<<"nfguard: top: it needs base, which 'deny base' at image/etc/nfguard.d/50-nfguard.conf:5 denies: allow that"
	nfg remove --root "$image" top
	exits 0
	nfg list --root "$image"
	out_has "deny base"
	host_is_untouched
	# A name that only another kernel knows.
	nfg deny --root "$image" no_such
	exits 3
	err_has "'no_such' is not a module or alias of any installed kernel"
	mkdir -p "$image/usr/lib/modules/7.3"
	nfg deny --root "$image" third
	exits 2
	err_has "several kernels have modules here: choose one with --kernel:"
	nfg deny --root "$image" --kernel 6.1 third
	exits 0
	# What makes no sense there.
	nfg deny --root "$image" --runtime third
	exits 2
	err_has "deny: --root excludes --runtime: give one or the other"
	nfg allow --root "$image" --for 10m third
	exits 2
	nfg deny --kernel 6.1 third
	exits 2
	err_has "deny: --kernel needs --root: on this host the running kernel counts"
	host_is_untouched
}

test_mirror_of_an_image()
{
	linked_image
	mkdir -p "$image/etc/modprobe.d"
	remember
	nfg deny --root "$image" base
	nfg mirror on --root "$image"
	exits 0
	grep -qx 'install top /bin/false' "$image/etc/modprobe.d/nfguard.conf" || bad "there is no mirror"
	nfg deny --root "$image" third
	grep -qx 'install third /bin/false' "$image/etc/modprobe.d/nfguard.conf" || bad "it is not kept"
	echo permissive >"$image/data/nfguard.d/mode"
	nfg mirror --root "$image"
	exits 3
	out <<<"on: image/etc/modprobe.d/nfguard.conf keeps out 3 modules"
	err <<<"nfguard: image/etc/modprobe.d/nfguard.conf is not what the policy says: nfguard mirror on --root image"
	nfg mirror on --root "$image"
	exits 0
	out_has "keeps nothing out, as the mode is permissive"
	nfg mirror off --root "$image"
	exits 0
	[ ! -e "$image/etc/modprobe.d/nfguard.conf" ] || bad "the mirror is still there"
	host_is_untouched
}
