/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * abi.h - what the kernel module and user space must agree on: paths, limits,
 * the words of the policy text and of the status file, and the errnos of a
 * refused write. It stands here once; both sides include it, and nothing in
 * it needs another header.
 */
#ifndef NFGUARD_ABI_H
#define NFGUARD_ABI_H

#define NFG_VERSION		"0.2.0"

/*
 * Control: /proc/nfguard. Under lockdown debugfs refuses every write, procfs
 * does not. A guard loaded inert (off=1) has only the status file.
 */
#define NFG_PROC_DIR		"nfguard"
#define NFG_POLICY_FILE		"policy"	/* 0600, read and written whole */
#define NFG_MODE_FILE		"mode"		/* 0644 */
#define NFG_LOCK_FILE		"lock"		/* 0644 */
#define NFG_RECORD_FILE		"record"	/* 0644 */
#define NFG_STATUS_FILE		"status"	/* 0444 */

/* For looking only: /sys/kernel/debug/nfguard, all 0400. */
#define NFG_DEBUGFS_DIR		"nfguard"
#define NFG_COUNTERS_FILE	"counters"
#define NFG_RULES_FILE		"rules"
#define NFG_EVENTS_FILE		"events"	/* the last events, and then the end */
#define NFG_EVENTS_PIPE_FILE	"events_pipe"	/* and then waits for the next */

/*
 * Limits. A request name fits the kernel's own buffer of MODULE_NAME_LEN
 * (56 with the NUL on 64 bit; include/linux/moduleparam.h), so that a longer
 * name could never match. A pattern may be longer than what it matches.
 */
#define NFG_NAME_MAX		55
#define NFG_PATTERN_MAX		255
#define NFG_RULE_MAX		255
#define NFG_ENTRIES_MAX		65536	/* names and patterns together */
#define NFG_PATTERNS_MAX	1024
#define NFG_RULES_MAX		4096
#define NFG_TEXT_MAX		(8u << 20)

/*
 * The policy text. Lines end in one newline, words are parted by one space.
 *
 *	policy 1 token=TOKEN entries=N
 *	default VERDICT
 *	rule TEXT
 *	name VERDICT SCOPE NAME
 *	pattern VERDICT SCOPE PATTERN
 *	end
 *
 * "policy" comes first, then "default", then any number of rules. A rule's
 * TEXT is the rule as the operator wrote it, in printable ASCII; the name and
 * pattern lines below it are what it was compiled to, and count against it. N
 * is the number of name and pattern lines. "end" is the last line, so that a
 * text cut short can never take force as a shorter policy.
 *
 * In names '-' and '_' are one character: '-' is stored as '_', except inside
 * the brackets of a pattern (as alias_normalize() of libkmod has it).
 *
 * A name decides before any pattern, and an entry for unprivileged askers
 * before one for any asker. Among patterns the first in the text that matches
 * decides. What nothing matches gets the default. A pair of SCOPE and NAME
 * stands at most once.
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
/* The asker lacks CAP_SYS_MODULE in the first user namespace. */
#define NFG_WORD_UNPRIVILEGED	"unprivileged"

/* TOKEN: 16 hex digits drawn when the module is loaded, '.', the generation. */
#define NFG_TOKEN_MAX		(16 + 1 + 20)

#define NFG_WORD_ENFORCING	"enforcing"
#define NFG_WORD_PERMISSIVE	"permissive"

/* Which verdicts become events: none, those against somebody, or all. */
#define NFG_WORD_NONE		"none"
#define NFG_WORD_DENIED		"denied"
#define NFG_WORD_ALL		"all"

/*
 * What a refused write to a file in /proc/nfguard says. The policy, mode and
 * lock in force stay as they were, and one line in the kernel's log names
 * the line and the reason.
 *
 *	EPERM		opener or writer lacks CAP_MAC_ADMIN in the first user
 *			namespace
 *	EROFS		the policy is locked until reboot
 *	ESTALE		the token is not of the policy in force
 *	ESPIPE		the write does not begin at offset 0
 *	EFBIG		the text is longer than NFG_TEXT_MAX
 *	EBADMSG		the text is not whole: empty, no header, no "end", text
 *			after "end", or not N entries
 *	EINVAL		a word that is not known here, or missing
 *	EILSEQ		a byte outside printable ASCII, NUL among them
 *	ENAMETOOLONG	a name, pattern or rule longer than its limit
 *	E2BIG		too many entries, patterns or rules
 *	EEXIST		a scope and name that an earlier line has
 *	EBUSY		the module is being removed (lock)
 *	ENOMEM		no memory for it
 */

