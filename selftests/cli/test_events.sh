# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# Who asked for what: the events of a fake guard, and the policy that generate makes from
# them.

# event SEQ TIME TEXT [PATH [REQUEST_PATH]]: prints a line of the events files.
event()
{
	printf 'seq=%d time=%d.%06d %s cgroup_path="%s"' "$1" "$2" "$1" "$3" "${4:-/}"
	[ $# -lt 5 ] || printf ' request_cgroup_path="%s"' "$5"
	echo
}

# asker PID COMM UID PARENT [PREFIX]
asker()
{
	printf '%s' "${5:-}pid=$1 ${5:-}comm=$2 ${5:-}uid=$3 ${5:-}auid=4294967295 ${5:-}ppid=7 ${5:-}parent=$4 ${5:-}userns=first ${5:-}netns=4026531840 ${5:-}cgroup=1"
}

with_events()
{
	mkdir -p "$host/proc/1/ns"
	ln -sf 'net:[4026531840]' "$host/proc/1/ns/net"
	{
		event 1 1700000000 "deny request name=nft-expr-ct rule=\"deny nf_conntrack\" $(asker 812 nft 1000 bash)" \
			/user.slice/user-1000.slice/session-3.scope
		event 2 1700000060 "deny load name=nf_conntrack rule=\"deny nf_conntrack\" $(asker 90 modprobe 0 'kworker/u4:1') request=nft-expr-nat $(asker 813 nft 0 'evil\x20\x1b' request_)" \
			/ /system.slice/web.service
		event 3 1700000120 "would-deny load name=xt_LOG rule=\"deny xt_* \\x22q\\x22\" $(asker 77 insmod 0 'a\x3db')"
		event 4 1700000180 "allow load name=dummy rule=\"default allow\" $(asker 78 modprobe 0 sh | sed 's/first/other/; s/1840/1841/; s/auid=4294967295/auid=1001/')"
	} >"$host/debug/nfguard/events"
	cp "$host/debug/nfguard/events" "$host/debug/nfguard/events_pipe"
}

test_events_in_columns()
{
	with_events
	nfg events
	exits 0
	silent
	sed -i 's/ *$//' "$host/out"
	out <<-'END'
	TIME                VERDICT    GATE    NAME         REQUEST      PROGRAM      PARENT       UID  NAMESPACES CONTAINER       RULE
	2023-11-14 22:13:20 deny       request nft-expr-ct  -            nft[812]     bash         1000 -          session-3.scope deny nf_conntrack
	2023-11-14 22:14:20 deny       load    nf_conntrack nft-expr-nat nft[813]     evil\x20\x1b 0    -          web.service     deny nf_conntrack
	2023-11-14 22:15:20 would-deny load    xt_LOG       -            insmod[77]   a\x3db       0    -          -               deny xt_* "q"
	2023-11-14 22:16:20 allow      load    dummy        -            modprobe[78] sh           0    user,net   -               default allow
	END
	: >"$host/debug/nfguard/events"
	nfg events
	exits 0
	err <<<'nfguard: warning: there are no events: nothing was denied since the kernel module was loaded'
	[ ! -s "$host/out" ] || [ "$(wc -l <"$host/out")" = 1 ] || bad "it prints lines without events"
}

test_events_as_JSON()
{
	needs_json || return 0
	with_events
	nfg events --json
	exits 0
	valid_json
	json 'len(d["events"])' 4
	json 'd["events"][0]["seq"]' 1
	json 'd["events"][0]["time"]' 1700000000.000001
	json 'd["events"][0]["pid"]' 812
	json 'd["events"][0]["auid"]' None
	json 'd["events"][0]["request"]' None
	json 'd["events"][0]["container"]' session-3.scope
	json 'd["events"][1]["comm"]' modprobe
	json 'd["events"][1]["request"]' nft-expr-nat
	json 'd["events"][1]["request_comm"]' nft
	json 'd["events"][1]["request_parent"]' 'evil\x20\x1b'
	json 'd["events"][1]["request_container"]' web.service
	json 'd["events"][2]["rule"]' 'deny xt_* "q"'
	json 'd["events"][3]["auid"]' 1001
	json 'd["events"][3]["userns"]' other
	: >"$host/debug/nfguard/events"
	nfg events --json
	valid_json
	json 'd["events"]' '[]'
}

# More than are read or printed at a time; JSON in strings must not confuse it.
test_events_without_number()
{
	local path n=2200

	path=$(printf '/%01000d' 0)
	for ((i = 1; i <= n; i++)); do
		event "$i" 1700000000 "would-deny request name=n[$((i % 50))]} rule=\"deny [{\" $(asker 1 a 0 b)" \
			"$path"
	done >"$host/debug/nfguard/events"
	[ "$(wc -c <"$host/debug/nfguard/events")" -gt $((2 << 20)) ] || bad "they fit into 2 MiB"
	nfg generate
	exits 0
	out_has "from $n events"
	[ "$(grep -c '^# no module: n' "$host/out")" = 50 ] || bad "not 50 names"
	needs_json || return 0
	nfg events --json
	exits 0
	silent
	json '[e["seq"] for e in d["events"]] == list(range(1, 2201))' True
	json 'set(e["rule"] for e in d["events"])' "{'deny [{'}"
	json 'set(len(e["cgroup_path"]) for e in d["events"])' "{1001}"
	# As if printed at once.
	python3 - "$host/out" <<-'END' || bad "it is laid out otherwise than a short list"
	import re, sys
	text = open(sys.argv[1]).read()
	assert re.fullmatch(r'{\n   "events": \[\n      {\n[^\0]*\n      }\n   \]\n}\n', text)
	assert len(re.findall(r'\n      },{\n', text)) == 2199
	END
	# Of those that were filtered out nothing remains.
	nfg events --json --program nobody
	json 'd["events"]' '[]'
	err_has "no event matches: there are 2200"
}

# This file ends, unlike the kernel's.
test_events_followed()
{
	with_events
	echo 'lost=17' >>"$host/debug/nfguard/events_pipe"
	nfg events --follow
	exits 1
	[ "$(wc -l <"$host/out")" = 5 ] || bad "$(wc -l <"$host/out") lines, not 5"
	[ "$(head -n 1 "$host/out" | awk '{ print $1, $NF }')" = "TIME RULE" ] || bad "there are no headings"
	err_has "17 events were lost"
	err_has "no more events: the kernel module ended its file"
	needs_json || return 0
	nfg events --follow --json
	exits 1
	python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin]
assert len(lines) == 5, lines
assert lines[1]["request_comm"] == "nft" and lines[1]["seq"] == 2
assert lines[2]["rule"] == "deny xt_* \"q\"" and lines[2]["parent"] == "a\\x3db"
assert "auid" not in lines[0] and lines[3]["auid"] == 1001
assert lines[4] == {"lost": 17}
' <"$host/out" 2>"$host/python" || bad "$(tail -n 1 "$host/python")"
}

