// SPDX-License-Identifier: GPL-2.0-only
/*
 * load.c - from the policy files to the policy in force.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "load.h"
#include "nfguard.h"
#include "paths.h"

/* Each try loses only against another change that took force meanwhile. */
#define TRIES	10

/**
 * source_tree - the module tree that policies are compiled for
 * @diags: gets what keeps it from being read
 *
 * It is large, and no verb outlives a change of it: it is read once, and stays
 * until the program ends.
 *
 * Return: the tree, or NULL.
 */
struct tree *source_tree(struct diags *diags)
{
	static struct tree tree;
	static bool whole;
	char *dir;

	if (whole)
		return &tree;
	dir = path_modules(diags);
	whole = dir && tree_read(&tree, dir, diags);
	free(dir);
	if (whole)
		return &tree;
	tree_free(&tree);
	return NULL;
}

/* Whether a rule names a symbol's alias, which any module may have. */
static bool names_symbol(const struct conf *conf)
{
	size_t r, w;

	for (r = 0; r < conf->n_rules; r++)
		for (w = 0; w < conf->rules[r]->n_words; w++)
			if (!strncmp(conf->rules[r]->words[w].name, "symbol:", 7))
				return true;
	return false;
}

/* The symbols of modules about which a rule decides. */
static bool read_symbols(struct source *src, struct tree *tree)
{
	bool *wanted = xcalloc(tree->n_modules, sizeof(*wanted));
	bool ok;
	size_t i;

	for (i = 0; i < tree->n_modules; i++)
		wanted[i] = closure_ruled(&src->closure, i);
	ok = tree_read_symbols(tree, names_symbol(&src->conf) ? NULL : wanted,
			       &src->diags);
	free(wanted);
	return ok;
}

static void compile(struct source *src)
{
	struct tree *tree = source_tree(&src->diags);

	if (!tree)
		return;
	closure_make(&src->closure, &src->conf, tree);
	if (!read_symbols(src, tree))
		return;
	policy_compile(&src->policy, &src->closure, &src->diags);
	policy_text(&src->policy, &src->body);
}

static bool compile_read(struct source *src)
{
	if (src->conf.n_rules > NFG_RULES_MAX)
		diag_error(&src->diags, "policy", 0, 0,
			   "%zu rules are more than the kernel module takes (%d)",
			   src->conf.n_rules, NFG_RULES_MAX);
	if (!src->diags.errors)
		compile(src);
	return !src->diags.errors;
}

/**
 * source_read - reads and compiles the policy files
 * @src: gets them, to be freed with source_free() in any case
 * @candidate: a file to be taken as if it had this content, or NULL
 *
 * Return: whether they are free of errors, and the kernel's modules known.
 */
bool source_read(struct source *src, const struct conf_candidate *candidate)
{
	*src = (struct source){ 0 };
	conf_read(&src->conf, CONF_ALL, candidate, &src->diags);
	return compile_read(src);
}

/**
 * source_read_lasting - reads and compiles the policy files that outlive a reboot
 * @src: gets them, to be freed with source_free() in any case
 *
 * Return: as source_read().
 */
bool source_read_lasting(struct source *src)
{
	*src = (struct source){ 0 };
	conf_read(&src->conf, CONF_LASTING, NULL, &src->diags);
	return compile_read(src);
}

/**
 * source_read_text - compiles a text, as if there were no policy file
 * @src: empty; gets it, to be freed with source_free() in any case
 * @path: what it is called in messages
 * @text: the text
 *
 * Return: as source_read().
 */
bool source_read_text(struct source *src, const char *path, const struct buf *text)
{
	conf_parse(&src->conf, path, text->s, text->len, &src->diags);
	return compile_read(src);
}

/**
 * source_read_file - reads and compiles one file, as if there were no other
 * @src: gets it, to be freed with source_free() in any case
 * @path: the file, anybody's
 *
 * Return: as source_read().
 */
bool source_read_file(struct source *src, const char *path)
{
	struct buf b = { 0 };
	int err;

	*src = (struct source){ 0 };
	err = read_whole(path, NFG_TEXT_MAX, &b);
	if (err)
		diag_error(&src->diags, path, 0, 0, "%s", strerror(-err));
	else
		conf_parse(&src->conf, path, b.s, b.len, &src->diags);
	buf_free(&b);
	return compile_read(src);
}

void source_free(struct source *src)
{
	buf_free(&src->body);
	policy_free(&src->policy);
	closure_free(&src->closure);
	conf_free(&src->conf);
	diags_free(&src->diags);
}

static unsigned long long token_generation(const char *token)
{
	const char *dot = strchr(token, '.');

	return dot ? strtoull(dot + 1, NULL, 10) : 0;
}

