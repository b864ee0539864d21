# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What a rule on a module means for the modules that need it, and for their aliases.

# decision NAME...: prints what the policy in force says about each, and by which rule.
decision()
{
	local name

	for name; do
		awk -v name="$name" '
			$1 == "default" { verdict = $2; rule = "default" }
			$1 == "rule" { at = substr($0, 6) }
			$1 == "name" && $3 == "any" && $4 == name { verdict = $2; rule = at }
			END { printf "%s: %s, %s\n", name, verdict, rule }
		' "$host/proc/nfguard/policy"
	done
}

# top needs base; each has an alias, and they share one with a third.
two_modules()
{
	tree <<-'END'
	needs kernel/net/base.ko
	needs kernel/net/top.ko kernel/net/base.ko
	needs kernel/net/third.ko
	alias base-alias base
	alias top-alias top
	alias shared top
	alias shared third
	alias both base
	alias both top
	symbol top_sends top
	END
}

# case_of DEFAULT VERDICT-ON-BASE VERDICT-ON-TOP: prints, in one line, the verdicts that
# come of a policy file. A verdict "-" stands for no rule.
case_of()
{
	{
		echo "default $1"
		[ "$2" = - ] || echo "$2 base"
		[ "$3" = - ] || echo "$3 top"
	} | conf etc/nfguard.d/50.conf
	nfg apply
	printf '%s %s %s |' "$@"
	decision base base_alias top top_alias both shared |
		awk '{ printf " %s %s", $1, $2 ~ /deny/ ? "D(" $3 ($4 ? " " $4 : "") ")" : "A" }'
	echo
}

test_every_pair_of_verdicts_on_a_module_and_what_it_needs()
{
	local dflt base top

	two_modules
	for dflt in allow deny; do
		for base in - allow deny; do
			for top in - allow deny; do
				case_of $dflt $base $top
			done
		done
	done >"$test/table"
	same "the table" "$test/table" <<-'END'
	allow - - | base: A base_alias: A top: A top_alias: A both: A shared: A
	allow - allow | base: A base_alias: A top: A top_alias: A both: A shared: A
	allow - deny | base: A base_alias: A top: D(deny top) top_alias: D(deny top) both: A shared: A
	allow allow - | base: A base_alias: A top: A top_alias: A both: A shared: A
	allow allow allow | base: A base_alias: A top: A top_alias: A both: A shared: A
	allow allow deny | base: A base_alias: A top: D(deny top) top_alias: D(deny top) both: A shared: A
	allow deny - | base: D(deny base) base_alias: D(deny base) top: D(deny base) top_alias: D(deny base) both: D(deny base) shared: A
	allow deny allow | base: D(deny base) base_alias: D(deny base) top: D(deny base) top_alias: D(deny base) both: D(deny base) shared: A
	allow deny deny | base: D(deny base) base_alias: D(deny base) top: D(deny top) top_alias: D(deny top) both: D(deny base) shared: A
	deny - - | base: D(default) base_alias: D(default) top: D(default) top_alias: D(default) both: D(default) shared: D(default)
	deny - allow | base: A base_alias: A top: A top_alias: A both: A shared: A
	deny - deny | base: D(default) base_alias: D(default) top: D(deny top) top_alias: D(deny top) both: D(deny top) shared: D(deny top)
	deny allow - | base: A base_alias: A top: D(default) top_alias: D(default) both: A shared: D(default)
	deny allow allow | base: A base_alias: A top: A top_alias: A both: A shared: A
	deny allow deny | base: A base_alias: A top: D(deny top) top_alias: D(deny top) both: A shared: D(deny top)
	deny deny - | base: D(deny base) base_alias: D(deny base) top: D(deny base) top_alias: D(deny base) both: D(deny base) shared: D(deny base)
	deny deny allow | base: D(deny base) base_alias: D(deny base) top: D(deny base) top_alias: D(deny base) both: D(deny base) shared: D(deny base)
	deny deny deny | base: D(deny base) base_alias: D(deny base) top: D(deny top) top_alias: D(deny top) both: D(deny base) shared: D(deny top)
	END
}

test_the_first_rule_that_names_a_module_decides()
{
	two_modules
	conf etc/nfguard.d/50.conf <<-'END'
	allow base
	deny base third
	allow third
	END
	nfg apply
	exits 0
	[ "$(decision base)" = "base: allow, default" ] || bad "$(decision base)"
	[ "$(decision third)" = "third: deny, deny base third" ] || bad "$(decision third)"
}

