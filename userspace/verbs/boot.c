// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot.c - what happens at boot: loads the kernel module, and puts the stored mode
 * and then the policy for this kernel into effect.
 *
 * Whatever is wrong, the host must come up, guarded as well as possible: each
 * source of a policy has a lesser one to fall back on, and using anything less than
 * the policy files is an error.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/host.h"
#include "base/paths.h"
#include "force/applied.h"
#include "force/history.h"
#include "force/live.h"
#include "force/mirror.h"
#include "force/put_in_force.h"
#include "force/store.h"
#include "force/stored_mode.h"
#include "force/unconfirmed.h"
#include "guard/module.h"
#include "policy/conf_lock.h"
#include "policy/source.h"
#include "verbs/verb.h"

/* The status to exit with: a fallback outranks a denial that does not hold. */
static int worse(int a, int b)
{
	static const int ranks[] = {
		[NFG_EXIT_WHOLE] = 0, [NFG_EXIT_NOT_HELD] = 1,
		[NFG_EXIT_BAD_INPUT] = 2, [NFG_EXIT_FAILED] = 3,
		[NFG_EXIT_NOT_GUARDING] = 4,
	};

	return ranks[a] > ranks[b] ? a : b;
}

/**
 * struct boot_policy - the policy to put into effect
 * @policy: the policy
 * @body: its text without the first line; NULL: nothing to put into effect
 * @origin: where it comes from, for people
 * @of_files: it is that of the policy files as they are
 */
struct boot_policy {
	struct policy policy;
	char *body;
	const char *origin;
	bool of_files;
};

static bool take(struct boot_policy *p, const char *body, const char *origin)
{
	if (policy_parse(&p->policy, body)) {
		policy_free(&p->policy);
		return false;
	}
	p->body = xstrdup(body);
	p->origin = origin;
	return true;
}

/* Takes the stored policy, whatever it was made from. */
static bool take_stored(struct boot_policy *p, const char *dir, const char *origin)
{
	struct diags diags = { 0 };
	struct stored stored;
	bool ok = !store_read(dir, &stored, &diags) && take(p, stored.body, origin);

	diags_print(&diags);
	diags_free(&diags);
	stored_free(&stored);
	return ok;
}

/* Takes the stored policy if it was made from all that is there now. */
static bool take_fresh(struct boot_policy *p, const char *dir)
{
	struct conf conf = { 0 };
	struct diags errors = { 0 }, diags = { 0 };
	struct stored stored = { 0 };
	bool ok;

	/* Errors in them are told by take_files(). */
	conf_read(&conf, CONF_ALL, NULL, &errors);
	ok = !errors.errors && store_read_fresh(dir, &conf, &stored, &diags) &&
	     take(p, stored.body, "the compiled policy of this kernel");
	diags_print(&diags);
	stored_free(&stored);
	diags_free(&diags);
	diags_free(&errors);
	conf_free(&conf);
	return ok;
}

static bool take_files(struct boot_policy *p)
{
	struct source src;
	bool ok = source_read(&src, NULL);

	diags_print(&src.diags);
	if (ok)
		ok = take(p, src.body.s, "the policy files (compiled now)");
	source_free(&src);
	return ok;
}

static bool take_last_good(struct boot_policy *p)
{
	struct diags diags = { 0 };
	struct source src;
	bool ok = store_read_last_good(&src, &diags) &&
		  take(p, src.body.s, "the last good policy files (compiled now)");

	diags_print(&diags);
	diags_free(&diags);
	source_free(&src);
	if (ok)
		applied_last_good();
	return ok;
}

static void say_restored(const struct unconfirmed *u, int err,
			 const char *names)
{
	if (err == -ENODATA)
		msg_err("the policy files hold a change that was never confirmed, and nobody recorded what was in them before: fix the files, then nfguard apply");
	else if (err == -EROFS)
		msg_err("the policy files hold a change that was never confirmed: until they can be written and are restored, those stored before it are used");
	else if (err)
		msg_err("the policy files hold a change that was never confirmed, and could not be restored (%s): nfguard boot tries again",
			strerror(-err));
	else
		msg_err("%s was never confirmed: the policy files were restored%s%s",
			u->command ? esc(u->command) : "a change",
			*names ? ", and what was in them is kept as " : "",
			names);
}

