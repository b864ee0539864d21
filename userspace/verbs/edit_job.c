// SPDX-License-Identifier: GPL-2.0-only
/*
 * edit_job.c - one edit of a policy file: prepared, put into effect and saved.
 *
 * A failure at any step leaves files and kernel as they were: the new content is
 * checked in memory, written beside the file, put into effect, and only then moved
 * into the file's place.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/paths.h"
#include "base/save.h"
#include "doctor/impact.h"
#include "force/live.h"
#include "force/put_in_force.h"
#include "force/store.h"
#include "force/unconfirmed.h"
#include "policy/conf_edit.h"
#include "policy/conf_lock.h"
#include "policy/source.h"
#include "verbs/change.h"
#include "verbs/edit_job.h"
#include "verbs/edit_names.h"
#include "verbs/name_slips.h"
#include "verbs/safety.h"
#include "verbs/unload_live.h"
#include "verbs/verb.h"

static int check_kernel(struct job *job)
{
	/* The guard of this host has no part in another system. */
	if (paths_elsewhere())
		return NFG_EXIT_WHOLE;
	if (!kif_get_status(&job->st))
		return NFG_EXIT_FAILED;
	if (edit_has_kernel(job) && job->st.locked) {
		kif_say_refused("policy", -EROFS);
		return NFG_EXIT_FAILED;
	}
	return NFG_EXIT_WHOLE;
}

/* A rename would replace the link, not what it points to. */
static bool is_link(const struct job *job)
{
	char *path = xasprintf("%s/%s", job->place, job->where.name);
	struct stat st;
	bool is = !lstat(path, &st) && S_ISLNK(st.st_mode);

	free(path);
	if (!is)
		return false;
	msg_err("%s: a symbolic link, which this command does not edit: edit its target, then nfguard apply",
		esc(job->path));
	return true;
}

static int read_old(struct job *job)
{
	struct diags diags = { 0 };
	int dirfd, err = -ENOENT;
	char *text = NULL;
	size_t len;

	dirfd = conf_open_dir(job->dir, &diags);
	if (dirfd >= 0) {
		err = conf_read_file(dirfd, job->dir, job->where.name, &text,
				     &len, &diags);
		close(dirfd);
	}
	if (!err)
		conf_parse(&job->old, job->path, text, len, &diags);
	free(text);
	diags_print(&diags);
	err = diags.errors ? NFG_EXIT_BAD_INPUT : NFG_EXIT_WHOLE;
	diags_free(&diags);
	return err;
}

static bool old_text_is(const struct job *job, const struct buf *text)
{
	const struct conf_file *file;

	if (!job->old.n_files)
		return !text->len;
	file = job->old.files[0];
	return file->len == text->len && !memcmp(file->text, text->s, text->len);
}

/* The first rule in the policy files that names it, in the scope that is meant. */
static const struct conf_rule *find_named(const struct conf *conf,
					  const struct edit *edit, size_t i)
{
	size_t r, w;

	for (r = 0; r < conf->n_rules; r++) {
		const struct conf_rule *rule = conf->rules[r];

		if (!edit->any_scope && rule->scope != edit->scope)
			continue;
		for (w = 0; w < rule->n_words; w++)
			if (!strcmp(rule->words[w].name, edit->names[i]))
				return rule;
	}
	return NULL;
}

/* A name to remove must be in this file, or in none. */
static bool check_removable(struct job *job, const struct conf *conf)
{
	const struct conf_rule *rule;
	bool ok = true, said = job->unnamed;
	size_t i;

	for (i = 0; i < job->edit.n; i++) {
		if (find_named(&job->old, &job->edit, i))
			continue;
		rule = find_named(conf, &job->edit, i);
		if (rule) {
			name_say_elsewhere(job->edit.words[i], rule);
			ok = false;
		} else {
			if (!said)
				name_say_unnamed(conf, &job->edit, i);
			job->unnamed = true;
		}
	}
	if (!ok)
		msg_err("nothing was changed");
	return ok;
}

