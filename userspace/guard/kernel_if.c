// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_if.c - reads and writes the kernel module's files. kernel_say.c turns
 * their answers into sentences.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/paths.h"
#include "guard/kernel_if.h"

/* More than any of these files holds: 4,096 rules of about 600 bytes, for one. */
#define SMALL_FILE_MAX	(8u << 20)

static int read_proc(const char *file, size_t max, struct buf *out)
{
	char *name = xasprintf("%s/%s", NFG_PROC_DIR, file);
	char *path = path_proc(name);
	int err = read_whole(path, max, out);

	free(path);
	free(name);
	return err;
}

static int read_debugfs(const char *file, struct buf *out)
{
	char *name = xasprintf("%s/%s", NFG_DEBUGFS_DIR, file);
	char *path = path_debugfs(name);
	int err = read_whole(path, SMALL_FILE_MAX, out);

	free(path);
	free(name);
	return err;
}

/* A key of the status file, and where its value goes. */
struct status_key {
	const char *key;
	size_t offset;
	bool text;
};

#define TEXT_KEY(key, field) { key, offsetof(struct kif_status, field), true }
#define NUMBER_KEY(key, field) { key, offsetof(struct kif_status, field), false }

static const struct status_key status_keys[] = {
	TEXT_KEY(NFG_KEY_VERSION, version),
	TEXT_KEY(NFG_KEY_TOKEN, token),
	TEXT_KEY(NFG_KEY_SHA256, sha256),
	TEXT_KEY(NFG_KEY_MODE, mode),
	TEXT_KEY(NFG_KEY_RECORD, record),
	TEXT_KEY(NFG_KEY_DEFAULT, dflt),
	TEXT_KEY(NFG_KEY_REQUEST_GATE, request_gate),
	TEXT_KEY(NFG_KEY_FTRACE_PIN, ftrace_pin),
	TEXT_KEY(NFG_KEY_LOAD_GATE, load_gate),
	NUMBER_KEY(NFG_KEY_GENERATION, generation),
	NUMBER_KEY(NFG_KEY_LOCKED, locked),
	NUMBER_KEY(NFG_KEY_RULES, rules),
	NUMBER_KEY(NFG_KEY_NAMES, names),
	NUMBER_KEY(NFG_KEY_PATTERNS, patterns),
	NUMBER_KEY(NFG_KEY_LOAD_SEEN, load_seen),
	NUMBER_KEY(NFG_KEY_LOAD_DENIED, load_denied),
	NUMBER_KEY(NFG_KEY_LOAD_PROVED, load_proved),
};

static void take_state(struct kif_status *st, const char *value)
{
	if (!strcmp(value, NFG_WORD_GUARDING))
		st->state = GUARD_WHOLE;
	else if (!strcmp(value, NFG_WORD_OFF))
		st->state = GUARD_OFF;
	else
		st->state = GUARD_DEGRADED;
}

static void take_status_line(struct kif_status *st, char *line)
{
	char *value = strchr(line, ' ');
	size_t i;

	if (!value)
		return;
	*value++ = '\0';
	if (!strcmp(line, NFG_KEY_STATE)) {
		take_state(st, value);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(status_keys); i++) {
		const struct status_key *k = &status_keys[i];
		char *field = (char *)st + k->offset;

		if (strcmp(line, k->key))
			continue;
		if (k->text)
			snprintf(field, KIF_VALUE_SIZE, "%s", value);
		else
			*(unsigned long long *)field = strtoull(value, NULL, 10);
	}
}

/**
 * kif_read_status - read the status of the guard
 * @st: receives it; GUARD_NOT_LOADED if there is no status file
 *
 * Return: 0 or a negative errno.
 */
int kif_read_status(struct kif_status *st)
{
	struct buf b = { 0 };
	char *text, *line;
	int err;

	*st = (struct kif_status){ .state = GUARD_NOT_LOADED };
	err = read_proc(NFG_STATUS_FILE, SMALL_FILE_MAX, &b);
	if (!err) {
		st->state = GUARD_DEGRADED;
		text = b.s;
		while ((line = next_line(&text)))
			take_status_line(st, line);
	}
	buf_free(&b);
	return err == -ENOENT ? 0 : err;
}

