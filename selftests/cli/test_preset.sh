# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# preset: the curated policy files, on a fake host and against real module trees.

preset_dir=usr/share/nfguard/presets

# presets: a fake host with modules, and the presets of this source.
presets()
{
	tree <<-'END'
	needs kernel/net/sctp/sctp.ko
	needs kernel/net/netfilter/nf_conntrack.ko
	END
	mkdir -p "$host/root/usr/share/nfguard"
	cp -r "$top/userspace/presets" "$host/root/$preset_dir"
	chmod -R go-w "$host/root/$preset_dir"
}

# preset_kernel: gives the image the module tree of presets().
preset_kernel()
{
	mkdir -p "$image/lib/modules"
	cp -r "$host/modules" "$image/lib/modules/6.1"
}

link_is()
{
	[ "$(readlink "$etc/50-preset-$1.conf")" = "../../$preset_dir/$1.conf" ] ||
		bad "$1 is not linked: $(ls -l "$etc")"
}

test_preset_is_enabled_by_a_link_and_applied()
{
	presets
	nfg preset enable rare-protocols
	exits 0
	# Of what it names, this kernel lacks nearly all.
	silent
	out_has "generation 1 -> 2"
	out_has "/etc/nfguard.d/50-preset-rare-protocols.conf made"
	link_is rare-protocols
	grep -q '^name deny any sctp$' "$host/proc/nfguard/policy" || bad "sctp is not denied"
	nfg check
	exits 0
	silent
	nfg preset
	exits 0
	grep -Eq '^rare-protocols +enabled +Network protocols' "$host/out" || bad "not listed as enabled"
	grep -Eq '^no-conntrack +disabled ' "$host/out" || bad "not listed as disabled"
	nfg preset enable rare-protocols
	exits 0
	out_has "rare-protocols is enabled already"
	# An update of it reaches the host.
	echo 'deny nf_conntrack' >>"$host/root/$preset_dir/rare-protocols.conf"
	nfg apply
	grep -q '^name deny any nf_conntrack$' "$host/proc/nfguard/policy" || bad "the update is not read"
	nfg preset disable rare-protocols
	exits 0
	no_file etc/nfguard.d/50-preset-rare-protocols.conf
	in_force <<-'END'
	default allow
	end
	END
	needs_json || return 0
	nfg preset list --json
	json '[p["preset"] for p in d["presets"] if p["state"] == "enabled"]' '[]'
	json 'len(d["presets"])' 7
}

# Several deny the same. That one can't match is nothing to mend, but that an allow of the
# operator's own decides first is worth a word.
test_presets_repeat_each_other_in_silence()
{
	presets
	for preset in cis-server container-host rare-protocols user-namespaces; do
		nfg preset enable $preset
		exits 0
		silent
	done
	nfg check
	exits 0
	silent
	echo 'allow sctp' | conf etc/nfguard.d/10-ours.conf
	nfg check
	exits 0
	err_has "50-preset-cis-server.conf:17:6: 'sctp' can never match here: 'allow sctp' at /etc/nfguard.d/10-ours.conf:1 decides first"
}

test_preset_changes_nothing_when_it_should_not()
{
	presets
	remember
	nfg preset enable rare-protocols --dry-run
	exits 0
	out_has "sctp"
	untouched
	nfg preset enable rare-protocol
	exits 2
	err <<<"nfguard: no preset 'rare-protocol': did you mean rare-protocols?"
	nfg preset enable
	exits 2
	nfg preset keep rare-protocols
	exits 2
	err <<<"nfguard: preset 'keep': must be list, show, enable or disable"
	untouched
	nfg preset show no-conntrack
	exits 0
	same "what is shown" "$host/out" <"$top/userspace/presets/no-conntrack.conf"
	# An error elsewhere.
	conf etc/nfguard.d/10.conf <<<'denny x'
	nfg preset enable rare-protocols
	exits 2
	err_has "nothing was changed"
	[ ! -L "$etc/50-preset-rare-protocols.conf" ] || bad "the link is there"
	rm "$etc/10.conf"
	# What applying refuses takes the link away again.
	set_status locked 1
	steer errno-policy 30
	nfg preset enable rare-protocols
	exits 1
	[ ! -L "$etc/50-preset-rare-protocols.conf" ] || bad "the link stayed"
	out_lacks made
}

