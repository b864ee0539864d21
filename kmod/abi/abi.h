/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * abi.h - what the kernel module and user space must agree on: paths, limits, the
 * words of the policy text and of the status file, and the errnos of a refused
 * write. Both sides include this one copy. It needs no other header.
 */
#ifndef NFGUARD_ABI_H
#define NFGUARD_ABI_H

#define NFG_VERSION		"0.2.0"

/*
 * Control: /proc/nfguard. Not in debugfs, which refuses every write under
 * lockdown. A guard loaded inert (off=1) has only the status file.
 */
#define NFG_PROC_DIR		"nfguard"
#define NFG_POLICY_FILE		"policy"	/* 0600, written whole */
#define NFG_MODE_FILE		"mode"		/* 0644 */
#define NFG_LOCK_FILE		"lock"		/* 0644 */
#define NFG_RECORD_FILE		"record"	/* 0644 */
#define NFG_STATUS_FILE		"status"	/* 0444 */

/* Read-only: /sys/kernel/debug/nfguard, all 0400. */
#define NFG_DEBUGFS_DIR		"nfguard"
#define NFG_COUNTERS_FILE	"counters"
#define NFG_RULES_FILE		"rules"
#define NFG_EVENTS_FILE		"events"	/* the latest events */
#define NFG_EVENTS_PIPE_FILE	"events_pipe"	/* and waits for more */

/*
 * Limits. A request name must fit the kernel's own buffer of MODULE_NAME_LEN
 * (56 with the NUL on 64 bit; include/linux/moduleparam.h), so a longer name
 * could never match. A pattern may be longer than what it matches.
 */
#define NFG_NAME_MAX		55
#define NFG_PATTERN_MAX		255
#define NFG_RULE_MAX		255
#define NFG_ENTRIES_MAX		65536	/* names and patterns together */
#define NFG_PATTERNS_MAX	1024
/*
 * What one name is compared with: each pattern whose literal beginning it has. Of
 * these one is PREFIX*SUFFIX, or it costs as much as NFG_PATTERN_COST of those.
 */
#define NFG_PATTERN_COST	10
#define NFG_PATTERNS_COST_MAX	100
#define NFG_RULES_MAX		4096
#define NFG_TEXT_MAX		(8u << 20)

/*
 * The policy text. Each line ends in a newline; words are separated by one space.
 *
 *	policy 1 token=TOKEN entries=N
 *	default VERDICT
 *	rule TEXT
 *	name VERDICT SCOPE NAME
 *	pattern VERDICT SCOPE PATTERN
 *	end
 *
 * "policy" comes first, then "default", then any number of rules. A rule's TEXT
 * is the rule as the operator wrote it, in printable ASCII. The name and pattern
 * lines below a rule are what it was compiled to, and count against it. N is the
 * number of name and pattern lines. "end" is the last line, so that a text cut
 * short can never take effect as a shorter policy.
 *
 * In names '-' and '_' are the same character: '-' is stored as '_', except
 * inside the brackets of a pattern, as in alias_normalize() of libkmod.
 *
 * A name decides before any pattern. If a name has a line for each SCOPE, the one
 * for unprivileged askers decides for them. Among patterns the first in the text
 * that matches decides; one for unprivileged askers matches only for them, but it
 * does not go before others. If nothing matches, the default decides. A pair of
 * SCOPE and NAME may appear only once.
 */
#define NFG_WORD_POLICY		"policy"
#define NFG_FORMAT		1
#define NFG_WORD_TOKEN		"token="
#define NFG_WORD_ENTRIES	"entries="
#define NFG_WORD_DEFAULT	"default"
#define NFG_WORD_RULE		"rule"
#define NFG_WORD_NAME		"name"
#define NFG_WORD_PATTERN	"pattern"
#define NFG_WORD_END		"end"

#define NFG_WORD_ALLOW		"allow"
#define NFG_WORD_DENY		"deny"

#define NFG_WORD_ANY		"any"
/* The asker lacks CAP_SYS_MODULE in the initial user namespace. */
#define NFG_WORD_UNPRIVILEGED	"unprivileged"