test_each_of_several_modules_that_one_needs_counts()
{
	local need

	tree <<-'END'
	needs kernel/top.ko kernel/a.ko kernel/b.ko kernel/c.ko
	needs kernel/a.ko kernel/b.ko kernel/c.ko
	needs kernel/b.ko kernel/c.ko
	needs kernel/c.ko
	END
	for need in a b c; do
		conf etc/nfguard.d/50.conf <<<"deny $need"
		nfg apply
		exits 0
		[[ $(decision top) == *"deny $need" ]] || bad "deny $need: $(decision top)"
	done
}

test_an_allow_above_a_deny_of_what_it_needs_lets_nothing_half_load()
{
	two_modules
	conf etc/nfguard.d/50.conf <<-'END'
	allow top
	deny base
	END
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule allow top
	rule deny base
	name deny any base
	name deny any base_alias
	name deny any both
	name deny any symbol:top_sends
	name deny any top
	name deny any top_alias
	end
	END
}

test_an_unprivileged_asker_is_denied_what_is_shared()
{
	two_modules
	conf etc/nfguard.d/50.conf <<<'deny unprivileged base'
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule deny unprivileged base
	name deny unprivileged base
	name deny unprivileged base_alias
	name deny unprivileged both
	name deny unprivileged shared
	name deny unprivileged symbol:top_sends
	name deny unprivileged top
	name deny unprivileged top_alias
	end
	END
}

# @net is kernel/net, and not the drivers of the network that the host is reached by.
test_a_group_is_a_path_from_the_top_or_a_directory_below_net()
{
	tree <<-'END'
	needs kernel/net/core/pktgen.ko
	needs kernel/net/netfilter/xt_x.ko
	needs kernel/net/ipv4/netfilter/ipt_x.ko
	needs kernel/drivers/net/virtio_net.ko
	needs kernel/drivers/net/netfilter/odd.ko
	needs kernel/drivers/net/usb/cdc_x.ko
	needs kernel/drivers/md/raid-x.ko
	needs kernel/sound/usb/snd_x.ko
	needs updates/extra-x/own.ko
	END
	conf etc/nfguard.d/50.conf <<<'deny @net'
	nfg apply
	exits 0
	silent
	in_force <<-'END'
	default allow
	rule deny @net
	name deny any ipt_x
	name deny any pktgen
	name deny any xt_x
	end
	END
	conf etc/nfguard.d/50.conf <<<'deny @netfilter @md @drivers/net/usb @updates @extra-x'
	nfg apply
	exits 0
	silent
	in_force <<-'END'
	default allow
	rule deny @netfilter @md @drivers/net/usb @updates @extra-x
	name deny any cdc_x
	name deny any ipt_x
	name deny any own
	name deny any raid_x
	name deny any xt_x
	end
	END
	conf etc/nfguard.d/50.conf <<-'END'
	allow xt_x
	deny nf_x @usb
	END
	nfg apply
	exits 2
	err <<-'END'
	nfguard: /etc/nfguard.d/50.conf:2:11: '@usb' could be any of several directories: name the one you mean: @drivers/net/usb, @sound/usb
	nfguard: nothing was changed, generation 3 stays in force
	END
	conf etc/nfguard.d/50.conf <<<'deny @no/such'
	nfg check
	err_has "50.conf:1:6: '@no/such': no module of this kernel is in such a directory"
}

test_a_group_is_a_directory_of_the_tree()
{
	tree <<-'END'
	needs kernel/net/netfilter/ipset/ip_set.ko
	needs kernel/net/netfilter/xt_set.ko kernel/net/netfilter/ipset/ip_set.ko
	needs kernel/net/ipv4/netfilter/ip_tables.ko.xz
	needs kernel/net/bridge/br-x.ko
	needs kernel/net/netfilter-not/other.ko
	needs kernel/drivers/net/veth.ko
	alias ip-set-alias ip_set
	END
	conf etc/nfguard.d/50.conf <<<'deny @ipset'
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule deny @ipset
	name deny any ip_set
	name deny any ip_set_alias
	name deny any xt_set
	end
	END
	conf etc/nfguard.d/50.conf <<<'deny @netfilter @net/bridge'
	nfg apply
	exits 0
	silent
	in_force <<-'END'
	default allow
	rule deny @netfilter @net/bridge
	name deny any br_x
	name deny any ip_set
	name deny any ip_set_alias
	name deny any ip_tables
	name deny any xt_set
	end
	END
}