/**
 * kif_read_policy - read the policy in force, with its token
 * @p: receives it; free it with kif_policy_free()
 *
 * The kernel pins one policy per descriptor, so the two belong together.
 *
 * Return: 0, -EBADMSG if its format is unknown, or another negative errno.
 */
int kif_read_policy(struct kif_policy *p)
{
	struct buf b = { 0 };
	unsigned int format;
	char *nl;
	int err;

	*p = (struct kif_policy){ 0 };
	err = read_proc(NFG_POLICY_FILE, NFG_TEXT_MAX + 4096, &b);
	if (err)
		goto out;
	nl = strchr(b.s, '\n');
	if (!nl || strlen(b.s) != b.len ||
	    sscanf(b.s, NFG_WORD_POLICY " %u " NFG_WORD_TOKEN "%37[0-9a-f.]",
		   &format, p->token) != 2 || format != NFG_FORMAT) {
		err = -EBADMSG;
		goto out;
	}
	p->body = xstrdup(nl + 1);
out:
	buf_free(&b);
	return err;
}

void kif_policy_free(struct kif_policy *p)
{
	free(p->body);
	*p = (struct kif_policy){ 0 };
}

/* The kernel takes a policy, a mode or a lock only in a single write(2). */
static int write_proc(const char *file, const char *text, size_t len)
{
	char *name = xasprintf("%s/%s", NFG_PROC_DIR, file);
	char *path = path_proc(name);
	int fd, err = 0;
	ssize_t n;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		goto out;
	}
	n = write(fd, text, len);
	if (n < 0)
		err = -errno;
	else if ((size_t)n != len)
		err = -EIO;
	close(fd);
out:
	free(path);
	free(name);
	return err;
}

/**
 * kif_write_policy - put a policy into effect
 * @token: the token of the policy that it is to replace
 * @entries: how many name and pattern lines @body has
 * @body: the text without the first line
 *
 * Return: 0 or a negative errno, as in abi.h; -ESTALE if @token is out of date.
 */
int kif_write_policy(const char *token, size_t entries, const char *body)
{
	struct buf b = { 0 };
	int err;

	buf_addf(&b, "%s %d %s%s %s%zu\n%s", NFG_WORD_POLICY, NFG_FORMAT,
		 NFG_WORD_TOKEN, token, NFG_WORD_ENTRIES, entries, body);
	err = write_proc(NFG_POLICY_FILE, b.s, b.len);
	buf_free(&b);
	return err;
}

/**
 * kif_write_word - write the mode, record or lock file
 * @file: NFG_MODE_FILE, NFG_RECORD_FILE or NFG_LOCK_FILE
 * @word: what to write, without a newline
 *
 * Return: 0 or a negative errno, as in abi.h.
 */
int kif_write_word(const char *file, const char *word)
{
	char *line = xasprintf("%s\n", word);
	int err = write_proc(file, line, strlen(line));

	free(line);
	return err;
}

/* A key of the rules file, and where its value goes. */
struct rule_key {
	const char *key;
	size_t offset;
	bool text;
};

