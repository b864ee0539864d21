// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify_try.c - tries to bring denied modules in, by a request and as modprobe does.
 *
 * Only what the policy in force denies to all, and what is neither live nor built in, is
 * tried, and only while both gates hold: so that what is tried is refused. What a load
 * brings in before that, because the module needs it, is removed again.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/host.h"
#include "guard/kernel_if.h"
#include "tree/libkmod.h"
#include "verbs/verify_try.h"

static const struct column columns[] = {
	{ NULL, "module", COLUMN_TEXT },
	{ NULL, "gate", COLUMN_TEXT },
	{ NULL, "name", COLUMN_TEXT },
	{ NULL, "outcome", COLUMN_TEXT },
	{ NULL, "rule", COLUMN_TEXT },
	{ NULL, "text", COLUMN_TEXT },
};

/**
 * struct attempts - all attempts
 * @f: what is in force
 * @tree: the kernel's modules
 * @kmod: for loading
 * @live: the names of the modules that are live before an attempt
 * @names: memory for those: pointers
 * @t: a row for each attempt
 * @worst: the exit status
 */
struct attempts {
	const struct force *f;
	const struct tree *tree;
	struct kmod_ctx *kmod;
	struct name_index live;
	struct buf names;
	struct table *t;
	int worst;
};

static bool same_name(const char *a, const char *b)
{
	while (*a && *b && (*a == *b || (strchr("-_", *a) && strchr("-_", *b)))) {
		a++;
		b++;
	}
	return *a == *b;
}

/*
 * The text of the rule whose last hit is the refusal of this process's own request or
 * load, to be freed; NULL: there is none, or the kernel's rules file can't be read.
 */
static char *rule_that_denied(const char *name)
{
	struct kif_rules rules = { 0 };
	char *text = NULL;
	size_t i;

	if (!kif_read_rules(&rules)) {
		for (i = 0; i < rules.n && !text; i++) {
			const struct kif_rule *r = &rules.list[i];

			if (r->pid == (unsigned long long)getpid() &&
			    same_name(r->name, name))
				text = xstrdup(r->text);
		}
	}
	kif_rules_free(&rules);
	return text;
}

static bool can_read_rules(void)
{
	struct kif_rules rules = { 0 };
	bool can = !kif_read_rules(&rules);

	kif_rules_free(&rules);
	return can;
}

static void add(struct attempts *a, const char *module, const char *gate,
		const char *name, bool denied, const char *text)
{
	char *rule = denied ? rule_that_denied(name) : NULL;

	say("try: %s: %s %s%s%s%s%s%s\n", esc(module), gate, denied ? "denied" : "",
	    denied ? "" : "not denied: ", text ? text : "", rule ? " (" : "",
	    rule ? esc(rule) : "", rule ? ")" : "");
	table_row(a->t);
	table_text(a->t, "module", module);
	table_text(a->t, "gate", gate);
	table_text(a->t, "name", name);
	table_text(a->t, "outcome", denied ? "denied" : "not denied");
	table_text(a->t, "rule", rule);
	table_text(a->t, "text", text);
	if (!denied)
		a->worst = nfg_exit_worse(a->worst, NFG_EXIT_NOT_HELD);
	free(rule);
}

/* Nothing was tried; that is no failure, as what is said elsewhere is the verdict. */
static void add_untried(struct attempts *a, const char *module, const char *gate,
			const char *text)
{
	say("try: %s: %s not tried: %s\n", esc(module), gate, text);
	table_row(a->t);
	table_text(a->t, "module", module);
	table_text(a->t, "gate", gate);
	table_text(a->t, "outcome", "not tried");
	table_text(a->t, "text", text);
}

/* Whether a request for "netdev-NAME", which comes first, would load anything. */
static bool is_device(const struct attempts *a, const char *name)
{
	char *device = xasprintf("netdev_%s", name);
	struct ids targets = { 0 };
	bool is;

	tree_resolve(a->tree, device, &targets);
	is = targets.n || if_nametoindex(name);
	ids_free(&targets);
	free(device);
	return is;
}

