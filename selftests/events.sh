#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Who asked: events, log, audit records and the tracepoint all name real programs
# correctly, also fifty of them at once, and whatever bytes are in their names. A load is
# reported with the request that caused it.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/watch.sh"

# by_all WHAT NAME COMM: there is an event of that name and asker, and the log, the audit
# log and the trace say the same. Sets $event.
by_all()
{
	local what=$1 fields

	event_of "$2" "$3" || {
		fail "$what: no event of $2 by $3"
		note "$(cat "$debugfs/events")"
		return
	}
	# All of them have these fields, in the same words.
	fields=${event#* time=* }
	fields=${fields%% cgroup_path=*}
	log_has_text "$fields" || fail "$what: not in the log: $fields"
	traced "$fields" || fail "$what: not in the trace: $fields"
	audited "$fields" || fail "$what: no such audit record: $fields"
}

# --- the askers ---------------------------------------------------------------

iptables_in_a_shell()
{
	mark
	bash -c 'iptables-legacy -t nat -L; true' >/dev/null 2>&1
	by_all "iptables" iptable_nat iptables-legacy
	is "uid" 0
	is "parent" bash
	is "userns" first
	is "netns" "$(host_netns)"
	is "rule" '"deny nf_conntrack"'
	shown_by_cli iptables-legacy "$(field pid)" bash
}

# In a user's own namespaces, which anybody can make on Debian.
nft_of_a_user()
{
	local ruleset='add table ip t; add chain ip t c { type nat hook prerouting priority 0; }'

	mark
	# shellcheck disable=SC2016
	as_nobody unshare --user --map-root-user --net -- \
		bash -c 'readlink /proc/self/ns/net >&3; nft "$1"; true' bash "$ruleset" \
		3>"$scratch/netns" >/dev/null 2>&1
	by_all "nft" nft-chain-2-nat nft
	is "uid" 65534
	is "userns" other
	is "netns" "$(tr -dc 0-9 <"$scratch/netns")"
	[ "$(field netns)" != "$(host_netns)" ] || fail "nft is in the host's namespace"
	nfguard events --program nft | grep -q ' user,net ' || fail "the CLI shows no namespaces"
}

# The service has ended, and its cgroup is gone, before anybody looks.
service()
{
	local group=$cgroups/nfguard_test.slice/nfguard_test.service id

	mkdir -p "$group"
	id=$(stat -c %i "$group")
	mark
	# shellcheck disable=SC2016
	bash -c 'echo $$ >"$1/cgroup.procs"; exec ipset create s hash:ip' \
		bash "$group" >/dev/null 2>&1 || true
	rmdir "$group" "${group%/*}"
	by_all "ipset" nfnetlink-subsys-6 ipset
	is "cgroup" "$id"
	is "cgroup_path" '"/nfguard_test.slice/nfguard_test.service"'
	nfguard events --container nfguard_test.service |
		grep -q ' nfguard_test.service ' || fail "the CLI does not name the unit"
}

conntrack_waits()
{
	mark
	conntrack -E >/dev/null 2>&1 &
	event_of nfnetlink-subsys-1 conntrack || fail "no event of conntrack"
	kill $! 2>/dev/null
	wait $!
	by_all "conntrack" nfnetlink-subsys-1 conntrack
	is "uid" 0
}

# The user who logged in is told, whoever he became.
login()
{
	put_policy "default allow" "rule deny net-pf-13" "name deny any net-pf-13"
	mark
	# shellcheck disable=SC2016
	bash -c 'echo 4711 >/proc/self/loginuid; exec "$@"' bash \
		setpriv --reuid 1000 --regid 1000 --clear-groups request family 13 >/dev/null
	by_all "the login" net-pf-13 request
	is "auid" 4711
	is "uid" 1000
}

# Digits could be read as hexadecimal: 737368 is "ssh".
digits()
{
	cp "$(command -v request)" "$scratch/737368"
	mark
	"$scratch/737368" family 13 >/dev/null
	by_all "digits" net-pf-13 737368
	ausearch -m KERN_MODULE -i --input-logs </dev/null >"$scratch/out" 2>&1
	says " comm=737368 .* cgroup=$(field cgroup) "
	! grep -q ' comm=ssh ' "$scratch/out" || fail "ausearch shows another comm"
}

# --- causes -------------------------------------------------------------------

# With a policy without aliases, the request passes and the load does not: iptables asked
# for what modprobe is refused.
cause_of_a_load()
{
	put_policy "default allow" "rule deny nf_conntrack" "name deny any nf_conntrack"
	mark
	bash -c 'iptables-legacy -t nat -L; true' >/dev/null 2>&1
	event_of nf_conntrack modprobe || fail "no event of the load"
	is "request" iptable_nat
	is "request_comm" iptables-legacy
	is "request_parent" bash
	is "request_uid" 0
	is "request_netns" "$(host_netns)"
	matches "request_pid" '^[0-9]+$' "$(field request_pid)"
	[ "$(field request_pid)" != "$(field pid)" ] || fail "modprobe is named as the asker"
	log_has "deny load name=nf_conntrack .* comm=modprobe .* request=iptable_nat request_pid=$(field request_pid) request_comm=iptables-legacy " ||
		fail "not in the log"
	audited_cause || fail "no audit record of it"
	nfguard events --name nf_conntrack >"$scratch/out"
	grep -q " iptable_nat  *iptables-legacy\[$(field request_pid)\]" "$scratch/out" ||
		fail "the command does not say who asked: $(cat "$scratch/out")"
	equal "asker of the rule's last hit" iptables-legacy \
		"$(rule_field "deny nf_conntrack" comm)"
	nfguard list >"$scratch/out" 2>&1
	nfguard status >"$scratch/out" 2>&1
	says "deny nf_conntrack .* iptables-legacy\[[0-9]+\] uid 0"
}

# Nobody requested what root loads by hand.
no_cause()
{
	mark
	refuses modprobe nf_conntrack
	event_of nf_conntrack modprobe || fail "no event of the load"
	is "request" ""
	is "parent" "$(cat /proc/$$/comm)"
	# With a program that looks as if the kernel had started it.
	refuses bash -c 'exec -a modprobe modprobe -q -- iptable_nat'
	wait_for events_number 2 "^seq=.* deny load name=nf_conntrack " || fail "no second event"
	event_of nf_conntrack modprobe
	is "request" ""
}

# Ten at once ask for one name: each has its own modprobe, and each is named once.
causes_at_once()
{
	local n

	put_policy "default allow" "rule deny nfguard_victim" "name deny any nfguard_victim"
	# In modprobe's place, with its arguments.
	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		exec insmod $(test_module nfguard_victim) -- "\$3"
	EOT
	chmod +x "$scratch/modprobe"
	change /proc/sys/kernel/modprobe "$scratch/modprobe"
	mark
	request -p 10 filesystem nfguard-cause >/dev/null
	wait_for causes_reported || fail "no load with its request"
	# The kernel may merge loads of one module.
	n=$(causes | wc -l)
	at_least "loads" "$n" 10
	equal "askers of $n loads" "$n" "$(causes | sort -u | wc -l)"
}

causes()
{
	sed -nE "1,/seq=$marked_event /d; s/.* deny load name=nfguard_victim .* request=fs-nfguard-cause request_pid=([0-9]+) request_comm=request .*/\1/p" \
		"$debugfs/events"
}

causes_reported()
{
	[ "$(causes | wc -l)" -gt 0 ]
}

# Two ask for one name. The modprobe of the first waits until the second has asked.
cause_in_order()
{
	local first

	mkfifo "$scratch/go"
	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		mkdir $scratch/first 2>/dev/null || exit 1
		read -r _ <$scratch/go
		exec insmod $(test_module nfguard_victim) -- "\$3"
	EOT
	mark
	request filesystem nfguard-order >/dev/null &
	first=$!
	wait_for test -d "$scratch/first" || fail "no modprobe for the first"
	request filesystem nfguard-order >/dev/null
	echo >"$scratch/go"
	wait "$first"
	event_of nfguard_victim insmod || fail "no event of the load"
	is "request_pid" "$first"
}

# Three wait at once, and it is the second for which a module is loaded.
cause_by_its_name()
{
	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		case \$3 in
		*-first) exit 1 ;;
		*-third) : >$scratch/third; exit 1 ;;
		esac
		until [ -e $scratch/third ]; do sleep 0.1; done
		exec insmod $(test_module nfguard_victim) -- "\$3"
	EOT
	mark
	request filesystem nfguard-first >/dev/null
	request filesystem nfguard-second >/dev/null &
	wait_for started_for fs-nfguard-second || fail "no modprobe for the second"
	request filesystem nfguard-third >/dev/null
	wait $!
	event_of nfguard_victim insmod || fail "no event of the load"
	is "request" fs-nfguard-second
}