#define RULE_KEY(field, is_text)					\
	{ #field, offsetof(struct kif_rule, field), is_text }

static const struct rule_key rule_keys[] = {
	RULE_KEY(request_denied, false),
	RULE_KEY(request_would_deny, false),
	RULE_KEY(load_denied, false),
	RULE_KEY(load_would_deny, false),
	RULE_KEY(last, false),
	RULE_KEY(pid, false),
	RULE_KEY(uid, false),
	RULE_KEY(name, true),
	RULE_KEY(comm, true),
};

static void take_rule_field(struct kif_rule *r, const char *key,
			    const char *value)
{
	size_t i;

	if (!strcmp(key, "rule"))
		r->number = strtoull(value, NULL, 10);
	for (i = 0; i < ARRAY_SIZE(rule_keys); i++) {
		char *field = (char *)r + rule_keys[i].offset;

		if (strcmp(key, rule_keys[i].key))
			continue;
		if (!rule_keys[i].text) {
			*(unsigned long long *)field = strtoull(value, NULL, 10);
		} else {
			free(*(char **)field);
			*(char **)field = xstrdup(value);
		}
	}
}

/**
 * kif_unescape - undo the kernel's escaping of a quoted text
 * @s: the text, changed in place; unprintable bytes stay escaped
 */
void kif_unescape(char *s)
{
	char *out = s;

	for (; *s; s++) {
		unsigned int byte;

		if (*s == '\\' && sscanf(s, "\\x%2x", &byte) == 1 &&
		    byte >= ' ' && byte < 0x7f) {
			*out++ = byte;
			s += strlen("xHH");
		} else {
			*out++ = *s;
		}
	}
	*out = '\0';
}

static bool take_rule_line(struct kif_rule *r, char *line)
{
	char *text = strstr(line, " text=\"");
	char *end, *field, *value, *save = NULL;

	if (!text)
		return false;
	*text = '\0';
	text += strlen(" text=\"");
	end = strrchr(text, '"');
	if (!end)
		return false;
	*end = '\0';
	kif_unescape(text);
	*r = (struct kif_rule){ .text = xstrdup(text) };
	for (field = strtok_r(line, " ", &save); field;
	     field = strtok_r(NULL, " ", &save)) {
		value = strchr(field, '=');
		if (!value)
			continue;
		*value++ = '\0';
		take_rule_field(r, field, value);
	}
	if (!r->name)
		r->name = xstrdup("-");
	if (!r->comm)
		r->comm = xstrdup("-");
	return true;
}

/**
 * kif_read_rules - read the rules with what they have denied
 * @rules: receives them; free them with kif_rules_free()
 *
 * Return: 0 or a negative errno; -ENOENT without debugfs.
 */
int kif_read_rules(struct kif_rules *rules)
{
	struct buf b = { 0 };
	char *text, *line;
	int err;

	*rules = (struct kif_rules){ 0 };
	err = read_debugfs(NFG_RULES_FILE, &b);
	text = b.s;
	while (!err && (line = next_line(&text))) {
		rules->list = xgrow(rules->list, rules->n,
				    sizeof(*rules->list));
		if (take_rule_line(&rules->list[rules->n], line))
			rules->n++;
	}
	buf_free(&b);
	return err;
}

void kif_rules_free(struct kif_rules *rules)
{
	size_t i;

	for (i = 0; i < rules->n; i++) {
		free(rules->list[i].name);
		free(rules->list[i].comm);
		free(rules->list[i].text);
	}
	free(rules->list);
	*rules = (struct kif_rules){ 0 };
}

/* The rule with a text, but never the default; NULL if there is none. */
const struct kif_rule *kif_find_rule(const struct kif_rules *rules,
				     const char *text)
{
	size_t i;

	for (i = 0; i < rules->n; i++)
		if (rules->list[i].number && !strcmp(rules->list[i].text, text))
			return &rules->list[i];
	return NULL;
}

/**
 * kif_read_counters - read the counters
 * @counters: receives them; free them with kif_counters_free()
 *
 * Return: 0 or a negative errno; -ENOENT without debugfs.
 */
int kif_read_counters(struct kif_counters *counters)
{
	struct buf b = { 0 };
	char *text, *line, *value;
	int err;

	*counters = (struct kif_counters){ 0 };
	err = read_debugfs(NFG_COUNTERS_FILE, &b);
	text = b.s;
	while (!err && (line = next_line(&text))) {
		value = strchr(line, ' ');
		if (!value)
			continue;
		*value++ = '\0';
		counters->list = xgrow(counters->list, counters->n,
				       sizeof(*counters->list));
		counters->list[counters->n++] = (struct kif_counter){
			.key = xstrdup(line),
			.value = strtoull(value, NULL, 10),
		};
	}
	buf_free(&b);
	return err;
}

/* The value of a counter; 0 if the kernel module does not have it. */
unsigned long long kif_counter(const struct kif_counters *counters,
			       const char *key)
{
	size_t i;

	for (i = 0; i < counters->n; i++)
		if (!strcmp(counters->list[i].key, key))
			return counters->list[i].value;
	return 0;
}

void kif_counters_free(struct kif_counters *counters)
{
	size_t i;

	for (i = 0; i < counters->n; i++)
		free(counters->list[i].key);
	free(counters->list);
	*counters = (struct kif_counters){ 0 };
}

/* Whether the guard is in permissive mode. */
bool kif_permissive(const struct kif_status *st)
{
	return !strcmp(st->mode, NFG_WORD_PERMISSIVE);
}