/* Checks all files as they would be, and that the edited one would be read. */
static int check_candidate(struct job *job)
{
	struct source src;
	int err = NFG_EXIT_WHOLE;

	if (!source_read(&src, &job->where))
		err = NFG_EXIT_BAD_INPUT;
	else
		err = edit_names_check(job->inv, &job->edit, &src);
	if (err == NFG_EXIT_NOT_HELD)
		goto out;
	if (err || !job->tried)
		diags_print(&src.diags);
	if (err) {
		msg_err("nothing was changed");
	} else if (job->where.text && !conf_find_file(&src.conf, job->path)) {
		msg_err("nothing was changed: %s would be ignored, as /etc/nfguard.d has a file of the same name: rename that one",
			esc(job->path));
		err = NFG_EXIT_FAILED;
	} else if (job->edit.remove && !check_removable(job, &src.conf)) {
		err = NFG_EXIT_FAILED;
	} else {
		err = safety_check(job->inv, &src);
	}
	/* Before anything is done, what it would break. */
	if (!err && !job->tried && !job->edit.remove && job->edit.verdict == VERDICT_DENY)
		impacts_warn(&src, job->path, job->edit.names, job->edit.n,
			     given(job->inv, OPT_DRY_RUN));
out:
	source_free(&src);
	return err;
}

static void say_done(const struct job *job, const struct swap *swap)
{
	if (!job->changed && !swap->changed) {
		say("unchanged");
	} else {
		if (job->changed)
			say("%s written", esc(job->path));
		else
			say("%s unchanged", esc(job->path));
		if (swap->changed)
			say(", generation %llu -> %llu", swap->before,
			    swap->after);
	}
	if (edit_has_kernel(job) && !swap->changed)
		say(", generation %llu", swap->before);
	say("\n");
}

static void add_change(struct buf *doc, const struct job *job, const struct source *src,
		       const struct swap *swap, const struct kif_status *st)
{
	const struct swap all = {
		.before = job->tried ? job->before : swap->before,
		.after = swap->after,
	};
	const struct change_report report = {
		.changed = job->changed || job->tried || swap->changed,
		.swap = edit_has_kernel(job) ? &all : NULL,
		.file = job->path, .file_changed = job->changed,
		.timer = job->timer, .policy = &src->policy, .st = st,
	};

	change_add(doc, &report);
}

static void say_undone(const struct swap *swap)
{
	int err = swap_undo(swap);

	if (err)
		msg_err("the previous policy could not be restored either (%s): nfguard apply",
			strerror(-err));
}

/* Applies the new content, then writes the file. */
static int put_in_force_and_save(struct job *job, struct source *src,
				 struct swap *swap)
{
	int err = NFG_EXIT_WHOLE, saved;
	struct save save;

	saved = !job->changed ? 0 :
		save_begin(&save, job->place, job->where.name, job->text.s,
			   job->text.len, 0644);
	if (saved) {
		save_say_failed(job->path, saved);
		return NFG_EXIT_FAILED;
	}
	if (edit_has_kernel(job)) {
		err = put_in_force(src, &job->where, swap);
		if (err == NFG_EXIT_BAD_INPUT)
			diags_print(&src->diags);
	} else if (!source_read(src, &job->where)) {
		diags_print(&src->diags);
		err = NFG_EXIT_BAD_INPUT;
	}
	if (!job->changed)
		return err;
	if (!err)
		saved = save_commit(&save);
	if (saved) {
		save_say_failed(job->path, saved);
		say_undone(swap);
		err = NFG_EXIT_FAILED;
	}
	if (err)
		save_abort(&save);
	return err;
}

static int say_winner(const struct job *job, const struct closure *c, size_t i,
		      enum scope asker)
{
	const char *name = job->edit.names[i], *word = job->edit.words[i];
	const char *then = paths_elsewhere() ? "" : ", then nfguard apply";
	const struct conf_rule *by;
	struct ruling r;

