// SPDX-License-Identifier: GPL-2.0-only
/*
 * state.c - the policy in force, the mode, what is recorded, and the lock:
 * changing them, with one line in the log that says from what to what.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/rcupdate.h>

#include "compat.h"
#include "nfguard.h"

/* Serialises all changes. Readers of the policy need only RCU. */
static DEFINE_MUTEX(state_lock);
struct nfg_policy __rcu *nfg_policy_in_force;
static u64 loading_id;		/* random, new each time the module is loaded */

/* The values change under state_lock. */
struct nfg_setting nfg_settings[] = {
	[NFG_MODE] = {
		.name = NFG_MODE_FILE,
		.words = {
			[NFG_PERMISSIVE] = NFG_WORD_PERMISSIVE,
			[NFG_ENFORCING] = NFG_WORD_ENFORCING,
		},
		.expected = "must be enforcing or permissive",
		.value = NFG_ENFORCING,
	},
	[NFG_RECORD] = {
		.name = NFG_RECORD_FILE,
		.words = {
			[NFG_RECORD_NONE] = NFG_WORD_NONE,
			[NFG_RECORD_DENIED] = NFG_WORD_DENIED,
			[NFG_RECORD_ALL] = NFG_WORD_ALL,
		},
		.expected = "must be none, denied or all",
		.value = NFG_RECORD_DENIED,
	},
	[NFG_LOCK] = {
		.name = NFG_LOCK_FILE,
		.words = { "0", "1" },
		.expected = "must be 1 or degraded",
	},
};

#define log_change(fmt, ...)						\
do {									\
	char who[NFG_ASKER_SIZE];					\
	struct nfg_asker asker;						\
									\
	nfg_asker_read(&asker);						\
	nfg_asker_format(&asker, who);					\
	pr_notice(fmt " %s\n", __VA_ARGS__, who);			\
} while (0)

bool nfg_locked(void)
{
	return READ_ONCE(nfg_settings[NFG_LOCK].value);
}

/**
 * nfg_policy_lock - keep the policy in force as it is
 *
 * Context: process, may sleep.
 * Return: the policy, which is in force until nfg_policy_unlock().
 */
const struct nfg_policy *nfg_policy_lock(void)
{
	mutex_lock(&state_lock);
	return rcu_dereference_protected(nfg_policy_in_force,
					 lockdep_is_held(&state_lock));
}

void nfg_policy_unlock(void)
{
	mutex_unlock(&state_lock);
}

/**
 * nfg_policy_get - pin the policy in force
 *
 * Context: any that may take an RCU read lock.
 * Return: the policy, for nfg_policy_put(). A swap does not change it.
 */
const struct nfg_policy *nfg_policy_get(void)
{
	struct nfg_policy *policy;

	rcu_read_lock();
	do {
		policy = rcu_dereference(nfg_policy_in_force);
	} while (!refcount_inc_not_zero(&policy->users));
	rcu_read_unlock();
	return policy;
}

static void policy_free(struct nfg_policy *policy)
{
	nfg_stats_put(policy);
	nfg_policy_free(policy);
}

/**
 * nfg_policy_put - unpin what nfg_policy_get() returned
 * @policy: the policy
 *
 * Context: process, may sleep. A swap waits for a grace period before it drops
 * its own pin, so whoever drops the last pin can free the policy at once.
 */
void nfg_policy_put(const struct nfg_policy *policy)
{
	struct nfg_policy *mine = (struct nfg_policy *)policy;

	if (refcount_dec_and_test(&mine->users))
		policy_free(mine);
}

/* Makes a policy, complete except for what publish() adds. */
static int policy_make(char *text, size_t len, struct nfg_policy **result,
		       struct nfg_refusal *why)
{
	struct nfg_policy *policy;
	int err;

	err = nfg_policy_parse(text, len, &policy, why);
	if (err)
		return err;

	err = nfg_stats_get(policy);
	if (err) {
		policy->text = NULL;	/* still the caller's */
		policy_free(policy);
		return nfg_refuse(why, err, "out of memory");
	}
	sha256(policy->body, policy->body_len, policy->sha256);
	refcount_set(&policy->users, 1);
	*result = policy;
	return 0;
}