# Two hundred tasks of somebody else ask in the meantime.
cause_in_a_flood()
{
	local first

	rmdir "$scratch/first"
	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		[ "\$3" = fs-nfguard-flooded ] || exit 1
		mkdir $scratch/first
		read -r _ <$scratch/go
		exec insmod $(test_module nfguard_victim) -- "\$3"
	EOT
	mark
	counters_mark
	request filesystem nfguard-flooded >/dev/null &
	first=$!
	wait_for test -d "$scratch/first" || fail "no modprobe for the first"
	as_nobody "$(command -v request)" -p 200 family 14 >/dev/null
	at_least "requests" 201 "$(rise request_allowed)"
	echo >"$scratch/go"
	wait "$first"
	event_of nfguard_victim insmod || fail "no event of the load"
	is "request_pid" "$first"
}

# again_for PID: somebody asks for fs-nfguard-again; its modprobe gets that pid, unless
# something else is started at that moment. Sets $asker.
again_for()
{
	# shellcheck disable=SC2016
	bash -c 'read -r _; echo $(($1 - 1)) >/proc/sys/kernel/ns_last_pid
		exec request filesystem nfguard-again' bash "$1" <"$scratch/go" >/dev/null &
	asker=$!
	echo >"$scratch/go"
	wait "$asker"
}

