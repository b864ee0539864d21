# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
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
