#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Starts firewalld with a system bus of its own, waits until it runs or has failed, and
# ends it. Prints its errors and its state. For programs.sh.
set -u

dir=$(mktemp -d)
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$dir/bus
# The rules of a session bus let anybody do anything, which is good enough here.
exec 3< <(exec dbus-daemon --session --nofork --print-address=1 \
	--address="$DBUS_SYSTEM_BUS_ADDRESS")
bus=$!
trap 'kill "$bus" ${daemon:+"$daemon"} 2>/dev/null; wait; rm -rf "$dir"' EXIT
read -r -t 30 _ <&3 || exit 1

firewalld --nofork --nopid >"$dir/log" 2>&1 &
daemon=$!
end=$((SECONDS + 120))
until state=$(firewall-cmd --state 2>&1) || [[ $state = *failed* ]] ||
	! kill -0 "$daemon" 2>/dev/null; do
	[ "$SECONDS" -lt "$end" ] || exit 124
	sleep 0.2
done
grep -E 'ERROR|WARNING' "$dir/log" | head -n 5
echo "firewalld: $state"