	r = closure_name(c, name, asker);
	if (r.verdict == job->edit.verdict || r.rule == RULE_NONE)
		return NFG_EXIT_WHOLE;
	by = c->conf->rules[r.rule];
	if (r.via != NAME_NONE)
		msg_err("%s: it needs %s, which '%s' at %s:%u denies: allow that%s",
			esc(word), esc(c->tree->modules[r.via].name),
			esc(by->text), esc(by->file->path), by->line, then);
	else
		msg_err("%s: '%s' at %s:%u comes first and decides: change it%s",
			esc(word), esc(by->text), esc(by->file->path), by->line, then);
	return NFG_EXIT_NOT_HELD;
}

/*
 * A file that sorts earlier may decide otherwise, or a denial of what the module
 * needs. With patterns and groups that is to be expected.
 */
int edit_say_winners(const struct job *job, const struct closure *c)
{
	int worst = NFG_EXIT_WHOLE;
	size_t i;

	for (i = 0; i < job->edit.n && !job->edit.remove; i++) {
		int one;

		if (strpbrk(job->edit.names[i], "@*?["))
			continue;
		one = say_winner(job, c, i, job->edit.scope);
		if (!one)
			one = say_winner(job, c, i, SCOPE_UNPRIVILEGED);
		worst = nfg_exit_worse(worst, one);
	}
	return worst;
}

static void store_it(const struct source *src)
{
	if (paths_elsewhere())
		store_in_root(src);
	else
		store_after(src);
}

/* What a boot of another system can't be denied either. */
static int say_built_in(const struct policy *policy)
{
	struct live live;
	int worst;

	live_find(&live, policy);
	worst = live_say(&live, policy, NULL);
	live_free(&live);
	return worst;
}

static int finish(const struct job *job, const struct source *src,
		  const struct swap *swap)
{
	struct buf doc = { 0 };
	struct kif_status st;
	int worst;

	say_done(job, swap);
	store_it(src);
	worst = edit_say_winners(job, &src->closure);
	if (job->json)
		json_begin(&doc);
	unload_live(job->inv, &job->st, &src->policy, &doc);
	if (paths_elsewhere() || kif_read_status(&st))
		st = job->st;
	if (job->json) {
		add_change(&doc, job, src, swap, &st);
		json_end(&doc);
	}
	buf_free(&doc);
	if (job->unnamed)
		worst = NFG_EXIT_NOT_HELD;
	return nfg_exit_worse(worst, paths_elsewhere() ? say_built_in(&src->policy) :
			      say_in_force(&st, &src->policy));
}

static void make_text(struct job *job)
{
	conf_edit(&job->edit, &job->old, &job->text);
	job->changed = !old_text_is(job, &job->text);
	/* Don't create a file that is not needed. */
	if (job->changed || job->old.n_files) {
		job->where.text = job->text.s;
		job->where.len = job->text.len;
	}
}

/* Reads the file, and checks what is to become of it. */
int edit_prepare(struct job *job)
{
	int err;

	err = check_kernel(job);
	if (!err && is_link(job))
		err = NFG_EXIT_FAILED;
	if (!err)
		err = read_old(job);
	if (err)
		return err;
	make_text(job);
	return check_candidate(job);
}

/* What was read and made; it can then be prepared again. */
void edit_forget(struct job *job)
{
	conf_free(&job->old);
	buf_free(&job->text);
	job->old = (struct conf){ 0 };
	job->text = (struct buf){ 0 };
	job->where.text = NULL;
	job->where.len = 0;
}

static int run_locked(struct job *job)
{
	struct swap swap = { 0 };
	struct source src = { 0 };
	int err;

	err = edit_prepare(job);
	if (!err)
		err = put_in_force_and_save(job, &src, &swap);
	job->done = !err;
	if (!err)
		err = finish(job, &src, &swap);
	if (err != NFG_EXIT_FAILED && err != NFG_EXIT_BAD_INPUT)
		unconfirmed_clear(TRIAL_POLICY);
	swap_free(&swap);
	source_free(&src);
	return err;
}

int edit_run_and_store(struct job *job)
{
	int lock = conf_lock();
	int err = run_locked(job);

	conf_unlock(lock);
	return err;
}
