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

test_preset_in_another_root()
{
	local image=$host/image

	presets
	mkdir -p "$image/etc" "$image/usr/share/nfguard"
	cp -r "$top/userspace/presets" "$image/$preset_dir"
	remember
	nfg preset enable --root "$image" cis-server
	exits 0
	silent
	[ "$(readlink "$image/etc/nfguard.d/50-preset-cis-server.conf")" = \
		"../../$preset_dir/cis-server.conf" ] || bad "no link in the image"
	untouched
	nfg preset list --root "$image"
	grep -Eq '^cis-server +enabled' "$host/out" || bad "not enabled there"
	nfg preset disable --root "$image" cis-server
	exits 0
	[ ! -L "$image/etc/nfguard.d/50-preset-cis-server.conf" ] || bad "the link stayed"
}

# Directories that are links mean those of the image: not the host's, which are there too.
test_preset_follows_links_inside_an_image()
{
	local image=$host/image dir=/${host#/}/escape link

	presets
	mkdir -p "$image/etc" "$image/usr/share/nfguard" "$image$dir/policy" "$image/a/b" "$dir/policy" "$dir/presets"
	cp -r "$top/userspace/presets" "$image/$preset_dir"
	ln -s "$dir/policy" "$image/etc/nfguard.d"
	preset_kernel
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