test_a_pattern_denies_present_and_future_modules()
{
	tree <<-'END'
	needs kernel/net/xt_a.ko
	needs kernel/net/other.ko
	needs kernel/net/user.ko kernel/net/xt_a.ko
	alias xt_alias other
	alias xt_of_a xt_a
	alias ipt_a xt_a
	END
	conf etc/nfguard.d/50.conf <<<'deny xt_*'
	nfg apply
	exits 0
	silent
	# xt_alias is not a module, and does not lead to a denied one.
	in_force <<-'END'
	default allow
	rule deny xt_*
	pattern deny any xt_*
	name deny any ipt_a
	name deny any user
	name allow any xt_alias
	end
	END
}

test_aliases_that_are_patterns()
{
	tree <<-'END'
	needs kernel/a.ko
	needs kernel/b.ko
	alias block-v1d*sc0* a
	alias block-v*d7sc* b
	alias block-v2d* b
	alias block-v1d5sc0 b
	END
	conf etc/nfguard.d/50.conf <<<'deny a'
	nfg apply
	exits 0
	# Names that lead to both, by two patterns or by an exact alias, are allowed.
	in_force <<-'END'
	default allow
	rule deny a
	pattern allow any block_v*d7sc*
	pattern deny any block_v1d*sc0*
	name deny any a
	name allow any block_v1d5sc0
	end
	END
	conf etc/nfguard.d/50.conf <<<'deny unprivileged a'
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule deny unprivileged a
	pattern deny unprivileged block_v1d*sc0*
	name deny unprivileged a
	end
	END
}

test_an_allow_list_allows_needed_modules_and_their_aliases()
{
	two_modules
	conf etc/nfguard.d/50.conf <<-'END'
	default deny
	allow top
	END
	nfg apply
	exits 0
	in_force <<-'END'
	default deny
	rule allow top
	name allow any base
	name allow any base_alias
	name allow any both
	name allow any shared
	name allow any symbol:top_sends
	name allow any top
	name allow any top_alias
	end
	END
}

test_aliases_of_modprobe_d_come_first()
{
	two_modules
	mkdir -p "$host/root/etc/modprobe.d"
	cat >"$host/root/etc/modprobe.d/x.conf" <<-'END'
	alias top-alias third
	alias extra-alias top
	alias base-alias off
	END
	conf etc/nfguard.d/50.conf <<<'deny base'
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule deny base
	name deny any base
	name deny any base_alias
	name deny any both
	name deny any extra_alias
	name deny any symbol:top_sends
	name deny any top
	end
	END
}

test_soft_dependencies_spread_no_denial()
{
	two_modules
	echo 'softdep third pre: base' >"$host/modules/modules.softdep"
	conf etc/nfguard.d/50.conf <<<'deny base'
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule deny base
	name deny any base
	name deny any base_alias
	name deny any both
	name deny any symbol:top_sends
	name deny any top
	name deny any top_alias
	end
	END
}

test_an_alias_named_by_a_rule()
{
	two_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny alias:shared alias:third top_alias
	allow alias:both alias:base-alias
	deny base
	END
	nfg apply
	exits 0
	err <<-'END'
	nfguard: warning: /etc/nfguard.d/50.conf:1:19: 'third' is a module's own name: treated as the module: write third without alias:
	nfguard: warning: /etc/nfguard.d/50.conf:1:31: 'top_alias' is not a module but an alias of top, so the rule covers only requests for it: write alias:top_alias, or name the module
	END
	in_force <<-'END'
	default allow
	rule deny alias:shared alias:third top_alias
	name deny any shared
	name deny any third
	name deny any top_alias
	rule allow alias:both alias:base-alias
	rule deny base
	name deny any base
	name deny any base_alias
	name deny any both
	name deny any symbol:top_sends
	name deny any top
	end
	END
}

# device_tree: a driver with more aliases than the kernel module takes patterns, and
# others.
device_tree()
{
	{
		echo 'needs kernel/driver.ko'
		echo 'needs kernel/other.ko'
		echo 'alias plain-alias driver'
		echo 'alias usb:v7* other'
		echo 'alias acpi*:X7:* driver'
		seq -f 'alias pci:v%.0fd* driver' 1025
	} | tree
}

test_device_aliases_are_left_to_the_load_gate()
{
	device_tree
	conf etc/nfguard.d/50.conf <<<'deny driver'
	nfg apply
	exits 0
	silent
	in_force <<-'END'
	default allow
	rule deny driver
	name deny any driver
	name deny any plain_alias
	end
	END
	conf etc/nfguard.d/50.conf <<-'END'
	default deny
	allow driver
	END
	nfg apply
	exits 0
	in_force <<-'END'
	default deny
	rule allow driver
	pattern allow any acpi*:*
	pattern allow any pci:*
	name allow any driver
	name allow any plain_alias
	end
	END
}

