#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel thread asks on behalf of a task: the crypto core for the parts of a template. The
# request is judged and told by that task, and a kernel thread that asks for nobody known is
# unprivileged.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/watch.sh"

template='authencesn(hmac(sha256),cbc(aes))'
# Longer than a request can be: the kernel asks for its parts all the same.
long='authencesn(hmac(sha256-generic),cbc(aes-generic-but-none))'

as_user()
{
	setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all -- "$@"
}

forget()
{
	rmmod authencesn 2>/dev/null
	not_live authencesn
}

# named NAME COMM UID: an event of NAME tells who is behind it.
named()
{
	wait_for event_names "$@" || fail "no event names $2, uid $3"
	event=$(events_since | grep " deny request name=$1 " | tail -n 1)
	log_has "^nfguard: deny request name=$1 .* request_comm=$2 request_uid=$3 " ||
		fail "the log does not name $2, uid $3"
}

event_names()
{
	events_since | grep -q " deny request name=$1 .* request_comm=$2 request_uid=$3 "
}

without_the_guard()
{
	guard_unload
	as_user request aead "$template" >/dev/null
	live authencesn || fail "authencesn is not live: this test can't fail"
	guard_load
	forget
}

user_is_refused()
{
	exits 0 nfguard deny unprivileged authencesn
	mark
	answer=$(as_user request aead "$template")
	equal "bind" ENOENT "$answer"
	not_live authencesn
	named crypto-authencesn request 1000
	is "uid" 0
	is "rule" '"deny unprivileged authencesn"'
	matches "asker" '^cryptomgr_probe' "$(field comm)"
	equal "asker of the rule's last hit" request \
		"$(rule_field "deny unprivileged authencesn" comm)"
	nfguard events --program request | grep -q ' crypto-authencesn ' ||
		fail "the command does not name the program"
}

long_name_too()
{
	mark
	as_user request aead "$long" >/dev/null
	not_live authencesn
	named crypto-authencesn request 1000
}

root_may()
{
	equal "bind" ok "$(request aead "$template")"
	live authencesn || fail "authencesn is not live"
	forget
}

# Root has asked for the same just before: the user does not get what is due to root.
user_after_root()
{
	mark
	as_user request aead "$template" >/dev/null
	not_live authencesn
	named crypto-authencesn request 1000
}

load_names_the_user()
{
	exits 0 nfguard remove unprivileged authencesn
	put_policy "default allow" "rule deny authencesn" "name deny any authencesn"
	mark
	as_user request aead "$template" >/dev/null
	not_live authencesn
	event_of authencesn modprobe || fail "no event of the load"
	is "request" crypto-authencesn
	is "request_comm" request
	is "request_uid" 1000
}

full_denial_names_the_asker()
{
	exits 0 nfguard deny authencesn
	mark
	request aead "$template" >/dev/null
	not_live authencesn
	named crypto-authencesn request 0
	exits 0 nfguard remove authencesn
}

# A user's request that was refused has no modprobe: the one that comes is root's.
load_after_a_refusal()
{
	put_policy "default allow" \
		"rule deny unprivileged crypto-nfguard-x" \
		"rule deny nfguard_victim" \
		"name deny unprivileged crypto-nfguard-x" "name deny any nfguard_victim"
	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		[ "\$3" = crypto-nfguard-x ] || exit 1
		exec insmod $(test_module nfguard_victim) -- "\$3"
	EOT
	chmod +x "$scratch/modprobe"
	before=$(cat /proc/sys/kernel/modprobe)
	echo "$scratch/modprobe" >/proc/sys/kernel/modprobe
	mark
	as_user request aead nfguard-x >/dev/null
	request aead nfguard-x >/dev/null
	echo "$before" >/proc/sys/kernel/modprobe
	event_of nfguard_victim insmod || fail "no event of the load"
	is "request" crypto-nfguard-x
	is "request_uid" 0
}

later_than()
{
	[ "$SECONDS" -gt "$1" ]
}

# A user has asked for a template, and goes on. He does not wait for what root wants.
user_who_runs()
{
	local user

	put_policy "default allow" "rule deny unprivileged authencesn" \
		"name deny unprivileged crypto-authencesn"
	as_user request -s aead "$template" >"$scratch/user" &
	wait_for test -s "$scratch/user" || fail "the user has not asked"
	user=$(pgrep -x request)
	undo kill "$user" 2>/dev/null
	SECONDS=0
	wait_for later_than 2
	grep -q '^State:	R' "/proc/$user/status" || fail "the user does not run"
	root_may
	kill "$user"
	wait || true
}