# Somebody's own file of that name shadows it as in any directory of policy files.
test_preset_leaves_a_file_of_its_name_alone()
{
	presets
	conf etc/nfguard.d/50-preset-no-conntrack.conf <<<'# not here'
	remember
	for verb in enable disable; do
		nfg preset $verb no-conntrack
		exits 1
		err <<<"nfguard: /etc/nfguard.d/50-preset-no-conntrack.conf is a file of its own, not the link that preset enable makes: move it away first"
	done
	untouched
	nfg preset list
	grep -Eq '^no-conntrack +replaced' "$host/out" || bad "not listed as replaced"
}

test_preset_says_what_it_breaks_before_it_does()
{
	presets
	firewall_tree
	nftables_conf
	enabled nftables.service
	nfg preset enable no-conntrack --dry-run
	err_has "nftables.service needs nft_chain_nat, nft_masq, nft_ct: its ruleset then does not load, which leaves the host open"
	[ ! -L "$etc/50-preset-no-conntrack.conf" ] || bad "the link is there"
}

# preset_image: makes an image with a kernel and the presets.
preset_image()
{
	image=$host/image
	presets
	mkdir -p "$image/etc" "$image/usr/share/nfguard"
	cp -r "$top/userspace/presets" "$image/$preset_dir"
	preset_kernel
	remember
}

test_preset_in_another_root()
{
	preset_image
	nfg preset enable --root "$image" --dry-run cis-server
	exits 0
	out_has "deny sctp"
	out_has "image/etc/nfguard.d/50-preset-cis-server.conf would be made"
	[ ! -L "$image/etc/nfguard.d/50-preset-cis-server.conf" ] || bad "there is a link"
	nfg preset enable --root "$image" cis-server
	exits 0
	silent
	out <<<"image/etc/nfguard.d/50-preset-cis-server.conf made"
	[ "$(readlink "$image/etc/nfguard.d/50-preset-cis-server.conf")" = \
		"../../$preset_dir/cis-server.conf" ] || bad "no link in the image"
	grep -q '^name deny any sctp' "$image/etc/nfguard.d/compiled/6.1" || bad "it is not stored"
	host_is_untouched
	nfg preset list --root "$image"
	grep -Eq '^cis-server +enabled' "$host/out" || bad "not enabled there"
	# As for deny.
	mkdir -p "$image/lib/modules/7.3"
	nfg preset disable --root "$image" cis-server
	exits 2
	err_has "several kernels have modules here: choose one with --kernel:"
	nfg preset disable --kernel 6.1 cis-server
	exits 2
	err_has "preset: --kernel needs --root"
	nfg preset disable --root "$image" --kernel 6.1 cis-server
	exits 0
	[ ! -L "$image/etc/nfguard.d/50-preset-cis-server.conf" ] || bad "the link stayed"
	! grep -q sctp "$image/etc/nfguard.d/compiled/6.1" || bad "it is stored as before"
	# An error in another file there.
	echo 'denny x' >"$image/etc/nfguard.d/10.conf"
	nfg preset enable --root "$image" --kernel 6.1 cis-server
	exits 2
	err_has "nothing was changed"
	[ ! -L "$image/etc/nfguard.d/50-preset-cis-server.conf" ] || bad "there is a link"
	host_is_untouched
}

test_preset_keeps_the_mirror_of_an_image_true()
{
	local lines

	preset_image
	lines=$image/etc/modprobe.d/nfguard.conf
	mkdir -p "$image/etc/modprobe.d"
	nfg mirror on --root "$image"
	exits 0
	nfg preset enable --root "$image" rare-protocols
	exits 0
	grep -qx 'install sctp /bin/false' "$lines" || bad "the mirror lacks sctp"
	nfg mirror --root "$image"
	exits 0
	silent
	# Files that somebody changes by hand.
	echo 'deny nf_conntrack' >"$image/etc/nfguard.d/60.conf"
	nfg mirror --root "$image"
	exits 3
	out_lacks "keeps out 2 modules"
	err_has "is not what the policy says: nfguard mirror on --root image"
	nfg apply --store --root "$image"
	exits 0
	grep -qx 'install nf_conntrack /bin/false' "$lines" || bad "apply --store leaves the mirror"
	echo '#' >>"$lines"
	nfg mirror --root "$image" --kernel 6.1
	exits 3
	err_has "nfguard mirror on --force --root image --kernel 6.1, or nfguard mirror off --force --root"
	nfg apply --store --root "$image"
	err_has "so it is left as it is: nfguard mirror on --force --root image, or remove it"
	host_is_untouched
}

