#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Reading status proves the request gate with a request that starts nothing, so that any
# user may read it in a loop. A script in modprobe's place records what is started.
. "${0%/*}/lib/common.sh"

modprobe=/proc/sys/kernel/modprobe
started=$scratch/started
reads=1000

stand_in()
{
	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		echo "\$*" >>$started
	EOT
	chmod +x "$scratch/modprobe"
	chmod 755 "$scratch"
	change "$modprobe" "$scratch/modprobe"
	: >"$started"
}

# In one process: it only reads.
read_status()
{
	# shellcheck disable=SC2016
	as_nobody bash -c '
		for ((i = 0; i < $1; i++)); do
			mapfile -t lines <"$2"
			printf "%s\n" "${lines[@]}"
		done' bash "$reads" "$proc/status" | grep -c "^$1\$" || true
}

starts_nothing()
{
	counters_mark
	log_mark
	equal "reads that say guarding" "$reads" "$(read_status 'state guarding')"
	equal "starts of modprobe" "" "$(cat "$started")"
}

counts_nothing()
{
	local key

	for key in "${!marked[@]}"; do
		equal "$key" 0 "$(rise "$key")"
	done
	equal "lines in the log" 0 "$(log_count .)"
}

nobody_cli()
{
	exits 0 as_nobody nfguard status
	says "guarding"
	equal "starts of modprobe" "" "$(cat "$started")"
}

denied_starts_nothing()
{
	exits 0 nfguard deny --force net-pf-13
	equal "answer" EAFNOSUPPORT "$(as_nobody "$(command -v request)" family 13)"
	equal "requests denied" 1 "$(rule_field "deny net-pf-13" request_denied)"
	equal "starts of modprobe" "" "$(cat "$started")"
}

allowed_starts_it()
{
	equal "answer" EAFNOSUPPORT "$(as_nobody "$(command -v request)" family 14)"
	equal "starts of modprobe" "-q -- net-pf-14" "$(cat "$started")"
	: >"$started"
}

# While the gate is not armed, the kernel itself refuses the canary: its name is too long.
degraded_starts_nothing()
{
	echo 0 >/sys/kernel/debug/kprobes/enabled
	equal "state" degraded "$(status state)"
	matches "request gate" "^degraded $(shown ENAMETOOLONG)\$" "$(status request_gate)"
	echo 1 >/sys/kernel/debug/kprobes/enabled
	equal "state" guarding "$(status state)"
	equal "starts of modprobe" "" "$(cat "$started")"
}

without_modprobe()
{
	change "$modprobe" ""
	equal "reads that say armed" "$reads" "$(read_status 'request_gate armed')"
}

plan 7
guard_load
stand_in
undo put_back /sys/kernel/debug/kprobes/enabled 1
chmod 755 "$here" 2>/dev/null || true
point "$reads reads by nobody say guarding and start nothing" starts_nothing
point "they are neither counted nor logged" counts_nothing
point "nfguard status by nobody starts nothing" nobody_cli
point "a denied request starts nothing" denied_starts_nothing
point "an allowed request starts modprobe, so this test can fail" allowed_starts_it
point "a read of a degraded status starts nothing" degraded_starts_nothing
point "with an empty modprobe path the gate is still proved" without_modprobe
finish
