# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# docs/CVE.md shows what the commands print. selftests/cve_page.sh does the same with a
# real kernel.

# shellcheck source=selftests/lib/page.sh
. "$top/selftests/lib/page.sh"

# The host that the page is about, with what matters of its module tree in depmod's order.
host_of_the_page()
{
	tree <<-'END'
	needs kernel/fs/afs/kafs.ko kernel/net/rxrpc/rxrpc.ko
	needs kernel/net/ipv4/esp4.ko
	needs kernel/net/ipv4/esp4_offload.ko kernel/net/ipv4/esp4.ko
	needs kernel/net/ipv6/esp6.ko
	needs kernel/net/ipv6/esp6_offload.ko kernel/net/ipv6/esp6.ko
	needs kernel/net/rxrpc/rxrpc.ko
	needs kernel/net/sctp/sctp.ko
	needs kernel/net/xfrm/xfrm_user.ko
	needs updates/nfguard.ko
	alias net-pf-33 rxrpc
	END
	{
		printf '%s 1 0 - Live 0x0\n' rxrpc esp6 xfrm_user esp4
		other_modules
	} >"$host/proc/modules"
	echo 4 >"$host/proc/fake/states"
	: >"$host/debug/nfguard/events"
	mkdir -p "$host/root/usr/share/nfguard/presets" "$host/root/boot/grub" "$host/proc/net"
	echo ' linux /boot/vmlinuz-modules root=/dev/vda1 ro' >"$host/root/boot/grub/grub.cfg"
	cp "$top"/userspace/presets/*.conf "$host/root/usr/share/nfguard/presets"
}

# shown_as COMMAND: the last nfg printed what the page shows of it.
shown_as()
{
	page_output "$page" "$1" | page_plain >"$host/shown"
	cat "$host/out" "$host/err" | page_plain | same "'$1' in docs/CVE.md" "$host/shown"
}

test_the_page_on_a_cve_shows_what_is_printed()
{
	local page=$top/docs/CVE.md n=0 command

	host_of_the_page
	while read -r command; do
		case $command in
		"ip xfrm state flush")
			: >"$host/proc/fake/states"
			continue ;;
		esac
		# shellcheck disable=SC2086	# words of a command
		nfg ${command#nfguard }
		case $command in
		*" deny "*) exits 3 ;;
		*) exits 0 ;;
		esac
		shown_as "$command"
		n=$((n + 1))
	done < <(page_commands "$page")
	[ "$n" -ge 5 ] || bad "only $n commands of nfguard are in $page"
}

# What the prose says of them.
test_the_page_on_a_cve_in_prose()
{
	host_of_the_page
	nfg impact net-pf-33
	out_has 'net-pf-33 is an alias of rxrpc: '
	nfg impact esp4 nonesuch
	exits 3
	out_has 'this would deny esp4'
	err_has "'nonesuch' is not a module or alias"
	head -n 4 "$host/proc/modules" >"$host/few"
	mv "$host/few" "$host/proc/modules"
	nfg deny esp4 esp6 rxrpc
	exits 1
	err_has 'add --yes if you mean it'
	nfg deny --yes esp4 esp6 rxrpc
	exits 3
}