test_preset_JSON()
{
	needs_json || return 0
	preset_image
	for verb in enable enable disable disable; do
		nfg preset $verb --root "$image" --json --dry-run cis-server
		exits 0
		json 'list(d)' "['changes']"
		nfg preset $verb --root "$image" --json cis-server
		exits 0
		json '[d["change"][0][k] for k in ("file", "generation_after")]' \
			"['image/etc/nfguard.d/50-preset-cis-server.conf', None]"
		json '[c["changed"] == c["file_changed"] for c in d["change"]]' '[True]'
		json 'd["change"][0]["changed"]' "$([ $verb = "${last_verb:-}" ] && echo False || echo True)"
		last_verb=$verb
	done
	host_is_untouched
	last_verb=
	for verb in enable enable disable disable; do
		nfg preset $verb --json --dry-run cis-server
		exits 0
		json 'list(d)' "['changes']"
		nfg preset $verb --json cis-server
		exits 0
		json '[d["change"][0][k] for k in ("file", "changed", "file_changed")]' \
			"['/etc/nfguard.d/50-preset-cis-server.conf'$([ $verb = "$last_verb" ] && echo ', False, False' || echo ', True, True')]"
		last_verb=$verb
	done
	guard_not_loaded
	nfg preset enable --json cis-server
	exits 4
	json '[d["change"][0][k] for k in ("file", "changed", "file_changed")]' \
		"['/etc/nfguard.d/50-preset-cis-server.conf', True, True]"
}

# To edit it would be to edit what the package brought, through the link.
test_remove_of_what_a_preset_names()
{
	presets
	nfg preset enable rare-protocols
	nfg remove sctp
	exits 1
	err_has "nfguard: sctp is named by /etc/nfguard.d/50-preset-rare-protocols.conf:11, a preset: nfguard allow sctp decides before it, or nfguard preset disable rare-protocols"
	nfg allow sctp
	exits 0
	nfg test sctp
	exits 0
	nfg remove sctp
	exits 0
	nfg test sctp
	exits 5
	nfg preset disable rare-protocols
	nfg test sctp
	exits 0
	# The name of such a link alone does not make a preset.
	conf etc/nfguard.d/50-preset-ours.conf <<<'deny sctp'
	nfg remove sctp
	err_has "which this command does not edit: edit that file, then nfguard apply"
	rm "$etc/50-preset-ours.conf"
	conf usr/lib/nfguard.d/40-theirs.conf <<<'deny unprivileged sctp'
	nfg remove sctp
	exits 1
	err_has "40-theirs.conf:1, which the next version of its package replaces: copy it to /etc/nfguard.d and edit the copy, then nfguard apply"
	preset_image
	echo 'deny unprivileged sctp' >"$image/$preset_dir/ours.conf"
	nfg preset enable --root "$image" ours
	nfg remove --root "$image" sctp
	exits 1
	err_has "a preset: nfguard allow unprivileged sctp --root image decides before it, or nfguard preset disable ours --root image"
	nfg allow unprivileged sctp --root "$image"
	exits 0
}

# With its file gone, as after a downgrade, a link keeps the whole policy from being applied.
test_preset_whose_file_is_gone()
{
	presets
	printf '# Ours.\ndeny sctp\n' >"$host/root/$preset_dir/mine.conf"
	nfg preset enable mine
	exits 0
	rm "$host/root/$preset_dir/mine.conf"
	nfg check
	exits 2
	err_has "/etc/nfguard.d/50-preset-mine.conf: a link to a preset that is gone, so its rules are missing: install it again, or nfguard preset disable mine"
	nfg preset list
	exits 0
	grep -Eq '^mine +broken' "$host/out" || bad "not listed as broken"
	err_has "/etc/nfguard.d/50-preset-mine.conf leads to no file: nfguard preset disable mine"
	nfg preset enable mine
	exits 1
	err <<<"nfguard: mine is gone: install it again, or nfguard preset disable mine"
	# If that is refused, the link is as it was.
	set_status locked 1
	steer errno-policy 30
	nfg preset disable mine
	exits 1
	[ -L "$etc/50-preset-mine.conf" ] || bad "the link went"
	set_status locked 0
	rm "$host/proc/fake/errno-policy"
	nfg preset disable mine
	exits 0
	[ ! -L "$etc/50-preset-mine.conf" ] || bad "the link stayed"
	nfg check
	exits 0
	# One that was made for another place.
	ln -s ../../usr/local/share/nfguard/presets/no-conntrack.conf "$etc/50-preset-no-conntrack.conf"
	nfg preset list
	err_has "leads to no file: nfguard preset enable no-conntrack"
	nfg preset enable no-conntrack
	exits 0
	link_is no-conntrack
}