/*
 * Undoes a change of the policy files that nobody confirmed: the power was cut, or
 * all who could have undone it were killed. Returns 0, or a negative errno if the
 * files still hold it.
 */
static int restore_files(void)
{
	struct buf names = { 0 };
	struct unconfirmed u;
	int err = 0;

	if (unconfirmed_read(TRIAL_FILES, &u)) {
		err = unconfirmed_restore_files(&u, &names);
		if (!err)
			unconfirmed_clear(TRIAL_FILES);
		say_restored(&u, err, names.s ? names.s : "");
	}
	buf_free(&names);
	unconfirmed_free(&u);
	return err;
}

static void restore_mode(void)
{
	struct unconfirmed u;

	if (unconfirmed_read(TRIAL_MODE, &u) && u.mode &&
	    kif_change_word(NFG_MODE_FILE, u.mode))
		msg_err("%s was never confirmed: the mode is %s again",
			u.command ? esc(u.command) : "a change", esc(u.mode));
	unconfirmed_free(&u);
	unconfirmed_clear(TRIAL_MODE);
}

/* Returns 0, or a negative errno if the policy files can't be used. */
static int restore_unconfirmed(void)
{
	/* Somebody can still confirm it. */
	if (trial_waits())
		return 0;
	restore_mode();
	unconfirmed_clear(TRIAL_POLICY);
	return restore_files();
}

/* Returns NFG_EXIT_WHOLE if it is what the policy files say, or are to say. */
static int find_policy(struct boot_policy *p, const char *dir)
{
	int unusable = restore_unconfirmed();

	p->of_files = !unusable && (take_fresh(p, dir) || take_files(p));
	if (p->of_files)
		return NFG_EXIT_WHOLE;
	if (unusable && take_last_good(p))
		return unusable == -EROFS ? NFG_EXIT_WHOLE : NFG_EXIT_BAD_INPUT;
	if (take_last_good(p) ||
	    take_stored(p, dir, "the last compiled policy of this kernel"))
		msg_err("the policy files can't take effect; using %s instead: fix the files (nfguard check), then nfguard apply",
			p->origin);
	else
		msg_err("the policy files can't take effect, and no good policy was ever stored; the policy in force stays: fix the files (nfguard check), then nfguard apply");
	return NFG_EXIT_BAD_INPUT;
}

/*
 * The initramfs has only the policy that was put there. An allow-list there would
 * keep out the drivers that the root file system needs.
 */
static int find_policy_of_image(struct boot_policy *p, const char *dir)
{
	if (!take_stored(p, dir, "the compiled policy of the initramfs")) {
		msg_err("the initramfs has no compiled policy for this kernel, so nothing is denied until the root file system is mounted: nfguard apply --store, then update-initramfs -u");
		return NFG_EXIT_FAILED;
	}
	if (p->policy.dflt != VERDICT_DENY)
		return NFG_EXIT_WHOLE;
	printf("default deny takes effect once the root file system is mounted\n");
	free(p->body);
	p->body = NULL;
	return NFG_EXIT_WHOLE;
}

static int swap_in(const struct boot_policy *p, bool image)
{
	struct swap swap;
	struct kif_status st;
	int err;

	err = put_compiled_in_force(&p->policy, p->body, &swap);
	if (err)
		return err;
	printf("in force: %s: generation %llu%s, %zu rule%s, %zu entr%s\n",
	       p->origin, swap.after, swap.changed ? "" : " (as before)",
	       p->policy.n_rules, PLURAL(p->policy.n_rules),
	       p->policy.n_entries, p->policy.n_entries == 1 ? "y" : "ies");
	swap_free(&swap);
	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	/* The image's module index is incomplete: it can't show what is built in. */
	return image ? kif_say_trouble(&st) : say_in_force(&st, &p->policy);
}