# An allowed driver's devices pass before a later pattern about devices, but a device whose
# driver nobody allowed does not: its name gets an entry.
test_a_device_that_nobody_allowed_does_not_pass_with_the_others()
{
	device_tree
	echo 'alias pci:v9x other' >>"$host/modules/modules.alias"
	conf etc/nfguard.d/50.conf <<-'END'
	default deny
	allow driver
	deny pci:*x
	END
	nfg apply
	exits 0
	in_force <<-'END'
	default deny
	rule allow driver
	pattern allow any acpi*:*
	pattern allow any pci:*
	name allow any driver
	name deny any pci:v9x
	name allow any plain_alias
	rule deny pci:*x
	pattern deny any pci:*x
	end
	END
}

# A pattern over modules says nothing about devices, one that has their colon does.
test_a_pattern_over_modules_lets_requests_for_devices_pass()
{
	device_tree
	conf etc/nfguard.d/50.conf <<-'END'
	allow other
	deny [pu]*
	deny pci:v1*
	END
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule allow other
	rule deny [pu]*
	pattern allow any usb:*
	pattern allow any pci:*
	pattern deny any [pu]*
	name allow any plain_alias
	rule deny pci:v1*
	pattern deny any pci:v1*
	end
	END
}

# broken FILE SED-EXPRESSION TEXT: the index file, broken so, gives the message TEXT.
broken()
{
	two_modules
	sed -i "$2" "$host/modules/$1"
	remember
	nfg deny top
	exits 2
	err_has "modules/$1"
	err_has "$3"
	err_has "nothing was changed"
	nfg apply
	exits 2
	err_has "$3"
	untouched
	no_temporary
}

test_a_broken_index_changes_nothing()
{
	broken modules.dep '1s/:.*//' 'not a line "MODULE: WHAT IT NEEDS"'
	broken modules.dep '1s/base.ko/base/' "'kernel/net/base': not a module file"
	broken modules.dep 's/:.*/& kernel\/net\/gone.ko/' "'kernel/net/gone.ko': a module needs it, but it has no line of its own"
	broken modules.dep '1s/$/ kernel\/net\/top.ko/' "two modules need each other (a dependency cycle)"
	broken modules.dep '1s/$/ kernel\/net\/base.ko/' "the module needs itself (a dependency cycle)"
	broken modules.alias '2s/ base$/ gone/' "'gone': an alias names it, but modules.dep has no such module"
	broken modules.alias '2s/alias /junk /' 'not a line "alias ALIAS MODULE"'
	broken modules.alias '2s/base-alias/base[alias/' "an unmatched bracket"
	broken modules.alias '2s/base/\xff\x00/' "a NUL byte"
	broken modules.symbols '2s/ top$//' 'not a line "alias ALIAS MODULE"'
}

# cut_short FILE: the index file gives a message wherever it is cut.
cut_short()
{
	local size n

	size=$(stat -c %s "$host/modules/$1")
	for ((n = 1; n < size; n += 7)); do
		two_modules
		truncate -s "$n" "$host/modules/$1"
		[ "$(tail -c 1 "$host/modules/$1")" != "" ] || continue
		nfg apply
		exits 2
		err_has "truncated"
	done
}

test_an_index_cut_short_changes_nothing()
{
	conf etc/nfguard.d/50.conf <<<'deny top'
	two_modules
	remember
	cut_short modules.dep
	cut_short modules.alias
	for file in modules.dep.bin modules.alias.bin modules.symbols.bin; do
		two_modules
		truncate -s 8 "$host/modules/$file"
		nfg apply
		exits 2
		err <<-END
		nfguard: modules/$file: truncated: rebuild the index: depmod
		nfguard: nothing was changed, generation 1 stays in force
		END
	done
	untouched
}

test_a_missing_index_changes_nothing()
{
	local file

	conf etc/nfguard.d/50.conf <<<'deny top'
	two_modules
	remember
	for file in modules.dep modules.alias modules.builtin modules.dep.bin; do
		two_modules
		rm "$host/modules/$file"
		nfg apply
		exits 2
		err <<-END
		nfguard: modules/$file: No such file or directory: rebuild the index: depmod
		nfguard: nothing was changed, generation 1 stays in force
		END
	done
	untouched
}
