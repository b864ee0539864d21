/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - the tracepoint nfguard:verdict, for perf and bpftrace. It fires for
 * every verdict, allowed ones too, while the asker is the current task, so that
 * its stack, pid and cgroup are at hand.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nfguard

#if !defined(NFGUARD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define NFGUARD_TRACE_H

#include <linux/tracepoint.h>

#include "nfguard.h"

TRACE_DEFINE_ENUM(NFG_ALLOWED);
TRACE_DEFINE_ENUM(NFG_WOULD_DENY);
TRACE_DEFINE_ENUM(NFG_DENIED);
TRACE_DEFINE_ENUM(NFG_UNENFORCED);
TRACE_DEFINE_ENUM(NFG_UNJUDGED);
TRACE_DEFINE_ENUM(NFG_REQUEST_GATE);
TRACE_DEFINE_ENUM(NFG_LOAD_GATE);

/* Names and comms can hold any byte, so they are escaped, as everywhere. */
TRACE_EVENT(verdict,
	TP_PROTO(const struct nfg_verdict *v, const struct nfg_asker *asker),

	TP_ARGS(v, asker),

	TP_STRUCT__entry(
		__field(u8, gate)
		__field(u8, outcome)
		__field(bool, first_userns)
		__field(int, pid)
		__field(int, ppid)
		__field(u32, uid)
		__field(u32, auid)
		__field(u32, netns)
		__field(u64, cgroup)
		__field(int, request_pid)
		__array(char, comm, NFG_ESCAPED_SIZE(TASK_COMM_LEN))
		__array(char, parent, NFG_ESCAPED_SIZE(TASK_COMM_LEN))
		__array(char, request_comm, NFG_ESCAPED_SIZE(TASK_COMM_LEN))
		__dynamic_array(char, name, NFG_ESCAPED_SIZE(v->name->len))
		__dynamic_array(char, request, v->cause ?
				NFG_ESCAPED_SIZE(strlen(v->cause->name)) : 1)
		__dynamic_array(char, rule, v->rule->len + 1)
	),

	TP_fast_assign(
		const struct nfg_request *cause = v->cause;

		memcpy(__get_dynamic_array(rule),
		       nfg_rule_text(v->rule->stats), v->rule->len + 1);
		__entry->gate = v->gate;
		__entry->outcome = v->outcome;
		__entry->first_userns = asker->first_userns;
		__entry->pid = asker->pid;
		__entry->ppid = asker->ppid;
		__entry->uid = asker->uid;
		__entry->auid = asker->auid;
		__entry->netns = asker->netns;
		__entry->cgroup = asker->cgroup;
		__entry->request_pid = cause ? cause->asker.pid : 0;
		nfg_escape_comm(__entry->comm, asker->comm);
		nfg_escape_comm(__entry->parent, asker->parent);
		nfg_escape_comm(__entry->request_comm,
				cause ? cause->asker.comm : "");
		nfg_escape(__get_dynamic_array(name), v->name->raw,
			   v->name->len, false);
		nfg_escape(__get_dynamic_array(request), cause ? cause->name : "",
			   cause ? strlen(cause->name) : 0, false);
	),

	/* The rule is last, because it can contain quotes. */
	TP_printk("%s %s name=%s pid=%d comm=%s uid=%u auid=%u ppid=%d parent=%s userns=%s netns=%u cgroup=%llu request=%s request_pid=%d request_comm=%s rule=\"%s\"",
		  __print_symbolic(__entry->outcome,
				   { NFG_ALLOWED, NFG_WORD_ALLOW },
				   { NFG_WOULD_DENY, NFG_WORD_WOULD_DENY },
				   { NFG_DENIED, NFG_WORD_DENY },
				   { NFG_UNENFORCED, NFG_WORD_UNENFORCED },
				   { NFG_UNJUDGED, NFG_WORD_UNJUDGED }),
		  __print_symbolic(__entry->gate,
				   { NFG_REQUEST_GATE, NFG_WORD_REQUEST },
				   { NFG_LOAD_GATE, NFG_WORD_LOAD }),
		  (char *)__get_dynamic_array(name), __entry->pid,
		  __entry->comm, __entry->uid, __entry->auid, __entry->ppid,
		  __entry->parent,
		  __entry->first_userns ? NFG_WORD_FIRST : NFG_WORD_OTHER,
		  __entry->netns, __entry->cgroup,
		  (char *)__get_dynamic_array(request), __entry->request_pid,
		  __entry->request_comm, (char *)__get_dynamic_array(rule))
);

#endif /* NFGUARD_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