static int read_now(struct kif_policy *now, struct loaded *loaded)
{
	int err = kif_read_policy(now);

	if (err) {
		kif_say_unreadable(NFG_POLICY_FILE, err);
		return NFG_EXIT_FAILED;
	}
	loaded->before = token_generation(now->token);
	loaded->after = loaded->before;
	return NFG_EXIT_WHOLE;
}

/*
 * Puts a policy in the place of the one in force, if that is another one; takes
 * over @now. Returns an enum nfg_exit, or -ESTALE.
 */
static int replace(struct kif_policy *now, const struct policy *policy,
		   const char *body, struct loaded *loaded)
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
	loaded->changed = true;
	loaded->after++;
	loaded->old = *now;
	return NFG_EXIT_WHOLE;
out:
	kif_policy_free(now);
	return err;
}

/*
 * One try: -ESTALE if the policy in force changed under our hands. The token
 * is read before the files, so that files that change in between are either
 * read here or loaded by whoever changed them, and then this write is stale.
 */
static int try_load(struct source *src, const struct conf_candidate *candidate,
		    struct loaded *loaded)
{
	struct kif_policy now;
	int err;

	err = read_now(&now, loaded);
	if (err)
		return err;
	if (source_read(src, candidate))
		return replace(&now, &src->policy, src->body.s, loaded);
	kif_policy_free(&now);
	return NFG_EXIT_BAD_INPUT;
}

/**
 * load_policy - makes what the files say the policy in force
 * @src: gets what they say, to be freed with source_free() in any case
 * @candidate: a file to be taken as if it had this content, or NULL
 * @loaded: gets what was done, to be freed with loaded_free()
 *
 * Findings about the files are left in @src; the rest is said.
 *
 * Return: an enum nfg_exit; unless NFG_EXIT_WHOLE, nothing was changed.
 */
int load_policy(struct source *src, const struct conf_candidate *candidate,
		struct loaded *loaded)
{
	int i, err;

	*src = (struct source){ 0 };
	*loaded = (struct loaded){ 0 };
	for (i = 0; i < TRIES; i++) {
		source_free(src);
		err = try_load(src, candidate, loaded);
		if (err != -ESTALE)
			return err;
	}
	kif_say_refused("policy", -ESTALE);
	return NFG_EXIT_FAILED;
}

/**
 * load_compiled - makes a policy that is compiled already the one in force
 * @policy: the policy
 * @body: its text without the first line
 * @loaded: gets what was done, to be freed with loaded_free()
 *
 * Return: as load_policy().
 */
int load_compiled(const struct policy *policy, const char *body,
		  struct loaded *loaded)
{
	struct kif_policy now;
	int i, err;

	*loaded = (struct loaded){ 0 };
	for (i = 0; i < TRIES; i++) {
		err = read_now(&now, loaded);
		if (!err)
			err = replace(&now, policy, body, loaded);
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

/* Whether two tokens are of one loading of the kernel module. */
static bool same_loading(const char *a, const char *b)
{
	size_t n = strcspn(a, ".");

	return n == strcspn(b, ".") && !strncmp(a, b, n);
}

/**
 * load_put_back - puts a policy back in force, if only one took force since
 * @old: the policy as it was read
 *
 * Return: 0, -EALREADY if it is in force, -ESTALE if more than one took force
 * since, or another negative errno.
 */
int load_put_back(const struct kif_policy *old)
{
	struct kif_policy now;
	int err;

	err = kif_read_policy(&now);
	if (err)
		return err;
	if (!strcmp(now.body, old->body))
		err = -EALREADY;
	else if (!same_loading(now.token, old->token) ||
		 token_generation(now.token) != token_generation(old->token) + 1)
		err = -ESTALE;
	else
		err = kif_write_policy(now.token, count_entries(old->body),
				       old->body);
	kif_policy_free(&now);
	return err;
}

/**
 * load_back - puts the policy back in force that load_policy() replaced
 * @loaded: what it did
 *
 * Return: 0 or a negative errno; -ESTALE if it was replaced since.
 */
int load_back(const struct loaded *loaded)
{
	return loaded->changed ? load_put_back(&loaded->old) : 0;
}

void loaded_free(struct loaded *loaded)
{
	if (loaded->changed)
		kif_policy_free(&loaded->old);
	*loaded = (struct loaded){ 0 };
}

/**
 * say_in_force - says what keeps the policy in force from being kept
 * @st: the status after the swap
 * @policy: the policy in force
 *
 * Return: the worst enum nfg_exit of it.
 */
int say_in_force(const struct kif_status *st, const struct policy *policy)
{
	int worst = kif_say_trouble(st);
	struct live live;

	if (st->state == GUARD_NOT_LOADED || st->state == GUARD_OFF)
		return worst;
	if (kif_permissive(st)) {
		msg_warn("permissive mode: what the policy denies is counted and reported, but nothing is denied (nfguard mode enforcing)");
		return worst;
	}
	live_find(&live, policy);
	worst = nfg_exit_worse(worst, live_say(&live, policy));
	live_free(&live);
	return worst;
}
