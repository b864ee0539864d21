// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_text.c - makes the text of an event: its words, and the line that abi.h
 * documents.
 */
#include <linux/build_bug.h>
#include <linux/cgroup.h>

#include "nfguard.h"

static const char *const gate_words[] = {
	[NFG_REQUEST_GATE] = NFG_WORD_REQUEST,
	[NFG_LOAD_GATE] = NFG_WORD_LOAD,
};

static const char *const outcome_words[] = {
	[NFG_ALLOWED] = NFG_WORD_ALLOW,
	[NFG_WOULD_DENY] = NFG_WORD_WOULD_DENY,
	[NFG_DENIED] = NFG_WORD_DENY,
	[NFG_UNENFORCED] = NFG_WORD_UNENFORCED,
	[NFG_UNJUDGED] = NFG_WORD_UNJUDGED,
};

static __printf(2, 3) void add(struct nfg_event_text *text, const char *fmt,
				...)
{
	va_list args;

	va_start(args, fmt);
	text->len += vscnprintf(text->line + text->len,
				sizeof(text->line) - text->len, fmt, args);
	va_end(args);
}

static const char *escaped(struct nfg_event_text *text, const char *value,
			   size_t len, bool quoted)
{
	static_assert(NFG_CGROUP_PATH_MAX >= NFG_RULE_MAX);

	nfg_escape(text->escaped, value, len, quoted);
	return text->escaped;
}

/* One format for each asker, so that a flood of events costs little. */
#define ASKER_FORMAT(prefix)						\
	" " prefix "pid=%d " prefix "comm=%s " prefix "uid=%u "		\
	prefix "auid=%u " prefix "ppid=%d " prefix "parent=%s "		\
	prefix "userns=%s " prefix "netns=%u " prefix "cgroup=%llu"

static void add_asker(struct nfg_event_text *text,
		      const struct nfg_asker *asker, bool of_request)
{
	char comm[NFG_ESCAPED_SIZE(TASK_COMM_LEN)];
	char parent[NFG_ESCAPED_SIZE(TASK_COMM_LEN)];

	nfg_escape_comm(comm, asker->comm);
	nfg_escape_comm(parent, asker->parent);
	add(text, of_request ? ASKER_FORMAT("request_") : ASKER_FORMAT(""),
	    asker->pid, comm, asker->uid, asker->auid, asker->ppid, parent,
	    asker->first_userns ? NFG_WORD_FIRST : NFG_WORD_OTHER,
	    asker->netns, asker->cgroup);
}

static void add_path(struct nfg_event_text *text, const char *key,
		     const struct nfg_asker *asker)
{
	char path[NFG_CGROUP_PATH_MAX + 1];
	int len = -ENOENT;

	/* If it does not fit: -E2BIG, or before 6.9 its length (fs/kernfs/dir.c). */
	if (asker->cgrp)
		len = cgroup_path(asker->cgrp, path, sizeof(path));
	if (len < 0 || len >= sizeof(path))
		strscpy(path, "-", sizeof(path));
	add(text, " %s=\"%s\"", key,
	    escaped(text, path, strlen(path), true));
}

/**
 * nfg_event_format - write an event as a line of text
 * @event: the event
 * @text: gets the line, and how much of it goes to the log
 */
void nfg_event_format(const struct nfg_event *event,
		      struct nfg_event_text *text)
{
	const struct nfg_request *cause = &event->cause;
	const char *rule = nfg_rule_text(event->rule);
	size_t brief, without_paths;
	bool caused = cause->name[0];
	u64 first = event->first;

	text->len = 0;
	add(text, "%s %s name=%s", outcome_words[event->outcome],
	    gate_words[event->gate],
	    escaped(text, event->name, event->name_len, false));
	add(text, " rule=\"%s\"", escaped(text, rule, strlen(rule), true));
	add_asker(text, &event->asker, false);
	if (event->count > 1) {
		u32 micros = do_div(first, NSEC_PER_SEC) / NSEC_PER_USEC;

		add(text, " count=%llu first=%llu.%06u", event->count, first,
		    micros);
	}
	brief = text->len;
	if (caused) {
		add(text, " request=%s",
		    escaped(text, cause->name, strlen(cause->name), false));
		add_asker(text, &cause->asker, true);
	}
	without_paths = text->len;
	add_path(text, "cgroup_path", &event->asker);
	if (caused)
		add_path(text, "request_cgroup_path", &cause->asker);

	text->log_len = text->len;
	if (text->log_len > NFG_LOG_LINE_MAX)
		text->log_len = without_paths;
	if (text->log_len > NFG_LOG_LINE_MAX)
		text->log_len = brief;
}