/*
 * The status file: "KEY VALUE" a line. Values with their keys:
 *
 *	version		NFG_VERSION
 *	state		guarding, degraded (a gate or the pin is missing),
 *			off (loaded with off=1)
 *	token		TOKEN, to be written in the next policy's header
 *	generation	rises by one at each change of policy
 *	sha256		of the policy text after its first line
 *	mode		enforcing, permissive
 *	locked		0, 1
 *	record		none, denied, all
 *	default		allow, deny
 *	rules, names, patterns	how many are in force
 *	request_gate	armed, or "degraded ERRNO": what the canary just got
 *	ftrace_pin	held, or "missing ERRNO": whether ftrace_enabled=0 is
 *			kept from being accepted; unneeded where the kprobe
 *			does not use ftrace
 *	load_gate	registered, or "missing ERRNO"
 *	load_gate_seen, load_gate_denied, load_gate_proved
 *			seconds since 1970 of the last load seen, the last one
 *			denied, the last refusal of NFG_PROOF_MODULE; 0: never
 *
 * A guard that is off has only version and state.
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
 * The module that the load gate refuses whatever the policy, the mode and the
 * lock are, before the judge and without a count: "nfguard selftest" tries to
 * insert it. It does nothing if it gets in.
 */
#define NFG_PROOF_MODULE	"nfguard_proof"

/* The counters, in the order of the counters file; counters.h explains them. */
enum nfg_counter {
	NFG_REQUEST_ALLOWED,
	NFG_REQUEST_DENIED,
	NFG_REQUEST_WOULD_DENY,
	NFG_LOAD_ALLOWED,
	NFG_LOAD_DENIED,
	NFG_LOAD_WOULD_DENY,
	NFG_REQUEST_UNNAMED,
	NFG_POLICY_SWAPS,
	NFG_WRITES_REFUSED,
	NFG_LOG_SUPPRESSED,
	NFG_AUDIT_SUPPRESSED,
	NFG_EVENTS_RECORDED,
	NFG_EVENTS_LOST,
	NFG_EVENTS_OVERWRITTEN,
	NFG_KPROBE_MISSED,
	NFG_N_COUNTERS,
};

/*
 * The rules file: a line a rule, words parted by one space; the rule's text
 * is last, in quotes. The rule numbered 0 is the default.
 *
 *	rule=N request_denied=N request_would_deny=N load_denied=N
 *	load_would_deny=N last=SECONDS.MILLIS name=NAME pid=PID comm=COMM
 *	uid=UID text="TEXT"
 *
 * all on one line. last=0.000 name=- pid=0 comm= uid=0 where nothing hit the
 * rule yet. NAME and COMM are escaped: a byte outside printable ASCII, a space,
 * a quote, an equals sign or a backslash is written \xHH; in TEXT only quotes
 * and backslashes are.
 */

/*
 * An event, one line in the events files, and in the log behind "nfguard: ":
 *
 *	OUTCOME GATE name=NAME rule="TEXT" ASKER [request=NAME REQUEST-ASKER]
 *	cgroup_path="PATH" [request_cgroup_path="PATH"]
 *
 * OUTCOME is deny, would-deny or allow; GATE is request or load. ASKER, the
 * current task, and for a load whoever loads:
 *
 *	pid=PID comm=COMM uid=UID auid=UID ppid=PID parent=COMM
 *	userns=first|other netns=INODE cgroup=ID
 *
 * A load that a request caused has that request's NAME, and the same fields of
 * its asker with "request_" before each key. NAME, COMM and TEXT are escaped as
 * in the rules file, PATH as TEXT; it is "-" where it is too long or gone. auid
 * is audit's login uid, 4294967295 where nobody logged in. In the events files
 * "seq=N time=SECONDS.MICROS " stands before it; SEQ rises by one an event. A
 * reader that was too slow gets the line "lost=N" in place of N events. The log
 * leaves out the paths, and then the request, where the line would be too long
 * for it.
 */
#define NFG_WORD_REQUEST	"request"
#define NFG_WORD_LOAD		"load"
#define NFG_WORD_WOULD_DENY	"would-deny"
#define NFG_WORD_FIRST		"first"
#define NFG_WORD_OTHER		"other"
#define NFG_WORD_LOST		"lost="
#define NFG_NO_AUID		4294967295u
#define NFG_CGROUP_PATH_MAX	383
#define NFG_EVENT_LINE_MAX	6144
/* The kernel's log cuts lines at 1,024 less what it puts before them. */
#define NFG_LOG_LINE_MAX	900

#endif /* NFGUARD_ABI_H */