static bool can_request(const struct attempts *a, const char *name)
{
	return strlen(name) < IFNAMSIZ && !strpbrk(name, "*?[/: ") &&
	       policy_denies(a->f->policy, SCOPE_ANY, name) && !is_device(a, name);
}

/* A name of the module that an ioctl has the kernel request, or NULL. */
static const char *name_to_request(const struct attempts *a, size_t module)
{
	const struct tree_module *m = &a->tree->modules[module];
	size_t i;

	if (can_request(a, m->name))
		return m->name;
	for (i = 0; i < m->aliases.n; i++) {
		const struct tree_alias *alias = &a->tree->aliases[m->aliases.list[i]];

		if (alias->kind == NAME_EXACT && can_request(a, alias->name))
			return alias->name;
	}
	return NULL;
}

/* dev_load(), net/core/dev_ioctl.c: an interface that does not exist is requested. */
static void request(const char *name)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(ifr.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	ioctl(fd, SIOCGIFFLAGS, &ifr);
	close(fd);
}

/*
 * The first hit of a rule in a tick of the kernel's clock, which is 10 ms at most, stands
 * for the others in it: then another attempt is needed.
 */
#define ATTEMPTS	3
#define TICK_US		20000

static void try_request(struct attempts *a, size_t module)
{
	const char *name = name_to_request(a, module), *is = a->tree->modules[module].name;
	char *rule = NULL;
	int i;

	if (!name || !can_read_rules()) {
		add_untried(a, is, "request", !name ?
			    "it has no name that an ioctl can ask for" :
			    "without debugfs its refusal can't be seen");
		return;
	}
	for (i = 0; i < ATTEMPTS && !rule; i++) {
		if (i)
			usleep(TICK_US);
		request(name);
		rule = rule_that_denied(name);
	}
	add(a, is, "request", name, rule, rule ? NULL : "no rule has it as its last denial");
	free(rule);
}

static void note_live(const char *name, bool loading, void *data)
{
	struct attempts *a = data;
	char *copy = xstrdup(name);

	(void)loading;
	name_index_add(&a->live, copy, 1);
	buf_add(&a->names, &copy, sizeof(copy));
}

static void forget_live(struct attempts *a)
{
	char **names = (char **)a->names.s;
	size_t i;

	for (i = 0; i < a->names.len / sizeof(*names); i++)
		free(names[i]);
	name_index_free(&a->live);
	buf_free(&a->names);
}

/**
 * struct removal - what is removed again
 * @a: the attempts
 * @with: the modules that were loaded along with the one that was tried
 * @n: how many modules were removed in this pass
 */
struct removal {
	struct attempts *a;
	struct ids with;
	size_t n;
};

static void add_with_needs(const struct tree *tree, size_t module, struct ids *with)
{
	const struct ids *needs = &tree->modules[module].needs;
	size_t i;

	ids_add_once(with, module);
	for (i = 0; i < needs->n; i++)
		ids_add_once(with, needs->list[i]);
}

/* What modprobe loads with a module; another that came meanwhile is somebody else's. */
static void find_with(const struct tree *tree, size_t module, struct ids *with)
{
	size_t i, k;

	add_with_needs(tree, module, with);
	for (i = 0; i < tree->n_softdeps; i++) {
		struct ids targets = { 0 };

		if (!ids_have(with, tree->softdeps[i].module))
			continue;
		tree_resolve(tree, tree->softdeps[i].name, &targets);
		for (k = 0; k < targets.n; k++)
			add_with_needs(tree, targets.list[k], with);
		ids_free(&targets);
	}
}