# The modprobe of the second asker has the pid that the first one's had.
reused_pid()
{
	local pid i

	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		exec insmod $(test_module nfguard_victim) -- "\$3"
	EOT
	mark
	request filesystem nfguard-again >/dev/null
	event_of nfguard_victim insmod || fail "no event of the first load"
	pid=$(field pid)
	for i in {1..50}; do
		mark
		again_for "$pid"
		event_of nfguard_victim insmod || fail "no event of the load"
		is "request_pid" "$asker"
		[ "$(field pid)" != "$pid" ] || return 0
	done
	fail "in $i rounds the pid was not used again"
}

# What the kernel has started, and nobody knows for whom.
helper_for_nobody_known()
{
	put_policy "default allow" "rule deny unprivileged fs-nfguard-inner" \
		"name deny unprivileged fs-nfguard-inner"
	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		[ "\$3" = fs-nfguard-outer ] || exit 1
		exec $(command -v request) filesystem nfguard-inner
	EOT
	mark
	request filesystem nfguard-inner >/dev/null
	events_since | grep -q ' name=fs-nfguard-inner ' && fail "root may not ask"
	request filesystem nfguard-outer >/dev/null
	event_of fs-nfguard-inner request || fail "it is not refused"
	is "uid" 0
}

# started_for NAME: what stands for modprobe runs for NAME.
started_for()
{
	pgrep -f "^/bin/sh $scratch/modprobe -q -- $1\$" >/dev/null
}

# --- many, and hostile --------------------------------------------------------

# Each has a name of its own, and asks for a name of its own.
fifty_askers()
{
	local i pid

	put_policy "default allow" "rule deny nfguard-test-*" "pattern deny any nfguard-test-*"
	mkfifo "$scratch/gate"
	exec 7<>"$scratch/gate"
	mark
	pids=()
	for ((i = 0; i < 50; i++)); do
		(
			printf %s "asker$i" >"/proc/$BASHPID/comm"
			read -r _ <&7
			echo "ask nfguard-test-$i" >"$req"
		) &
		pids+=($!)
	done
	printf '\n%.0s' {1..50} >&7
	wait "${pids[@]}"
	exec 7>&-
	wait_for events_number 50 "deny request name=nfguard-test-" ||
		fail "not fifty events"
	mapfile -t lines < <(events_since)
	for ((i = 0; i < 50; i++)); do
		pid=${pids[i]}
		found=0
		for line in "${lines[@]}"; do
			[[ $line != *" name=nfguard-test-$i rule=\"deny nfguard-test-*\" pid=$pid comm=asker$i uid=0 "* ]] ||
				found=$((found + 1))
		done
		[ "$found" = 1 ] || fail "asker$i, $pid: $found events"
	done
	equal "events lost" 0 "$(counter events_lost)"
}

# all_followed FILE COMMAND...: what a command that follows prints of all events so far.
all_followed()
{
	local file=$1 follower lines

	shift
	lines=$(wc -l <"$debugfs/events")
	"$@" >"$file" 2>/dev/null &
	follower=$!
	wait_for has_lines "$lines" "$file" || fail "$*: not $lines lines"
	kill "$follower"
	wait "$follower" || true
}

