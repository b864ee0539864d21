// SPDX-License-Identifier: GPL-2.0-only
/*
 * put_in_force.c - puts a policy into effect, and restores the previous one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/paths.h"
#include "force/live.h"
#include "force/put_in_force.h"

/* A try fails only if another change took effect in the meantime. */
#define TRIES	10

static unsigned long long token_generation(const char *token)
{
	const char *dot = strchr(token, '.');

	return dot ? strtoull(dot + 1, NULL, 10) : 0;
}

static int read_now(struct kif_policy *now, struct swap *swap)
{
	int err = kif_read_policy(now);

	if (err) {
		kif_say_unreadable(NFG_POLICY_FILE, err);
		return NFG_EXIT_FAILED;
	}
	swap->before = token_generation(now->token);
	swap->after = swap->before;
	return NFG_EXIT_WHOLE;
}

/*
 * Replaces the policy in force if the new one differs; takes over @now. Returns
 * an enum nfg_exit, or -ESTALE.
 */
static int replace(struct kif_policy *now, const struct policy *policy,
		   const char *body, struct swap *swap)
{
	int err = NFG_EXIT_WHOLE;

	if (!strcmp(now->body, body))
		goto out;
	err = kif_write_policy(now->token, policy->n_entries, body);
	if (err && err != -ESTALE) {
		kif_say_refused("policy", err);
		err = NFG_EXIT_FAILED;
	}
	if (err)
		goto out;
	swap->changed = true;
	swap->after++;
	swap->old = *now;
	return NFG_EXIT_WHOLE;
out:
	kif_policy_free(now);
	return err;
}

/*
 * One try: -ESTALE if the policy in force changed in the meantime. The token is
 * read before the policy files: if they change in between, either the change is
 * read here, or whoever made it applied it, and then this write is stale.
 */
static int try_swap(struct source *src, const struct conf_candidate *candidate,
		    struct swap *swap, const struct put_check *check)
{
	struct kif_policy now;
	int err;

	err = read_now(&now, swap);
	if (err)
		return err;
	err = source_read(src, candidate) ? NFG_EXIT_WHOLE : NFG_EXIT_BAD_INPUT;
	if (!err && check)
		err = check->check(src, check->data);
	if (!err)
		return replace(&now, &src->policy, src->body.s, swap);
	kif_policy_free(&now);
	return err;
}

/**
 * put_in_force - puts the policy of the policy files into effect
 * @src: receives the files as compiled; free it with source_free() even on failure
 * @candidate: content to use for one file instead of its own, or NULL
 * @swap: receives what was done; free it with swap_free()
 *
 * Findings about the files are left in @src; other errors are reported.
 *
 * Return: an enum nfg_exit; unless NFG_EXIT_WHOLE, nothing was changed.
 */
int put_in_force(struct source *src, const struct conf_candidate *candidate,
		 struct swap *swap)
{
	return put_in_force_checked(src, candidate, swap, NULL);
}

/**
 * put_in_force_checked - put_in_force(), if a check of the compiled policy passes
 * @src: as for put_in_force()
 * @candidate: as for put_in_force()
 * @swap: as for put_in_force()
 * @check: the check, or NULL; compiling twice would be the most of an apply
 *
 * Return: as put_in_force(), or what the check returned if that is not 0.
 */
int put_in_force_checked(struct source *src, const struct conf_candidate *candidate,
			 struct swap *swap, const struct put_check *check)
{
	int i, err;

	*src = (struct source){ 0 };
	*swap = (struct swap){ 0 };
	for (i = 0; i < TRIES; i++) {
		source_free(src);
		err = try_swap(src, candidate, swap, check);
		if (err != -ESTALE)
			return err;
	}
	kif_say_refused("policy", -ESTALE);
	return NFG_EXIT_FAILED;
}

/**
 * put_compiled_in_force - puts a policy that is already compiled into effect
 * @policy: the policy
 * @body: its text without the first line
 * @swap: receives what was done; free it with swap_free()
 *
 * Return: as put_in_force().
 */
int put_compiled_in_force(const struct policy *policy, const char *body,
			  struct swap *swap)
{
	struct kif_policy now;
	int i, err;

	*swap = (struct swap){ 0 };
	for (i = 0; i < TRIES; i++) {
		err = read_now(&now, swap);
		if (!err)
			err = replace(&now, policy, body, swap);
		if (err != -ESTALE)
			return err;
	}
	kif_say_refused("policy", -ESTALE);
	return NFG_EXIT_FAILED;
}

static size_t count_entries(const char *body)
{
	struct policy policy = { 0 };
	size_t n;

	policy_parse(&policy, body);
	n = policy.n_entries;
	policy_free(&policy);
	return n;
}

/* Whether two tokens are from the same load of the kernel module. */
static bool same_load(const char *a, const char *b)
{
	size_t n = strcspn(a, ".");

	return n == strcspn(b, ".") && !strncmp(a, b, n);
}

/**
 * put_back - restores a policy, if only one other took effect since
 * @old: the policy as it was read
 *
 * Return: 0, -EALREADY if it is still in force, -ESTALE if more than one took
 * effect since or the kernel module was loaded again, or another negative errno.
 */
int put_back(const struct kif_policy *old)
{
	struct kif_policy now;
	int err;

	err = kif_read_policy(&now);
	if (err)
		return err;
	if (!strcmp(now.body, old->body))
		err = -EALREADY;
	else if (!same_load(now.token, old->token) ||
		 token_generation(now.token) != token_generation(old->token) + 1)
		err = -ESTALE;
	else
		err = kif_write_policy(now.token, count_entries(old->body),
				       old->body);
	kif_policy_free(&now);
	return err;
}

/**
 * swap_undo - restores the policy that put_in_force() replaced
 * @swap: what it did
 *
 * Return: as put_back(); 0 if nothing was replaced.
 */
int swap_undo(const struct swap *swap)
{
	return swap->changed ? put_back(&swap->old) : 0;
}

void swap_free(struct swap *swap)
{
	if (swap->changed)
		kif_policy_free(&swap->old);
	*swap = (struct swap){ 0 };
}

/**
 * say_in_force - reports what keeps the policy in force from being enforced
 * @st: the status after the swap
 * @policy: the policy in force
 *
 * Return: the worst enum nfg_exit of what was reported.
 */
int say_in_force(const struct kif_status *st, const struct policy *policy)
{
	int worst = kif_say_trouble(st);
	struct live live;

	if (st->state == GUARD_NOT_LOADED || st->state == GUARD_OFF)
		return worst;
	if (kif_permissive(st)) {
		msg_warn("permissive mode: nothing is denied, only counted and reported%s: %snfguard mode enforcing",
			 st->locked ? ", and the mode is locked" :
			 "; to enforce the policy", st->locked ? "reboot, then " : "");
		return worst;
	}
	live_find(&live, policy);
	worst = nfg_exit_worse(worst, live_say(&live, policy, st));
	live_free(&live);
	return worst;
}
