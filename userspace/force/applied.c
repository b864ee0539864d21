// SPDX-License-Identifier: GPL-2.0-only
/*
 * applied.c - the policy files as they last took effect, so that they can be
 * restored, and a change be recorded with what was there before.
 *
 *	/run/nfguard/applied			since boot
 *	/etc/nfguard.d/compiled/last-good	those outside /run, stored for boot
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/paths.h"
#include "base/save.h"
#include "force/applied.h"
#include "force/history.h"

#define APPLIED	"applied"

static const char header[] =
	"# Kept by nfguard, in case a boot finds an error in a policy file.\n";

void applied_text(const struct snapshot *s, struct buf *out)
{
	buf_adds(out, header);
	snapshot_text(s, out);
}

/* 0, -ENOENT if there is no such file, or another negative errno. */
static int read_from(const char *dir, const char *name, struct snapshot *s)
{
	size_t skip = strlen(header);
	struct diags diags = { 0 };
	struct buf text = { 0 };
	int err;

	*s = (struct snapshot){ 0 };
	err = read_trusted(dir, name, &text, &diags);
	if (!err && (text.len < skip || memcmp(text.s, header, skip) ||
		     !snapshot_parse(s, text.s + skip, text.len - skip))) {
		snapshot_free(s);
		err = -EBADMSG;
	}
	buf_free(&text);
	diags_free(&diags);
	return err;
}

/**
 * applied_read - reads the policy files as they last took effect
 * @s: receives them; free it with snapshot_free() in any case
 *
 * Return: whether they are known. Where no policy was ever applied, there are
 * none; the record of a version before 0.2.0 does not tell one file from another.
 */
bool applied_read(struct snapshot *s)
{
	int err = read_from(NFG_RUN_DIR, APPLIED, s);

	if (err == -ENOENT)
		err = read_from(NFG_STORE_DIR, NFG_LAST_GOOD, s);
	return !err || err == -ENOENT;
}

static void write_applied(const struct snapshot *s)
{
	char *dir = path_conf(NFG_RUN_DIR);
	struct buf text = { 0 };

	applied_text(s, &text);
	/* Without it, the next change is recorded against what is stored. */
	save_whole(dir, APPLIED, text.s, text.len, 0600);
	buf_free(&text);
	free(dir);
}

/**
 * applied_now - notes that the policy files took effect as they are, and records
 * what changed since they did last
 * @conf: the files, or NULL to read them
 *
 * To be called before they are stored.
 */
void applied_now(const struct conf *conf)
{
	struct snapshot before, after, from, to;
	struct diags diags = { 0 };
	struct conf own = { 0 };
	bool known;

	if (!conf) {
		conf_read(&own, CONF_ALL, NULL, &diags);
		conf = &own;
	}
	known = applied_read(&before);
	snapshot_take(&after, conf);
	snapshot_changes(&before, &after, &from, &to);
	if (known && (from.n || to.n))
		history_add_policy(&from, &to);
	write_applied(&after);
	snapshot_free(&from);
	snapshot_free(&to);
	snapshot_free(&after);
	snapshot_free(&before);
	conf_free(&own);
	diags_free(&diags);
}

/* Notes that what is stored took effect in place of the policy files. */
void applied_last_good(void)
{
	struct snapshot s;

	if (!read_from(NFG_STORE_DIR, NFG_LAST_GOOD, &s))
		write_applied(&s);
	snapshot_free(&s);
}