static int find_and_swap(bool image)
{
	struct boot_policy p = { 0 };
	char *dir = path_modules_or_say();
	int err = NFG_EXIT_FAILED;

	if (!dir)
		return err;
	err = image ? find_policy_of_image(&p, dir) : find_policy(&p, dir);
	if (p.body) {
		int taken = swap_in(&p, image);

		if (p.of_files && taken != NFG_EXIT_FAILED)
			applied_now(NULL);
		err = worse(err, taken);
	}
	policy_free(&p.policy);
	free(p.body);
	free(dir);
	return err;
}

/* That of this boot, if one was chosen, else the stored one; NULL: as loaded. */
static const char *wanted_mode(const struct stored_mode *stored)
{
	const char *word = boot_mode_read();

	return word ? word : stored->word;
}

/* With a policy of its own, from deny=, the module must not begin stricter. */
static bool load(bool image, struct kif_status *st)
{
	struct stored_mode stored;
	const char *mode;
	char *option;
	bool ok;

	stored_mode_read(&stored);
	mode = wanted_mode(&stored);
	option = mode ? xasprintf("mode=%s", mode) : NULL;
	ok = guard_load(option) && kif_get_status(st) &&
	     st->state != GUARD_NOT_LOADED;
	free(option);
	stored_mode_free(&stored);
	if (!ok)
		return false;
	guard_mark_loaded(image ? LOADED_BY_INITRAMFS : LOADED_BY_UNIT, st);
	printf("kernel module loaded, version %s\n", esc(st->version));
	return true;
}

/*
 * Puts the mode into effect; @ready is whether the policy may follow: not if that
 * would make the host stricter than its operator left it. Returns an enum nfg_exit.
 */
static int set_mode(const struct stored_mode *stored, bool *ready)
{
	const char *mode = wanted_mode(stored);
	struct kif_status st;
	int err;

	*ready = true;
	err = stored_mode_say(stored) ? NFG_EXIT_WHOLE : NFG_EXIT_BAD_INPUT;
	if (!mode)
		return err;
	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (strcmp(mode, st.mode) && !kif_change_word(NFG_MODE_FILE, mode)) {
		*ready = !strcmp(mode, NFG_WORD_ENFORCING);
		if (!*ready)
			msg_err("the policy is not put into effect, as the mode could not be made permissive first: nfguard mode permissive, then nfguard apply");
		return NFG_EXIT_FAILED;
	}
	printf("mode: %s, %s\n", mode,
	       mode == stored->word ? "as stored" : "chosen for this boot");
	return err;
}

/* A host whose mode was never set has the one that the module is loaded with. */
static void record_mode(const struct stored_mode *stored)
{
	char *option = guard_mode_option(true);
	const char *first = option ? mode_word(option) : NULL;
	struct kif_status st;

	if (!kif_read_status(&st) && mode_word(st.mode)) {
		if (stored->problem)
			history_note("the stored mode could not be used");
		history_add_boot_mode(first ? first : NFG_WORD_ENFORCING, st.mode);
		history_note(NULL);
	}
	free(option);
}

static int put_all_in_force(bool image)
{
	struct stored_mode stored;
	bool ready;
	int err;

	stored_mode_read(&stored);
	err = set_mode(&stored, &ready);
	/* The history is not in the image: the unit records it. */
	if (!image)
		record_mode(&stored);
	stored_mode_free(&stored);
	return ready ? worse(err, find_and_swap(image)) : err;
}

static int boot(bool image)
{
	struct kif_status st;
	int err, lock;

	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (st.state == GUARD_NOT_LOADED) {
		if (host_guard_off())
			return kif_say_trouble(&st);
		if (!load(image, &st))
			return NFG_EXIT_NOT_GUARDING;
	}
	if (st.state == GUARD_OFF)
		return kif_say_trouble(&st);
	lock = conf_lock();
	err = put_all_in_force(image);
	conf_unlock(lock);
	return err;
}

int cmd_boot(const struct invocation *inv)
{
	bool image = given(inv, OPT_INITRAMFS);
	int err = boot(image), lock;

	if (image)
		return err;
	/* Rules in /run are gone; where the guard is missing, the mirror stands in. */
	lock = conf_lock();
	mirror_after(NULL);
	conf_unlock(lock);
	return err;
}