static bool follows(const struct nfg_policy *new, const struct nfg_policy *old)
{
	return new->token_len == strlen(old->next_token) &&
	       !memcmp(new->token, old->next_token, new->token_len);
}

static void publish(struct nfg_policy *policy, u64 generation)
{
	policy->generation = generation;
	snprintf(policy->next_token, sizeof(policy->next_token), "%016llx.%llu",
		 loading_id, generation);
	rcu_assign_pointer(nfg_policy_in_force, policy);
}

/**
 * nfg_policy_replace - put a policy into effect
 * @text: its text, allocated with kvmalloc(); consumed only on success
 * @len: its length
 * @why: gets line and reason if it is refused
 *
 * When this returns 0, no verdict by the old policy is still under way.
 *
 * Context: process, may sleep.
 * Return: 0, or a negative errno as abi.h documents; the old policy stays then.
 */
int nfg_policy_replace(char *text, size_t len, struct nfg_refusal *why)
{
	struct nfg_policy *new, *old;
	int err;

	err = policy_make(text, len, &new, why);
	if (err)
		return err;

	mutex_lock(&state_lock);
	old = rcu_dereference_protected(nfg_policy_in_force,
					lockdep_is_held(&state_lock));
	if (nfg_locked())
		err = nfg_refuse(why, -EROFS, "locked until reboot");
	else if (!follows(new, old))
		err = nfg_refuse(why, -ESTALE,
				 "token is not that of the policy in force");
	if (err) {
		mutex_unlock(&state_lock);
		new->text = NULL;		/* still the caller's */
		policy_free(new);
		return err;
	}

	publish(new, old->generation + 1);
	nfg_count(NFG_POLICY_SWAPS);
	log_change("policy from=%llu to=%llu sha256=%32phN rules=%u names=%u patterns=%u",
		   old->generation, new->generation, new->sha256,
		   new->n_rules - 1, new->n_names, new->n_patterns);
	synchronize_rcu();
	nfg_stats_keep(old);
	mutex_unlock(&state_lock);

	nfg_policy_put(old);
	return 0;
}

#ifdef CONFIG_MODULE_UNLOAD
/*
 * Keeps the module loaded until reboot, against root too. "rmmod -f" ignores a
 * mere reference (CONFIG_MODULE_FORCE_UNLOAD, which Debian has), but no flag
 * makes delete_module() remove a module that another module uses. So make this
 * module a user of itself, as /proc/modules then shows. Nothing else changes the
 * list, since no symbol is exported; those who read it under module_mutex find
 * either the complete entry or none. A removal that has passed its own check for
 * users and is forced goes on: then the lock is lost, and the log says so
 * (delete_module(), 6.1).
 */
static int pin_module(struct nfg_refusal *why)
{
	static struct nfg_module_use use;

	/* Fails once a removal has begun. */
	if (!try_module_get(THIS_MODULE))
		return nfg_refuse(why, -EBUSY, "the module is being removed");

	use.source = THIS_MODULE;
	use.target = THIS_MODULE;
	INIT_LIST_HEAD(&use.target_list);
	list_add_rcu(&use.source_list, &THIS_MODULE->source_list);
	return 0;
}
#else
static int pin_module(struct nfg_refusal *why)
{
	return 0;		/* no module can be removed from this kernel */
}
#endif

static int setting_parse(const struct nfg_setting *setting, const char *word)
{
	return match_string(setting->words, ARRAY_SIZE(setting->words), word);
}

const char *nfg_setting_word(const struct nfg_setting *setting)
{
	return setting->words[READ_ONCE(setting->value)];
}

/**
 * nfg_setting_set - change a setting
 * @setting: the setting
 * @word: its new word; the lock freezes policy, settings and module until reboot
 * @why: gets the reason if it is refused
 *
 * Context: process, may sleep.
 * Return: 0, also if it had the word already, -EINVAL, -EROFS, or for the lock
 * -EBUSY during a removal.
 */