# numbers WANTED ARGUMENT...: the numbers of the events that pass the filters.
numbers()
{
	local want=$1

	shift
	nfg events --json "$@"
	exits 0
	got=$(sed -nE 's/^ *"seq": ([0-9]+),$/\1/p' "$host/out" | xargs)
	[ "$got" = "$want" ] || bad "events '$got' pass the filters, not '$want'"
}

test_events_filtered()
{
	with_events
	numbers "1 2 3 4"
	numbers "1 2" --rule nf_conntrack
	numbers "1 2" --rule 'deny nf_*'
	numbers "" --rule 'nf_*'
	numbers "3" --rule '"q"'
	numbers "1" --name nft_expr_ct
	numbers "2" --name nf-conntrack
	numbers "1 2" --name 'nft-expr-*'
	numbers "2 4" --program modprobe
	numbers "1 2" --program nft
	numbers "3" --program 'ins*'
	numbers "1" --name 'nft?expr-c[a-t]'
	numbers "2" --container web
	numbers "1" --container /user.slice
	numbers "1" --container 'session-*'
	numbers "2 3 4" --since @1700000060
	numbers "3 4" --since '2023-11-14 22:15'
	numbers "3 4" --since 2023-11-14T22:15:20
	numbers "" --since 1h
	numbers "2" --since @1700000001 --program nft
}

