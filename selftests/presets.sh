#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each preset on a real kernel: enabled, what it names is refused and what it leaves is not;
# disabled, nothing of it is left.
. "${0%/*}/lib/common.sh"

presets=/usr/share/nfguard/presets

# modules_of NAME: those that it denies.
modules_of()
{
	sed -n 's/^deny \(unprivileged \)\?\([a-z0-9_]*\) .*/\2/p' "$presets/$1.conf"
}

# enabled NAME: of its modules those that this kernel has can't be loaded.
enabled()
{
	local name=$1 module tried=0

	nfguard preset enable --yes "$name" >"$scratch/out" 2>"$scratch/err" || [ $? = 3 ] ||
		fail "$name: $(cat "$scratch/err")"
	says_not "is not a module"
	for module in $(modules_of "$name"); do
		[[ $(modinfo -n "$module" 2>/dev/null) == /* ]] || continue
		# What another test left.
		! live "$module" || rmmod "$module"
		! modprobe "$module" 2>/dev/null || fail "$module was loaded"
		not_live "$module"
		tried=$((tried + 1))
	done
	at_least "modules tried" 1 "$tried"
	equal "state" guarding "$(status state)"
	disabled "$name"
}

# Only for unprivileged askers: root's modprobe goes on to work.
enabled_for_users()
{
	nfguard preset enable --yes user-namespaces >"$scratch/out" 2>"$scratch/err" || [ $? = 3 ] ||
		fail "user-namespaces: $(cat "$scratch/err")"
	! live ip_gre || rmmod ip_gre
	setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all -- \
		unshare --user --map-root-user --net -- \
		ip link add use-it type gre local 192.0.2.1 remote 192.0.2.2 2>/dev/null || true
	not_live ip_gre
	modprobe ip_gre
	rmmod ip_gre
	disabled user-namespaces
}

disabled()
{
	exits 0 nfguard preset disable "$1"
	equal "rules" 0 "$(status rules)"
}

all_are_tried()
{
	equal "presets" "cis-server container-host crypto-user-api no-conntrack rare-filesystems rare-protocols user-namespaces" \
		"$(cd "$presets" && echo * | sed 's/\.conf//g')"
}

plan 8
[ -d "$presets" ] || bail_out "no presets are installed"
# Policy files and presets are looked for below that.
mkdir -p "$NFGUARD_ROOT/usr/share/nfguard"
cp -r "$presets" "$NFGUARD_ROOT/usr/share/nfguard/"
guard_load
point "these are the presets" all_are_tried
point "rare-protocols" enabled rare-protocols
point "rare-filesystems" enabled rare-filesystems
point "cis-server" enabled cis-server
point "no-conntrack" enabled no-conntrack
point "container-host" enabled container-host
point "crypto-user-api" enabled crypto-user-api
point "user-namespaces keeps a user out, and not root" enabled_for_users
finish
