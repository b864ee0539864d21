#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# docs/CVE.md shows what the commands print on the host that it describes, step by step, in
# the order of the page: this kernel has rxrpc, as Debian's generic ones do.
. "${0%/*}/lib/common.sh"
. "$here/lib/page.sh"

page=$here/CVE.md
presets=/usr/share/nfguard/presets

# An IPsec tunnel, and esp6 and rxrpc loaded but unused. The newest is listed first.
host_of_the_page()
{
	local name

	for name in esp4 esp6 rxrpc; do
		! live "$name" || rmmod "$name" || bail_out "$name is in use"
	done
	undo ip xfrm state flush
	ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 \
		auth 'hmac(sha256)' 0x0123456789abcdef0123456789abcdef \
		enc 'cbc(aes)' 0x0123456789abcdef0123456789abcdef
	modprobe esp6
	modprobe rxrpc
	mkdir -p "$NFGUARD_ROOT/usr/share/nfguard"
	cp -r "$presets" "$NFGUARD_ROOT/usr/share/nfguard/"
}

unused()
{
	[ "$(awk -v name="$1" '$1 == name { print $3 }' /proc/modules)" = 0 ]
}

# What the next boot does is about the guest's own files. Policy files have another root.
plain()
{
	sed "/^next boot of /,\$d; s|$NFGUARD_ROOT||g" | page_plain
}

# shown COMMAND: it prints what the page shows.
shown()
{
	local words

	read -ra words <<<"$1"
	# Of the few modules that are live in a guest, these are many.
	[ "${words[1]-}" != deny ] || words+=(--yes)
	"${words[@]}" >"$scratch/out" 2>"$scratch/err" || true
	cat "$scratch/out" "$scratch/err" | sed 's/^/# /' >&3
	diff <(page_output "$page" "$1" | plain) <(cat "$scratch/out" "$scratch/err" | plain) >&3 ||
		fail "'$1' is not as on the page (< the page, > what it prints)"
	# The kernel gives up a state a little later.
	[ "${words[0]}" != ip ] || wait_for unused esp4 || fail "esp4 is in use"
}

[ -f "$page" ] || skip_all "docs/CVE.md is not beside the tests"
has_module rxrpc || skip_all "this kernel has no rxrpc"
mapfile -t commands < <(page_commands "$page")
plan $((${#commands[@]} + 1))
point "the host is as the page says" host_of_the_page
guard_load
for command in "${commands[@]}"; do
	point "$command" shown "$command"
done
finish