test_events_bad_words()
{
	local word

	for word in '' 10 10x yesterday 25:00 '2026-13-01' @x -5m '10m '; do
		nfg events --since "$word"
		exits 2
		err_has "nfguard: events: --since '$word': must be a time such as 10m (ago), 14:30 or '2026-11-24 14:30'"
	done
	nfg events --record some
	exits 2
	err_has "--record 'some': must be none, denied or all"
	nfg generate --allow-list --deny-list
	exits 2
	nfg generate --since never
	exits 2
	err_has "generate: --since 'never': must be a time"
}

test_events_that_are_not_understood()
{
	with_events
	{
		echo 'seq=5 time=1.0 deny'
		echo
		echo 'seq=6 time=1.0 deny load name=x rule="unclosed'
		echo 'seq=7 time=1.0 deny load name=x more words rule="y"'
		printf 'seq=8 \e[31m\n'
		echo 'seq=9 time=1700000300.000000 deny load name=y rule="z" from_the_future=1 pid=5'
		printf 'seq=10 time=1.0 deny load name=cut'
	} >>"$host/debug/nfguard/events"
	nfg events
	exits 0
	[ "$(wc -l <"$host/out")" = 6 ] || bad "$(wc -l <"$host/out") lines, not 6"
	err_has "warning: can't parse this event: seq=5 time=1.0 deny"
	err_has "warning: can't parse this event: seq=8 \x1b[31m"
	out_has " y "
	[ "$(wc -l <"$host/err")" = 6 ] || bad "$(wc -l <"$host/err") warnings, not 6"
}

test_events_without_a_guard_or_debugfs()
{
	local verb

	for verb in events "events --follow" generate; do
		guard_not_loaded
		# shellcheck disable=SC2086
		nfg $verb
		exits 4
		err_has "the kernel module is not loaded"
		guard_off
		# shellcheck disable=SC2086
		nfg $verb
		exits 4
		guard_loaded
		rm -rf "$host/debug/nfguard"
		# shellcheck disable=SC2086
		nfg $verb
		exits 1
		err_has "cannot read the events: there is no /sys/kernel/debug/nfguard"
	done
}

test_events_record()
{
	nfg events --record all
	exits 0
	silent
	out <<<'record denied -> all'
	grep -qx 'record all' "$host/proc/nfguard/status" || bad "the word was not written"
	nfg events --record none
	nfg status
	out_has "events        none are recorded or logged: nfguard events --record denied"
	steer errno-record 30
	nfg events --record denied
	exits 1
	err_has "record not changed: it is locked"
}