# One task asks twice, and only the second request passes: the modprobe is for that.
load_after_ones_own_refusal()
{
	put_policy "default allow" "rule deny crypto-nfguard-y" "name deny any crypto-nfguard-y"
	gets "$eperm_is" crypto-nfguard-y
	put_policy "default allow" "rule deny nfguard_victim" "name deny any nfguard_victim"
	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		exec insmod $(test_module nfguard_victim) -- "\$3"
	EOT
	chmod +x "$scratch/modprobe"
	change /proc/sys/kernel/modprobe "$scratch/modprobe"
	mark
	ask crypto-nfguard-y
	event_of nfguard_victim insmod || fail "no event of the load"
	is "request" crypto-nfguard-y
	is "request_pid" "$BASHPID"
	change /proc/sys/kernel/modprobe ''
}

# Another kernel thread asks for what is part of a user's template.
other_thread()
{
	put_policy "default allow" "rule deny unprivileged crypto-nfguard-part" \
		"name deny unprivileged crypto-nfguard-part"
	as_user request aead 'nfguard-x(nfguard-part)' >/dev/null
	mark
	echo "storm 1 1 crypto-nfguard-part" >"$req"
	wait_for events_number 1 " deny request name=crypto-nfguard-part .* comm=kworker" ||
		fail "a kernel thread is not refused"
	event=$(events_since | grep ' name=crypto-nfguard-part .* comm=kworker')
	is "request" ""
}

# xfrm_state COMMAND...: in a network namespace, which COMMAND makes.
xfrm_state()
{
	"$@" ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 \
		auth 'hmac(sha256)' 0x0123456789abcdef0123456789abcdef \
		enc 'cbc(serpent)' 0x0123456789abcdef0123456789abcdef
}

# In a user namespace anybody can.
by_xfrm()
{
	xfrm_state as_user unshare -Urn >"$scratch/out" 2>&1 || true
	live serpent_generic || fail "serpent_generic is not live: this test can't fail"
	modprobe -r esp4 || true
	wait_for rmmod_all || fail "serpent_generic can't be removed"
	exits 0 nfguard deny unprivileged serpent_generic
	mark
	xfrm_state as_user unshare -Urn >"$scratch/out" 2>&1 && fail "the state was added"
	not_live serpent_generic
	named crypto-serpent ip 1000
	xfrm_state unshare -n >"$scratch/out" 2>&1 || fail "root can't: $(cat "$scratch/out")"
	live serpent_generic || fail "serpent_generic is not live for root"
	exits 0 nfguard remove unprivileged serpent_generic
}

rmmod_all()
{
	local name

	while read -r name _; do
		[[ $name != serpent* ]] || rmmod "$name" 2>/dev/null
	done </proc/modules
	! live serpent_generic
}

nobody_known()
{
	put_policy "default allow" "rule deny unprivileged nfguard-test-thread" \
		"name deny unprivileged nfguard-test-thread"
	mark
	gets "$enoent_is" nfguard-test-thread
	echo "storm 1 1 nfguard-test-thread" >"$req"
	wait_for events_number 1 " deny request name=nfguard-test-thread " ||
		fail "a kernel thread is not refused"
	matches "asker" '^kworker' "$(events_since | sed -n 's/.* comm=\([^ ]*\) .*/\1/p')"
}

plan 13
modprobe algif_aead 2>/dev/null || bail_out "no algif_aead"
guard_load
# A newer kernel (7.3, for one) has only listed algorithms there, for root as well.
made=
if [ "$(request aead "$template")" = ok ]; then
	made=yes
	forget
	point "without the guard a user has authencesn loaded" without_the_guard
	point "deny unprivileged holds for what a kernel thread asks for a user, and names him" \
		user_is_refused
	point "also if the template's name is too long for a request" long_name_too
	point "root may have it" root_may
	point "and after root a user may not" user_after_root
	point "a load that a kernel thread asked for names the user" load_names_the_user
	point "a full denial names root's program" full_denial_names_the_asker
	point "a load after a user's request was refused names who asked for it" \
		load_after_a_refusal
	point "a user who goes on does not keep root from a template" user_who_runs
else
	why="this kernel's AF_ALG does not make $template"
	skip "without the guard a user has authencesn loaded" "$why"
	skip "deny unprivileged holds for what a kernel thread asks for a user, and names him" "$why"
	skip "also if the template's name is too long for a request" "$why"
	skip "root may have it" "$why"
	skip "and after root a user may not" "$why"
	skip "a load that a kernel thread asked for names the user" "$why"
	skip "a full denial names root's program" "$why"
	skip "a load after a user's request was refused names who asked for it" "$why"
	skip "a user who goes on does not keep root from a template" "$why"
fi
point "the same by xfrm in a user namespace" by_xfrm
req_load
point "a kernel thread that asks for nobody known is unprivileged" nobody_known
point "a load names who asked for it, also if the same task was refused before" \
	load_after_ones_own_refusal
if [ "$made" ]; then
	point "a kernel thread that is not of the crypto core asks for no user" other_thread
else
	skip "a kernel thread that is not of the crypto core asks for no user" "$why"
fi
finish