static void remove_new(const char *name, bool loading, void *data)
{
	struct removal *r = data;
	struct kmod_module *mod = NULL;

	if (loading || name_index_find(&r->a->live, name) != NAME_NONE ||
	    !ids_have(&r->with, tree_find(r->a->tree, name)))
		return;
	if (!kmod_module_new_from_name(r->a->kmod, name, &mod) &&
	    !kmod_module_remove_module(mod, 0))
		r->n++;
	kmod_module_unref(mod);
}

/* One that is needed goes in a later pass than those that need it. */
static void remove_all_new(struct attempts *a, size_t module)
{
	struct removal r = { .a = a };

	find_with(a->tree, module, &r.with);
	do {
		r.n = 0;
		live_each(remove_new, &r);
	} while (r.n);
	ids_free(&r.with);
}

static void try_load(struct attempts *a, size_t module)
{
	const char *name = a->tree->modules[module].name;
	struct kmod_module *mod = NULL;
	char *text;
	int err;

	live_each(note_live, a);
	err = kmod_module_new_from_name(a->kmod, name, &mod);
	if (!err)
		err = kmod_module_probe_insert_module(mod, KMOD_PROBE_IGNORE_COMMAND,
						      NULL, NULL, NULL, NULL);
	remove_all_new(a, module);
	text = err == -EPERM ? NULL : !err ? xstrdup("it was loaded, and removed again") :
	       xasprintf("it could not be tried: %s", strerror(abs(err)));
	add(a, name, "load", name, err == -EPERM, text);
	free(text);
	kmod_module_unref(mod);
	forget_live(a);
}

static bool is_live(const char *name)
{
	struct attempts a = { 0 };
	bool live;

	live_each(note_live, &a);
	live = name_index_find(&a.live, name) != NAME_NONE;
	forget_live(&a);
	return live;
}

static void try_module(struct attempts *a, size_t module)
{
	const struct tree_module *m = &a->tree->modules[module];

	if (m->builtin || is_live(m->name)) {
		add_untried(a, m->name, "load", m->builtin ? "it is built in" : "it is live");
	} else if (!policy_denies(a->f->policy, SCOPE_ANY, m->name)) {
		add_untried(a, m->name, "load", "it is not denied to all");
	} else {
		try_request(a, module);
		try_load(a, module);
	}
}

/* Why nothing may be tried: it could be let in. */
static const char *refusal(const struct force *f)
{
	if (f->st.state != GUARD_WHOLE)
		return "the guard is not in effect";
	if (kif_permissive(&f->st))
		return "the mode is permissive, so it would get in";
	if (!f->policy || !host_may_load_modules())
		return "only root can try";
	return NULL;
}

/**
 * verify_try - try to bring modules in
 * @f: what is in force
 * @w: the modules; those that are not denied are not tried
 * @worst: made worse if one is not refused
 *
 * Return: a table with a row for each attempt, to be freed.
 */
struct table *verify_try(const struct force *f, const struct wanted *w, int *worst)
{
	struct diags diags = { 0 };
	struct attempts a = {
		.f = f, .tree = source_tree(&diags),
		.t = table_new("tries", columns, ARRAY_SIZE(columns), true),
	};
	const char *why = refusal(f);
	struct ids modules = { 0 };
	size_t i;

	a.kmod = a.tree && !why ? libkmod_open(a.tree->dir) : NULL;
	if (!a.kmod) {
		msg_err("nothing was tried: %s", why ? why : "the modules can't be read");
		a.worst = NFG_EXIT_NOT_HELD;
	} else {
		wanted_modules(w, a.tree, &modules);
		for (i = 0; !w->n && i < a.tree->n_modules; i++)
			if (ruling_denies_by_rule(&f->src.closure.modules[SCOPE_ANY][i]))
				ids_add(&modules, i);
		for (i = 0; i < modules.n; i++)
			try_module(&a, modules.list[i]);
	}
	*worst = nfg_exit_worse(*worst, a.worst);
	ids_free(&modules);
	kmod_unref(a.kmod);
	diags_free(&diags);
	return a.t;
}
