#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The day a CVE comes out, as an operator has it: this year's three holes (Copy Fail, Dirty
# Frag, ovswrap). impact, deny --unload, verify; then the requests that their exploits make,
# as root, as a user and as root of a user namespace. rxrpc too, where the kernel has it: those
# for clouds don't.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/watch.sh"

holes=(algif_aead authencesn esp4 esp6 openvswitch)
template='authencesn(hmac(sha256),cbc(aes))'

# An asker is a way to run a command as somebody: in_userns may do what root may.
as_root()
{
	unshare --net -- "$@"
}

as_user()
{
	setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all -- "$@"
}

in_userns()
{
	as_user unshare --user --map-root-user --net -- "$@"
}

# xfrm_esp ASKER 4|6
xfrm_esp()
{
	local from=192.0.2.1 to=192.0.2.2

	[ "$2" = 4 ] || from=2001:db8::1 to=2001:db8::2
	"$1" ip xfrm state add src "$from" dst "$to" proto esp spi 1 \
		auth 'hmac(sha256)' 0x0123456789abcdef0123456789abcdef \
		enc 'cbc(aes)' 0x0123456789abcdef0123456789abcdef
}

aead()
{
	"$1" "$(command -v request)" aead "$template"
}

ovs_datapath()
{
	"$1" genl ctrl get name ovs_datapath
}

# A socket of AF_RXRPC.
rxrpc_socket()
{
	"$1" "$(command -v request)" family 33
}

# Each hole's request. Whether it is answered is not the point: what is live then is.
try_all()
{
	aead "$1" || true
	xfrm_esp "$1" 4 || true
	xfrm_esp "$1" 6 || true
	ovs_datapath "$1" || true
	rxrpc_socket "$1" || true
} >/dev/null 2>&1

none_live()
{
	local name

	for name in "${holes[@]}"; do
		not_live "$name"
	done
}

# What was not refused is loaded by root of a user namespace. Otherwise what follows could
# not fail.
open_without_the_guard()
{
	local name

	guard_unload
	try_all in_userns
	for name in "${can_load[@]}"; do
		live "$name" || fail "$name was not loaded"
	done
	guard_load
}

impact_before()
{
	local name

	exits 0 nfguard impact "${holes[@]}"
	for name in "${can_load[@]}"; do
		says "^$name( |\$)"
	done
	equal "rules" 0 "$(status rules)"
	[ ! -e "$conf" ] || fail "it wrote $conf"
}

# What is unused goes at once. What something uses is named, with a way out that is true.
deny_unloads()
{
	wait_for unloads || fail "what stays, and why:" "$(cat "$scratch/out" "$scratch/err")"
	none_live
	equal "rules" "${#holes[@]}" "$(status rules)"
}

# The kernel gives up a state or a cipher a little after its network namespace is gone. And
# of the few modules that are live here these are many: --yes.
unloads()
{
	nfguard deny --yes --unload "${holes[@]}" >"$scratch/out" 2>"$scratch/err"
}

# The guest's files are no host's: what the next boot does is tested elsewhere.
verified()
{
	nfguard verify "${holes[@]}" >"$scratch/out" 2>"$scratch/err" || true
	ran="nfguard verify"
	says "^now: out of reach\$"
}

# refused ASKER NAME...: it brings nothing in, and an event names each request and who made
# it.
refused()
{
	local asker=$1 name

	mark
	try_all "$asker"
	none_live
	for name in "${@:2}"; do
		wait_for named "$name" || fail "no event names $name for $asker"
	done
}

named()
{
	events_since | grep -qE " deny (request|load) name=$1 .*comm=(request|ip|genl) "
}

plan 8
guard_load
for name in "${holes[@]}"; do
	has_module "$name" || bail_out "this kernel has no $name"
done
can_load=(algif_aead esp4 esp6 openvswitch)
# What anybody may ask for, and what takes the rights of a namespace's root.
ways=(algif-aead net-pf-16-proto-16-family-ovs_datapath)
root_ways=(xfrm-type-2-50 xfrm-type-10-50)
if has_module rxrpc; then
	holes+=(rxrpc)
	can_load+=(rxrpc)
	ways+=(net-pf-33)
	point "rxrpc is among them" has_module rxrpc
else
	skip "rxrpc is among them" "this kernel has no rxrpc"
fi
point "without the guard root of a user namespace has the modules loaded" \
	open_without_the_guard
point "impact says what is there, and changes nothing" impact_before
point "deny --unload denies them, and removes what is unused" deny_unloads
point "verify says that they are out of reach now" verified
point "root's requests bring nothing in, and are named" refused as_root "${ways[@]}" \
	"${root_ways[@]}"
point "nor does a user's" refused as_user "${ways[@]}"
point "nor do those of root in a user namespace" refused in_userns "${ways[@]}" \
	"${root_ways[@]}"
finish