/* TOKEN: 16 hex digits, random for each load of the module, '.', generation. */
#define NFG_TOKEN_MAX		(16 + 1 + 20)

#define NFG_WORD_ENFORCING	"enforcing"
#define NFG_WORD_PERMISSIVE	"permissive"

/* Which verdicts become events: none, those other than allow, or all. */
#define NFG_WORD_NONE		"none"
#define NFG_WORD_DENIED		"denied"
#define NFG_WORD_ALL		"all"

/*
 * What a refused write to a file in /proc/nfguard, or a refused open for writing,
 * returns. Nothing changes, and one line in the kernel's log names the line and
 * the reason; for EPERM these are rate-limited.
 *
 *	EPERM		opener or writer lacks CAP_MAC_ADMIN in the initial
 *			user namespace
 *	EROFS		the policy is locked until reboot
 *	ESTALE		the token is not that of the policy in force
 *	ESPIPE		the write does not begin at offset 0
 *	EFBIG		the text is longer than NFG_TEXT_MAX, or a word longer
 *			than 64 bytes
 *	EBADMSG		the text is incomplete: empty, no header, no "end", text
 *			after "end", or not N entries
 *	EINVAL		a word is unknown or missing, or a pattern is malformed
 *	EILSEQ		a byte is not printable ASCII, such as NUL
 *	ENAMETOOLONG	a name, pattern or rule is longer than its limit
 *	E2BIG		too many entries, patterns or rules
 *	EEXIST		an earlier line has the same scope and name
 *	EBUSY		the module is being removed (lock)
 *	ENODEV		a gate or the pin does not hold (lock): write "degraded" to
 *			lock all the same
 *	ENOMEM		out of memory
 */

/*
 * The status file: one "KEY VALUE" on each line. The keys and their values:
 *
 *	version		NFG_VERSION
 *	state		guarding, degraded (a gate or the pin is missing),
 *			off (loaded with off=1)
 *	token		TOKEN, for the header of the next policy to be written
 *	generation	rises by one at each change of policy
 *	sha256		of the policy text after its first line
 *	mode		enforcing, permissive
 *	locked		0, 1
 *	record		none, denied, all
 *	default		allow, deny
 *	rules, names, patterns	how many are in force
 *	request_gate	armed, or "degraded ERRNO": what the canary just got,
 *			or why there is no kprobe
 *	ftrace_pin	held (ftrace_enabled=0 is refused), "missing ERRNO", or
 *			unneeded (the kprobe does not use ftrace)
 *	load_gate	registered, or "missing ERRNO"
 *	load_gate_seen, load_gate_denied, load_gate_proved
 *			when the last load was seen, when the last one was
 *			denied, when NFG_PROOF_MODULE was last refused, in
 *			seconds since 1970; 0: never
 *
 * A guard that is off shows only version and state.
 */
#define NFG_KEY_VERSION		"version"
#define NFG_KEY_STATE		"state"
#define NFG_KEY_TOKEN		"token"
#define NFG_KEY_GENERATION	"generation"
#define NFG_KEY_SHA256		"sha256"
#define NFG_KEY_MODE		"mode"
#define NFG_KEY_LOCKED		"locked"
#define NFG_KEY_RECORD		"record"
#define NFG_KEY_DEFAULT		"default"
#define NFG_KEY_RULES		"rules"
#define NFG_KEY_NAMES		"names"
#define NFG_KEY_PATTERNS	"patterns"
#define NFG_KEY_REQUEST_GATE	"request_gate"
#define NFG_KEY_FTRACE_PIN	"ftrace_pin"
#define NFG_KEY_LOAD_GATE	"load_gate"
#define NFG_KEY_LOAD_SEEN	"load_gate_seen"
#define NFG_KEY_LOAD_DENIED	"load_gate_denied"
#define NFG_KEY_LOAD_PROVED	"load_gate_proved"