# What each cgroup's path stands for.
test_events_container_names()
{
	local id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
	local n=0 path want
	local -a wants=()

	needs_json || return 0
	while read -r path want; do
		n=$((n + 1))
		wants+=("$want")
		event $n 1 "deny load name=a rule=\"b\" $(asker 1 a 0 b)" "$path"
	done >"$host/debug/nfguard/events" <<-END
	/ None
	- None
	/system.slice/ssh.service ssh.service
	/system.slice/docker-$id.scope docker:0123456789ab
	/system.slice/docker-$id.scope/init.scope docker:0123456789ab
	/docker/$id docker:0123456789ab
	/machine.slice/libpod-$id.scope/container podman:0123456789ab
	/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-$id.scope podman:0123456789ab
	/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod3f2a9c1e_7b_42.slice/cri-containerd-$id.scope pod:3f2a9c1e-7b-42/containerd:0123456789ab
	/kubepods/besteffort/pod3f2a9c1e-7b-42/$id pod:3f2a9c1e-7b-42/0123456789ab
	/kubepods.slice/kubepods-pod3f2a9c1e.slice/crio-$id.scope pod:3f2a9c1e/cri-o:0123456789ab
	/kubepods.slice/kubepods-pod3f2a9c1e.slice pod:3f2a9c1e
	/lxc.payload.web lxc:web
	/lxc.payload.web/system.slice/nginx.service lxc:web
	/machine.slice/machine-vm1.scope machine:vm1
	/machine.slice/systemd-nspawn@box.service/payload machine:box
	/user.slice/user-1000.slice/session-3.scope session-3.scope
	/system.slice/docker-0123.scope docker-0123.scope
	/system.slice system.slice-is-a-path
	/system.slice/pode.service pode.service
	/podium.service podium.service
	/a\\x22b a"b-is-a-path
	relative relative
	END
	nfg events --json
	valid_json
	json 'len(d["events"])' "$n"
	for ((n = 0; n < ${#wants[@]}; n++)); do
		case ${wants[n]} in
		system.slice-is-a-path) wants[n]=/system.slice ;;
		a\"b-is-a-path) wants[n]='/a"b' ;;
		esac
		json "d[\"events\"][$n][\"container\"]" "${wants[n]}"
	done
}

# --- equal verdicts that are one event ------------------------------------------

# A flood of one program, and one denial by another; what may have gone through.
with_counts()
{
	with_events
	{
		event 1 1700000009 "deny request name=net-pf-9 rule=\"deny net-pf-9\" $(asker 50 flood 65534 sh)"
		event 2 1700000010 "deny request name=net-pf-9 rule=\"deny net-pf-9\" $(asker 51 flood 65534 sh) count=7000 first=1700000009.000500"
		event 3 1700000070 "unenforced request name=net-pf-9 rule=\"deny net-pf-9\" $(asker 52 flood 65534 sh) count=3 first=1700000060.000000"
		event 4 1700000080 "unjudged request name=%s-%s rule=\"default allow\" $(asker 53 flood 65534 sh)"
		event 5 1700000090 "would-deny load name=dccp rule=\"deny dccp\" $(asker 54 modprobe 0 sh) count=2 first=1700000085.000000"
	} >"$host/debug/nfguard/events"
	cp "$host/debug/nfguard/events" "$host/debug/nfguard/events_pipe"
}

test_events_with_a_count()
{
	with_counts
	nfg events
	exits 0
	silent
	sed -i 's/ *$//' "$host/out"
	out <<-'END'
	TIME                COUNT VERDICT    GATE    NAME     REQUEST PROGRAM       PARENT UID   NAMESPACES CONTAINER RULE
	2023-11-14 22:13:30  7001 deny       request net-pf-9 -       flood[50,...] sh     65534 -          -         deny net-pf-9
	2023-11-14 22:14:30     3 unenforced request net-pf-9 -       flood[52]     sh     65534 -          -         deny net-pf-9
	2023-11-14 22:14:40       unjudged   request %s-%s    -       flood[53]     sh     65534 -          -         default allow
	2023-11-14 22:14:50     2 would-deny load    dccp     -       modprobe[54]  sh     0     -          -         deny dccp
	END
	nfg events --no-fold
	[ "$(awk 'NR == 3 { print $3 }' "$host/out")" = 7000 ] || bad "the second line is not 7000 verdicts"
	[ "$(wc -l <"$host/out")" = 6 ] || bad "$(wc -l <"$host/out") lines, not 6"
	nfg events --follow
	out_has "deny net-pf-9 (7001 times)"
	out_has "deny dccp (2 times)"
	needs_json || return 0
	nfg events --json
	json '[e["count"] for e in d["events"]]' '[1, 7000, 3, 1, 2]'
	json '[e["first"] for e in d["events"]]' \
		'[None, 1700000009.0005, 1700000060.0, None, 1700000085.0]'
	nfg events --follow --json
	head -n 2 "$host/out" >"$host/two"
	grep -q '"count": 1,' "$host/two" || bad "an event without a count has none: $(cat "$host/two")"
	grep -q '"count": 7000, "first": 1700000009.000500' "$host/two" ||
		bad "the count is not told: $(cat "$host/two")"
	# What is no number counts as one.
	sed -i 's/count=7000/count=0/; s/count=3/count=x/' "$host/debug/nfguard/events"
	nfg events --no-fold
	[ "$(awk 'NR > 2 && NR < 5 { print $3 }' "$host/out" | xargs)" = "deny unenforced" ] ||
		bad "a count of 0 or x is shown"
}

test_events_by_verdict()
{
	local word

	with_counts
	numbers "1 2" --verdict deny
	numbers "3" --verdict unenforced
	numbers "4" --verdict unjudged
	numbers "5" --verdict would-deny
	numbers "" --verdict allow
	numbers "3" --verdict unenforced --program flood
	# Of equal verdicts the last one counts.
	numbers "2 3 4 5" --since @1700000010
	for word in '' den denied all; do
		nfg events --verdict "$word"
		exits 2
		err_has "nfguard: events: --verdict '$word': must be deny, would-deny, unenforced, unjudged or allow"
	done
}

# A kernel thread asks on behalf of a task: that task is shown, found, and counted.
test_events_of_a_kernel_thread()
{
	with_events
	event 1 1700000000 "deny request name=crypto-authencesn rule=\"deny unprivileged authencesn\" $(asker 90 cryptomgr_probe 0 kthreadd) request=crypto-authencesn(hmac(sha256),cbc(aes)) $(asker 600 exploit 1000 bash request_ | sed 's/userns=first/userns=other/')" \
		/ /user.slice/user-1000.slice/session-3.scope >"$host/debug/nfguard/events"
	nfg events
	exits 0
	silent
	sed -i 's/ *$//' "$host/out"
	out <<-'END'
	TIME                VERDICT GATE    NAME              REQUEST                                  PROGRAM      PARENT UID  NAMESPACES CONTAINER       RULE
	2023-11-14 22:13:20 deny    request crypto-authencesn crypto-authencesn(hmac(sha256),cbc(aes)) exploit[600] bash   1000 user       session-3.scope deny unprivileged authencesn
	END
	numbers "1" --program exploit
	numbers "1" --program cryptomgr_probe
	numbers "1" --container session-3
	numbers "1" --name 'crypto-authencesn(hmac*'
	numbers "" --container /init
	needs_json || return 0
	nfg events --json
	json 'd["events"][0]["comm"]' cryptomgr_probe
	json 'd["events"][0]["request_uid"]' 1000
}

# --- generate -----------------------------------------------------------------

# base <- mid <- top_a, top_b; other <- other_user; alone
with_modules()
{
	tree <<-'END'
	needs kernel/net/base.ko
	needs kernel/net/mid.ko kernel/net/base.ko
	needs kernel/net/top_a.ko kernel/net/mid.ko kernel/net/base.ko
	needs kernel/net/top_b.ko kernel/net/mid.ko kernel/net/base.ko
	needs kernel/fs/other.ko
	needs kernel/fs/other_user.ko kernel/fs/other.ko
	needs kernel/fs/alone.ko
	builtin kernel/lib/inside.ko
	alias ask-top-a top_a
	alias ask-other other
	END
}

# used SEQ GATE NAME COMM [PARENT]: prints an event of permissive mode.
used()
{
	event "$1" 1700000000 "would-deny $2 name=$3 rule=\"${rule:-x}\" $(asker 5 "$4" "${uid:-0}" "${5:-bash}")"
}

generated()
{
	grep -v '^# nfguard generate' "$host/out" >"$host/made"
	same "the policy" "$host/made"
}

test_generate_a_deny_list()
{
	with_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny base
	deny other alone
	END
	{
		used 1 request ask-top-a iptables
		used 2 load base modprobe sh
		used 3 load mid modprobe sh
	} >"$host/debug/nfguard/events"
	nfg generate
	exits 0
	# top_b needs base, but was not used.
	generated <<-'END'
	# used: base, by modprobe run by sh
	# used: mid, by modprobe run by sh
	# used: top_a, by iptables
	deny other alone
	deny top_b
	default allow
	END
}

test_generate_a_deny_list_with_rules_that_allow()
{
	with_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny @net
	deny unprivileged @fs
	END
	{
		used 1 load base modprobe kworker
		rule='deny unprivileged @fs' uid=1000 used 2 request ask-other mount
	} >"$host/debug/nfguard/events"
	nfg generate
	exits 0
	generated <<-'END'
	# used: base, by modprobe run by kworker
	# used: other, by mount
	allow unprivileged other  # mount
	allow base                # modprobe run by kworker
	deny @net
	deny unprivileged @fs
	default allow
	END
}

test_generate_a_deny_list_with_an_alias()
{
	with_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny alias:ask-top-a alias:nobodys-name
	deny alone
	END
	used 1 request ask-top-a evil >"$host/debug/nfguard/events"
	nfg generate
	exits 0
	generated <<-'END'
	allow alias:ask_top_a  # evil
	deny alias:ask-top-a alias:nobodys-name
	deny alone
	default allow
	END
}

test_generate_an_allow_list()
{
	with_modules
	conf etc/nfguard.d/50.conf <<<'default deny'
	printf 'alone 1 0 - Live 0x0\nnfguard 1 0 - Live 0x0\n' >"$host/proc/modules"
	{
		used 1 request ask-top-a iptables
		used 2 load base modprobe sh
		used 3 load other a
		used 4 load other b
		used 5 load other b
		used 6 request net-pf-5 nmap
		used 7 load inside x
	} >"$host/debug/nfguard/events"
	nfg generate
	exits 0
	generated <<-'END'
	# no module: net_pf_5, asked for by nmap
	allow top_a   # iptables
	allow other   # a run by bash, b run by bash
	allow alone   # already live
	allow inside  # x run by bash
	default deny
	END
	# It can be read back, and allows only what was used.
	cp "$host/made" "$host/root/etc/nfguard.d/50.conf"
	nfg check
	err_lacks "error"
	nfg why top_b
	grep -q 'deny.*default' "$host/out" || bad "top_b is not denied"
}

# What root used stays denied to unprivileged askers.
test_generate_keeps_what_is_denied_to_the_unprivileged()
{
	with_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny unprivileged base
	deny top_a alone
	END
	used 1 load top_a modprobe sh >"$host/debug/nfguard/events"
	nfg generate
	exits 0
	generated <<-'END'
	# used: top_a, by modprobe run by sh
	allow top_a  # modprobe run by sh
	deny unprivileged base
	deny top_a alone
	default allow
	END
	nfg generate --allow-list
	generated <<-'END'
	deny unprivileged base
	allow top_a  # modprobe run by sh
	default deny
	END
	# But not if they used it themselves.
	rule='deny unprivileged base' uid=1000 used 1 request ask-top-a tool \
		>"$host/debug/nfguard/events"
	nfg generate
	exits 0
	! grep -q 'deny unprivileged base$' "$host/out" || bad "it is denied: $(cat "$host/out")"
}

# Names that a program chose, its own or of what it asks for, can't write policy lines.
test_generate_with_hostile_names()
{
	with_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny alias:ask-x base alias:q
	deny nft_*
	END
	{
		used 1 request 'ask-x#y' a
		used 2 request 'ask-a*b' b
		used 3 request 'ask-\x0aallow\x20base' c
		used 4 request 'ask[a' d
		used 5 request '' e
		used 6 request "$(printf 'q%.0s' {1..60})" f
		used 7 load base modprobe sh
		used 8 load base '' sh
		used 9 load base '' ''
		used 10 request q 'a\x0ab'
	} >"$host/debug/nfguard/events"
	nfg generate
	exits 0
	grep -v '^#' "$host/out" >"$host/made"
	same "the rules" "$host/made" <<-'END'
	allow alias:q  # a\x0ab
	allow base     # modprobe run by sh, ?
	deny alias:ask-x base alias:q
	deny nft_*
	deny mid
	default allow
	END
}

# Modules that the tree does not have, and built-in ones.
test_generate_with_modules_from_elsewhere()
{
	with_modules
	printf 'alias ask-inside inside\n' >>"$host/modules/modules.alias"
	conf etc/nfguard.d/50.conf <<<'default deny'
	printf 'vendor_live 1 0 - Live 0x0\n' >"$host/proc/modules"
	{
		used 1 load vendor insmod sh
		used 2 request ask-inside prog
	} >"$host/debug/nfguard/events"
	nfg generate
	exits 0
	generated <<-'END'
	allow vendor_live  # already live
	allow vendor       # insmod run by sh
	allow inside       # prog
	default deny
	END
	# No events are recorded for what an earlier allow-list allows.
	conf etc/nfguard.d/50.conf <<-'END'
	allow alone
	default deny
	END
	nfg generate
	exits 3
	err_has "what the policy allows is not recorded"
	set_status record all
	nfg generate
	exits 0
}

test_generate_with_nothing_used()
{
	with_modules
	conf etc/nfguard.d/50.conf <<<'deny base'
	event 1 1700000000 "deny load name=base rule=\"x\" $(asker 5 a 0 b)" \
		>"$host/debug/nfguard/events"
	nfg generate
	exits 0
	out <<-'END'
	# nfguard generate: denies what was denied and not used, from 0 events
	deny base
	default allow
	END
	err_has "nothing was used that the policy denies, so its rules stay: nfguard mode permissive"
	conf etc/nfguard.d/50.conf <<<'dney base'
	nfg generate
	exits 2
	out </dev/null
}

test_generate_says_that_events_are_missing()
{
	with_modules
	nfg deny base
	used 5 load base modprobe >"$host/debug/nfguard/events"
	nfg generate
	exits 3
	out_has "# Events are missing"
	err_has "events are missing, so this policy may deny something that was used"
	# All events since a later time are there.
	{
		used 4 load alone x
		used 5 load base modprobe
	} | sed '2s/1700000000/1700000009/' >"$host/debug/nfguard/events"
	nfg generate --since @1700000005
	exits 0
	silent
	echo 'events_lost 3' >"$host/debug/nfguard/counters"
	nfg generate --since @1700000005
	exits 3
	: >"$host/debug/nfguard/counters"
	sed -i '1s/^/lost=3\n/' "$host/debug/nfguard/events"
	nfg generate --since @1700000005
	exits 3
}

# Each equal verdict counts, and what may have gone through was not used: if it was, it
# was loaded. For a kernel thread the task that caused its request is the asker.
test_generate_from_events_with_a_count()
{
	with_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny unprivileged base
	deny other alone
	END
	{
		event 1 1700000000 "would-deny request name=ask-top-a rule=\"default deny\" $(asker 9 cryptomgr_probe 0 kthreadd) count=5 first=1699999990.000000 request=whole $(asker 600 tool 1000 bash request_)"
		event 2 1700000000 "unenforced request name=alone rule=\"deny other alone\" $(asker 5 flood 0 bash) count=3 first=1699999990.000000"
		event 3 1700000000 "unjudged request name=ask-other rule=\"default allow\" $(asker 5 flood 0 bash)"
	} >"$host/debug/nfguard/events"
	nfg generate
	exits 0
	out <<-'END'
	# nfguard generate: denies what was denied and not used, from 5 events
	# used: top_a, by tool
	deny other alone
	deny unprivileged top_b
	default allow
	END
}