int nfg_setting_set(struct nfg_setting *setting, const char *word,
		    struct nfg_refusal *why)
{
	int new = setting_parse(setting, word);
	int err = 0;

	if (new < 0)
		return nfg_refuse(why, new, setting->expected);

	mutex_lock(&state_lock);
	if (new == setting->value)
		goto unlock;
	if (nfg_locked())
		err = nfg_refuse(why, -EROFS, "locked until reboot");
	else if (setting == &nfg_settings[NFG_LOCK])
		err = pin_module(why);
	if (err)
		goto unlock;
	log_change("%s from=%s to=%s", setting->name,
		   nfg_setting_word(setting), setting->words[new]);
	WRITE_ONCE(setting->value, new);
unlock:
	mutex_unlock(&state_lock);
	return err;
}

/*
 * The policy of the deny= parameter, or one that allows everything. It is made as
 * text, so that it is checked, read and replaced like any other.
 */
static char *first_text(const char *deny, size_t *len)
{
	size_t names = 0, size, used, name_len;
	const char *name;
	char *text;

	for (name = deny; *name; name += name_len + !!name[name_len]) {
		name_len = strcspn(name, ",");
		names++;
	}
	/* Room for two lines for each name, both with the name, and the rest. */
	size = 128 + 2 * strlen(deny) + names * 64;
	text = kvzalloc(size, GFP_KERNEL);
	if (!text)
		return NULL;

	used = scnprintf(text, size, "%s %d %s %s%zu\n%s %s\n",
			 NFG_WORD_POLICY, NFG_FORMAT, NFG_WORD_TOKEN,
			 NFG_WORD_ENTRIES, names, NFG_WORD_DEFAULT,
			 NFG_WORD_ALLOW);
	for (name = deny; *name; name += name_len + !!name[name_len]) {
		bool pattern;

		name_len = strcspn(name, ",");
		pattern = strcspn(name, "*?[") < name_len;
		used += scnprintf(text + used, size - used,
				  "%s %s %.*s\n%s %s %s %.*s\n",
				  NFG_WORD_RULE, NFG_WORD_DENY,
				  (int)name_len, name,
				  pattern ? NFG_WORD_PATTERN : NFG_WORD_NAME,
				  NFG_WORD_DENY, NFG_WORD_ANY,
				  (int)name_len, name);
	}
	*len = used + scnprintf(text + used, size - used, "%s\n", NFG_WORD_END);
	return text;
}

/**
 * nfg_state_init - put the module parameters into effect
 * @deny: names to deny from the start, separated by commas; "" for none
 * @first_mode: the mode
 *
 * Return: 0, -ENOMEM, or -EINVAL for a bad parameter, which the log names.
 */
int nfg_state_init(const char *deny, const char *first_mode)
{
	struct nfg_refusal why = {};
	struct nfg_policy *policy;
	struct nfg_setting *mode = &nfg_settings[NFG_MODE];
	int err = setting_parse(mode, first_mode);
	size_t len;
	char *text;

	if (err < 0) {
		pr_err("mode= %s: not loaded\n", mode->expected);
		return err;
	}
	mode->value = err;

	text = first_text(deny, &len);
	if (!text)
		return -ENOMEM;
	err = policy_make(text, len, &policy, &why);
	if (err) {
		/* Two lines for each name, from line 3 on. */
		pr_err("deny= refused at name %u: %s: not loaded\n",
		       (why.line - 1) / 2, why.reason);
		kvfree(text);
		/* Not -EEXIST, which modprobe takes for success. */
		return err == -ENOMEM ? err : -EINVAL;
	}
	get_random_bytes(&loading_id, sizeof(loading_id));
	publish(policy, 0);
	return 0;
}

/**
 * nfg_state_clean - free the policy
 *
 * Context: process, once no gate and no file can use it any more.
 */
void nfg_state_clean(void)
{
	nfg_policy_put(rcu_dereference_protected(nfg_policy_in_force, true));
}
