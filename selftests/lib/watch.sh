# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154	# the tests and common.sh have them
# What tests need to see events in all the places that report them. Needs common.sh.

tracing=/sys/kernel/tracing
audit_log=/var/log/audit/audit.log

# Regular expressions for a line of the events files and one of the trace.
word='[]!#-<>-[^-~]+(\\x[0-9a-f]{2}[]!#-<>-[^-~]*)*'
asker='pid=[0-9]+ comm='$word' uid=[0-9]+ auid=[0-9]+ ppid=[0-9]+ parent='$word' userns=(first|other) netns=[0-9]+ cgroup=[0-9]+'
event_line='^seq=[0-9]+ time=[0-9]+\.[0-9]{6} (deny|would-deny|allow) (request|load) name='$word' rule="[^"]*" '$asker'( count=[0-9]+ first=[0-9]+\.[0-9]{6})?( request='$word' request_pid=.*)? cgroup_path="[^"]*"( request_cgroup_path="[^"]*")?$'
trace_line='verdict: (deny|would-deny|allow) (request|load) name=[!-~]+ pid=[0-9]+ comm=[!-~]+ uid=[0-9]+ auid=[0-9]+ ppid=[0-9]+ parent=[!-~]+ userns=(first|other) netns=[0-9]+ cgroup=[0-9]+ request=[!-~]* request_pid=[0-9]+ request_comm=[!-~]* rule=".*"$'

host_netns()
{
	readlink /proc/self/ns/net | tr -dc 0-9
}

# --- events -------------------------------------------------------------------

# mark: the other functions look only at the log and the events after this.
marked_event=0
mark()
{
	log_mark
	marked_event=$(event_seq '$' "$debugfs/events")
	: "${marked_event:=0}"
}

# event_seq LINE FILE: prints the number of the event on that line; LINE is for sed.
event_seq()
{
	sed -n "$1s/^seq=\([0-9]*\) .*/\1/p" "$2"
}

# has_lines N FILE: at least so many.
has_lines()
{
	[ "$(wc -l <"$2")" -ge "$1" ]
}

events_since()
{
	awk -v after="$marked_event" '
		/^seq=/ { split($1, seq, "="); if (seq[2] > after) print }' \
		"$debugfs/events"
}

# events_number N REGEX: the events since mark that match stand for N verdicts.
events_number()
{
	[ "$(events_since | grep -E -- "$2" | verdicts)" -eq "$1" ]
}

# event_of NAME COMM: sets $event to the last one since mark.
event_of()
{
	wait_for event_now "$@"
}

event_now()
{
	event=$(events_since | grep -F " name=$1 " | grep -F " comm=$2 " | tail -n 1)
	[ -n "$event" ]
}

# field KEY [EVENT]: of $event, or of another; a text has its quotes.
field()
{
	if [[ " ${2-$event} " =~ \ $1=(\"[^\"]*\"|[^\ ]*)\  ]]; then
		echo "${BASH_REMATCH[1]}"
	fi
}

# is KEY VALUE
is()
{
	equal "$1 of the event" "$2" "$(field "$1")"
}

# shown_by_cli PROGRAM PID PARENT
shown_by_cli()
{
	nfguard events --program "$1" >"$scratch/shown"
	grep -q " $1\[$2\]  *$3 " "$scratch/shown" || {
		fail "the command does not show $1[$2] of $3"
		note "$(cat "$scratch/shown")"
	}
}

# --- the log ------------------------------------------------------------------

log_has_text()
{
	local line

	log_read
	for line in "${log[@]}"; do
		[[ $line != *"$1"* ]] || return 0
	done
	return 1
}

# --- the tracepoint -----------------------------------------------------------

trace_begin()
{
	[ -d "$tracing/events/nfguard/verdict" ] ||
		bail_out "there is no tracepoint nfguard:verdict"
	undo trace_end
	echo >"$tracing/trace"
	echo 1 >"$tracing/events/nfguard/verdict/enable"
}

# While it is on, it holds the module.
trace_end()
{
	echo 0 >"$tracing/events/nfguard/verdict/enable"
	echo >"$tracing/trace"
}

# traced FIELDS: as in the event, except that the trace has the rule last, and each of
# equal verdicts by itself.
traced()
{
	local rest=$1 head rule

	head=${rest%% rule=*}
	rest=${rest#"$head" rule=}
	rule=${rest%%\" *}\"
	rest=${rest#"$rule" }
	rest=${rest%% count=*}
	grep -F " verdict: $head $rest " "$tracing/trace" | grep -qF " rule=$rule"
}

# --- audit --------------------------------------------------------------------

# With auditd, as on a real host.
audit_begin()
{
	command -v auditd >/dev/null || bail_out "there is no auditd"
	mkdir -p "${audit_log%/*}"
	auditd -s enable || bail_out "auditd does not start"
	undo pkill -x auditd
	undo auditctl -e 0
	wait_for auditd_runs || bail_out "auditd does not run"
}

auditd_runs()
{
	auditctl -s | grep -q '^enabled 1$' && auditctl -s | grep -q '^pid [1-9]'
}

# audit_fields FIELDS: as audit has those of an event, with quotes about all but ids.
audit_fields()
{
	sed -E 's/ ([a-z_]*[^d=])=([^" ]+)/ \1="\2"/g' <<<" $1"
}

# audited FIELDS: as in the event. ausearch must find the record too.
audited()
{
	local verdict gate rest

	read -r verdict gate rest <<<"$1"
	wait_for in_audit_log "op=nfguard_$gate verdict=$verdict$(audit_fields "$rest")" ||
		return 1
	# It would read stdin instead of the logs if that were a pipe.
	ausearch -m KERN_MODULE -i --input-logs </dev/null 2>&1 |
		grep -qF "rule=$(field rule "$1")" || fail "ausearch does not show the rule"
}

in_audit_log()
{
	grep -F 'type=KERN_MODULE' "$audit_log" | grep -qF -- "$1"
}

audited_cause()
{
	wait_for in_audit_log " request=\"$(field request)\" request_pid=$(field request_pid) request_comm=\"$(field request_comm)\" request_uid=$(field request_uid) "
}

# --- cgroups ------------------------------------------------------------------

# Mounts the unified hierarchy if the guest has none.
mount_cgroups()
{
	cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -z "$cgroups" ] || return 0
	cgroups=/sys/fs/cgroup
	mount -t cgroup2 none "$cgroups" || bail_out "no unified hierarchy of cgroups"
	undo umount "$cgroups"
}