#define NFG_WORD_GUARDING	"guarding"
#define NFG_WORD_DEGRADED	"degraded"
#define NFG_WORD_OFF		"off"
#define NFG_WORD_ARMED		"armed"
#define NFG_WORD_HELD		"held"
#define NFG_WORD_UNNEEDED	"unneeded"
#define NFG_WORD_REGISTERED	"registered"
#define NFG_WORD_MISSING	"missing"

/*
 * The load gate refuses this module whatever policy, mode and lock are, before it
 * asks the judge and without counting: "nfguard selftest" tries to insert it. If
 * it gets in, it does nothing.
 */
#define NFG_PROOF_MODULE	"nfguard_proof"

/*
 * The rules file: a line for each rule, its words separated by one space. The
 * rule's text is last, in quotes. Rule number 0 is the default.
 *
 *	rule=N request_denied=N request_would_deny=N load_denied=N
 *	load_would_deny=N last=SECONDS.MILLIS name=NAME pid=PID comm=COMM
 *	uid=UID text="TEXT"
 *
 * all on one line. If nothing has hit the rule yet: last=0.000 name=- pid=0 comm=
 * uid=0. NAME and COMM are escaped: a byte outside printable ASCII, a space, a
 * quote, an equals sign or a backslash is written \xHH. In TEXT spaces and equals
 * signs stay as they are.
 */

/*
 * An event: a line in the events files, and in the log after "nfguard: ":
 *
 *	OUTCOME GATE name=NAME rule="TEXT" ASKER [count=N first=SECONDS.MICROS]
 *	[request=NAME REQUEST-ASKER] cgroup_path="PATH"
 *	[request_cgroup_path="PATH"]
 *
 * OUTCOME is deny, would-deny or allow; unenforced: it was to be denied, but the
 * gate is not proved to be armed, so it may have gone through; unjudged: the
 * request has too many values to make its name, so NAME is its format, and the
 * default let it through. GATE is request or load. ASKER is the task that asks; for
 * a load, the one that loads:
 *
 *	pid=PID comm=COMM uid=UID auid=UID ppid=PID parent=COMM
 *	userns=first|other netns=INODE cgroup=ID
 *
 * "first" is the initial user namespace. If a request caused a load, or a request
 * that a kernel thread makes on behalf of another task, that request's NAME
 * follows, and the same fields of its asker with "request_" before each key. NAME,
 * COMM and TEXT are escaped as in the rules file, and PATH like TEXT. PATH is "-"
 * if it is too long or gone. auid is audit's login uid, 4294967295 if nobody logged
 * in.
 *
 * Equal verdicts (OUTCOME, GATE, NAME, rule, and uid, cgroup and comm of whoever is
 * behind it) are told as one event: the first at once, later ones after 1 second,
 * then 2, 4, and so on up to 64, as long as they go on. N is how many there were,
 * if more than one, and "first" is when the first of them was; the asker is of
 * that one. If the events files had a line for some of them before the log had room,
 * the next line there counts the rest, with the same "first".
 *
 * In the events files "seq=N time=SECONDS.MICROS " comes first; seq rises by one at
 * each event, and the time is that of the last of equal verdicts. If the ring is
 * full, the oldest events of who has most in it go: a reader that had not come to
 * them gets the line "lost=N" in place of N events. If the line would be too long
 * for the log, it leaves out the paths, and if that is not enough, the request too.
 *
 * The log gets at most 50 lines in any 5 seconds, and audit the same events: those
 * of an asker with few events come first. What is left out is counted.
 */
#define NFG_WORD_REQUEST	"request"
#define NFG_WORD_LOAD		"load"
#define NFG_WORD_WOULD_DENY	"would-deny"
#define NFG_WORD_UNENFORCED	"unenforced"
#define NFG_WORD_UNJUDGED	"unjudged"
#define NFG_WORD_FIRST		"first"
#define NFG_WORD_OTHER		"other"
#define NFG_WORD_LOST		"lost="
#define NFG_NO_AUID		4294967295u
#define NFG_CGROUP_PATH_MAX	383
#define NFG_EVENT_LINE_MAX	6144
/* The kernel's log cuts lines at 1,024 bytes, its own prefix included. */
#define NFG_LOG_LINE_MAX	900

#endif /* NFGUARD_ABI_H */
