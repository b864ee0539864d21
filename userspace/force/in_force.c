// SPDX-License-Identifier: GPL-2.0-only
/*
 * in_force.c - reads the policy in force and the policy files, and compares them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "force/in_force.h"
#include "force/store.h"

/**
 * force_guarded - whether there is a policy in force, even if degraded
 * @f: what was read
 */
bool force_guarded(const struct force *f)
{
	return f->st.state == GUARD_WHOLE || f->st.state == GUARD_DEGRADED;
}

/* Anybody may read the digest, but only root the policy itself. */
static void compare(struct force *f, const char *digest)
{
	if (force_guarded(f) && f->st.sha256[0])
		f->sync = strcmp(digest, f->st.sha256) ? SYNC_DIFFERS : SYNC_SAME;
}

static void compile(struct force *f)
{
	char digest[SHA256_HEX];

	if (!source_read(&f->src, NULL))
		return;
	sha256_hex(f->src.body.s, f->src.body.len, digest);
	compare(f, digest);
	if (f->sync == SYNC_SAME)
		f->policy = &f->src.policy;
}

/*
 * What was stored when the policy took effect tells what the policy files compile to,
 * unless they or what else it was made from changed since; only root may read it.
 */
static bool compare_stored(struct force *f)
{
	struct diags ignored = { 0 };
	struct stored stored = { 0 };
	struct conf conf = { 0 };
	bool fresh = false;
	char *dir;

	conf_read(&conf, CONF_ALL, NULL, &ignored);
	dir = ignored.errors ? NULL : path_modules(&ignored);
	if (dir)
		fresh = store_read_fresh(dir, &conf, &stored, &ignored);
	if (fresh)
		compare(f, stored.sha256);
	if (f->sync == SYNC_SAME && !policy_parse(&f->kernel, stored.body))
		f->policy = &f->kernel;
	free(dir);
	stored_free(&stored);
	conf_free(&conf);
	diags_free(&ignored);
	return fresh;
}

static void read_policy(struct force *f)
{
	struct kif_policy p;

	if (!force_guarded(f) || kif_read_policy(&p))
		return;
	if (!policy_parse(&f->kernel, p.body))
		f->policy = &f->kernel;
	kif_policy_free(&p);
}

static int read_force(struct force *f, bool compiled)
{
	*f = (struct force){ 0 };
	/* Of another system only the policy files can be seen. */
	if (paths_elsewhere()) {
		source_read(&f->src, NULL);
		return NFG_EXIT_WHOLE;
	}
	if (!kif_get_status(&f->st))
		return NFG_EXIT_FAILED;
	if (compiled || !compare_stored(f))
		compile(f);
	if (!f->policy)
		read_policy(f);
	if (force_guarded(f))
		f->hits_error = kif_read_rules(&f->hits);
	return NFG_EXIT_WHOLE;
}

/**
 * force_read - reads the policy files and what the kernel has in force
 * @f: filled in; free it with force_free()
 *
 * Return: NFG_EXIT_WHOLE, or NFG_EXIT_FAILED: then the error was reported and
 * there is nothing to free.
 */
int force_read(struct force *f)
{
	return read_force(f, true);
}

/**
 * force_look - the same, but without compiling the policy files where their digest tells
 * @f: filled in; its @src may have nothing but errors, if there are any
 *
 * Return: as force_read().
 */
int force_look(struct force *f)
{
	return read_force(f, false);
}

/**
 * force_find_live - finds the denied modules that are present anyway
 * @f: what was read
 * @live: receives them; free it with live_free() in any case
 *
 * In permissive mode nothing is denied, so there are none to look for.
 *
 * Return: whether it looked: the policy is known and the mode is enforcing.
 */
bool force_find_live(const struct force *f, struct live *live)
{
	bool looks = f->policy && !kif_permissive(&f->st);

	*live = (struct live){ 0 };
	if (looks)
		live_find(live, f->policy);
	return looks;
}

/**
 * force_say_sync - warns if the policy in force differs from the policy files,
 * and reports why hits can't be shown
 * @f: what was read
 */
void force_say_sync(const struct force *f)
{
	if (f->sync == SYNC_DIFFERS)
		msg_warn("the policy in force (generation %llu) differs from the policy files%s: nfguard apply%s",
			 f->st.generation,
			 f->st.locked ? ", and is locked until the host reboots" : "",
			 f->st.locked ? " --store, then reboot" : "");
	if (f->hits_error)
		kif_say_debugfs("hits", f->hits_error);
}

/**
 * read_policy_in_force - reads the policy in force
 * @policy: zeroed; receives it; for another system, or without a guard, an empty
 *	one
 *
 * Return: an enum nfg_exit; an error was reported.
 */
int read_policy_in_force(struct policy *policy)
{
	struct kif_policy now;
	int err;

	err = paths_elsewhere() ? -ENOENT : kif_read_policy(&now);
	if (err == -ENOENT)
		return NFG_EXIT_WHOLE;
	if (!err) {
		err = policy_parse(policy, now.body);
		kif_policy_free(&now);
	}
	if (!err)
		return NFG_EXIT_WHOLE;
	kif_say_unreadable(NFG_POLICY_FILE, err);
	return NFG_EXIT_FAILED;
}

void force_free(struct force *f)
{
	kif_rules_free(&f->hits);
	policy_free(&f->kernel);
	source_free(&f->src);
}