# Any byte may come in a name; none may end a line.
hostile()
{
	local name=$'nfguard-test-"\n=\x7f\xc3' line n
	local escaped='fs-nfguard-test-\x22\x0a\x3d\x7f\xc3'
	local escaped_comm='q\x22\x0a\x5c\x20\x3d\x01\xff'

	put_policy "default allow" "rule deny *" "pattern deny any *nfguard-test-*"
	mark
	for ((n = 0; n < 3; n++)); do
		"$hostile" filesystem "$name" >/dev/null 2>&1
	done
	wait_for events_number 3 " deny request name=" || fail "not three events"
	by_all "hostile bytes" "$escaped" "$escaped_comm"
	while read -r line; do
		[[ $line =~ $event_line ]] || fail "a broken line: $line"
	done <"$debugfs/events"
	all_followed "$scratch/piped" cat "$debugfs/events_pipe"
	cmp "$scratch/piped" "$debugfs/events" >&3 || fail "events_pipe and events differ"
	! grep ' verdict: ' "$tracing/trace" | grep -vE "$trace_line" >&3 ||
		fail "a broken line in the trace"
	all_followed "$scratch/json" nfguard events --follow --json
	equal "lines of JSON" "$(wc -l <"$debugfs/events")" "$(wc -l <"$scratch/json")"
	! grep -vE '^\{"seq": [0-9]+, .*\}$' "$scratch/json" || fail "broken JSON"
	! LC_ALL=C grep -q '[^ -~]' "$scratch/json" || fail "a byte outside printable ASCII"
}

# --- what is recorded ---------------------------------------------------------

recorded_as_set()
{
	put_policy "default allow" "rule deny nfguard-test-no" "name deny any nfguard-test-no"
	exits 0 nfguard events --record none
	mark
	counters_mark
	gets "$eperm_is" nfguard-test-no
	exits 0 nfguard events --record denied
	logged '^nfguard: record from=none to=denied pid=[0-9]+ comm=nfguard uid=0$'
	gets "$enoent_is" nfguard-test-yes
	gets "$eperm_is" nfguard-test-no
	exits 0 nfguard events --record all
	gets "$enoent_is" nfguard-test-yes
	wait_for events_number 2 "name=nfguard-test-" || fail "not two events"
	events_number 1 "allow request name=nfguard-test-yes rule=\"default allow\"" ||
		fail "no event of the allowed request"
	equal "requests denied, events or not" 2 "$(rise request_denied)"
	equal "denials in the log" 1 "$(log_count '^nfguard: deny ')"
	equal "allowed requests in the log" 0 "$(log_count '^nfguard: allow ')"
	exits 0 nfguard events --record denied
	as_nobody cat "$debugfs/events" 2>/dev/null && fail "nobody can read the events"
	as_nobody bash -c "echo all >$proc/record" 2>/dev/null && fail "nobody can write record"
	equal "record" denied "$(cat "$proc/record")"
}

plan 17
mount_cgroups
audit_begin
guard_load
trace_begin
exits 0 nfguard deny nf_conntrack ip_set
hostile=$scratch/$'q"\n\\ =\x01\xff'
cp "$(command -v request)" "$hostile"
point "iptables in a shell is named everywhere" iptables_in_a_shell
point "so is nft in an ordinary user's namespaces" nft_of_a_user
point "so is a service in its own cgroup, which is gone" service
point "so is conntrack -E" conntrack_waits
point "so is the user who logged in" login
point "so is a program whose name is digits" digits
point "a load is reported with the request that caused it" cause_of_a_load
point "a load by root has no request" no_cause
point "ten loads of one module are reported with ten askers" causes_at_once
point "of two requests of one name a load is reported with the one that came first" \
	cause_in_order
point "of several requests a load is reported with the one of its name" cause_by_its_name
point "a load by a modprobe that has the pid of an earlier one is told apart" reused_pid
point "also if two hundred others ask meanwhile" cause_in_a_flood
point "a program that the kernel starts for nobody known is unprivileged" \
	helper_for_nobody_known
point "no byte in a name or comm breaks a line" hostile
req_load
point "record decides what is recorded" recorded_as_set
# Last, since these are more than the log takes at a time.
point "fifty askers at once have an event each" fifty_askers
finish