# Directories that are links mean those of the image: not the host's, which are there too.
test_preset_follows_links_inside_an_image()
{
	local dir=/${host#/}/escape link

	preset_image
	mkdir -p "$image$dir/policy" "$image/a/b" "$dir/policy" "$dir/presets"
	ln -s "$dir/policy" "$image/etc/nfguard.d"
	nfg preset enable --root "$image" cis-server
	exits 0
	[ -z "$(ls "$dir/policy")" ] || bad "the host got $(ls "$dir/policy")"
	link=$image$dir/policy/50-preset-cis-server.conf
	[ -L "$link" ] || bad "there is no link in the image"
	# The presets themselves.
	mv "$image/$preset_dir" "$image$dir/presets"
	printf '# The host has this.\ndeny sctp\n' >"$dir/presets/of-the-host.conf"
	ln -s "$dir/presets" "$image/$preset_dir"
	nfg list --root "$image"
	exits 0
	out_has "deny sctp"
	nfg preset list --root "$image"
	exits 0
	out_lacks of-the-host
	grep -Eq '^cis-server +enabled' "$host/out" || bad "not enabled there"
	nfg preset disable --root "$image" cis-server
	exits 0
	[ ! -L "$link" ] || bad "the link stayed"
	# The host need not have the directory; a preset may be a link, too.
	rm -r "$dir"
	mv "$image$dir/presets/no-conntrack.conf" "$image/a/b"
	ln -s /a/b/no-conntrack.conf "$image$dir/presets/no-conntrack.conf"
	nfg preset enable --root "$image" no-conntrack
	exits 0
	[ -L "$image$dir/policy/50-preset-no-conntrack.conf" ] || bad "it needs the host's directory"
	nfg list --root "$image"
	out_has "deny nf_conntrack"
	nfg preset list --root "$image"
	grep -q '^no-conntrack.*No connection' "$host/out" || bad "its heading is not read"
}

# What is stored for boot is no exception.
test_store_follows_links_inside_an_image()
{
	local dir=/${host#/}/escape

	linked_image
	mkdir -p "$dir" "$image$dir"
	ln -s "$dir" "$image/data/nfguard.d/compiled"
	nfg deny --root "$image" base
	exits 0
	[ -z "$(ls "$dir")" ] || bad "the host got $(ls "$dir")"
	[ -s "$image$dir/6.1" ] || bad "it is not stored in the image"
}

# The drivers that presets may name: what the CIS benchmark demands.
drivers='usb-storage|firewire-core'

# Each of them against the module trees of real kernels, as far as there are any here.
test_presets_compile_for_real_kernels_and_name_no_driver()
{
	local preset tree denied n=0

	for preset in "$top"/userspace/presets/*.conf; do
		grep -q '^# For: ' "$preset" || bad "$preset does not say for whom it is"
		grep -q '^# Breaks: ' "$preset" || bad "$preset does not say what it breaks"
		grep -E '^(allow|deny)' "$preset" | grep -v '#' && bad "$preset: a rule without comment"
	done
	for tree in "$top"/.cache/kernels/*/root/usr/lib/modules/* /lib/modules/*; do
		[ -s "$tree/modules.dep" ] || continue
		n=$((n + 1))
		rm -rf "$host/modules"
		cp -r "$(dirname "$tree/x")" "$host/modules" 2>/dev/null
		for preset in "$top"/userspace/presets/*.conf; do
			nfg check "$preset"
			[ "$status" = 0 ] || grep -q 'built into' "$host/err" ||
				bad "$preset on ${tree##*/}: exit status $status"
			err_lacks 'not a module or alias'
			denied=$(sed 's/#.*//; s/^\(deny\|allow\)\( unprivileged\)\?//' "$preset" |
				xargs -n 1 | grep -v '[@*]' | sed 's/_/[-_]/g' | paste -sd'|')
			! grep -Eo "^[^:]*/drivers/[^:]*/($denied)\.ko" "$tree/modules.dep" |
				grep -Ev "/($drivers)\.ko" || bad "$preset names a driver"
		done
	done
	[ $n -gt 0 ] || skip "no module tree of a real kernel is here"
}
