// SPDX-License-Identifier: GPL-2.0-only
/*
 * cause.c - finds the request that caused a load, or another request. The load
 * gate sees only the modprobe that the kernel started; only the request gate
 * knows who asked. The name links the two: the kernel passes it to modprobe as
 * the last argument, exactly as it was requested (call_modprobe()).
 *
 * The crypto core asks for the parts of a template in a kernel thread, after the
 * task that wants the template has asked for the whole: crypto-hmac(sha256), then
 * crypto-hmac (crypto_larval_lookup() and cryptomgr_schedule_probe(), 6.1). The
 * name of the whole links these two. And a module can ask for others when modprobe
 * inserts it.
 */
#include <linux/cgroup.h>
#include <linux/ctype.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "nfguard.h"

/*
 * The kernel runs no more than 50 modprobes at once (MAX_KMOD_CONCURRENT), but
 * any number of requests can wait for their turn. So a flood of requests can push
 * out others whose modprobe has not started yet; their loads are then reported
 * without the request. A request by a kernel thread is then unprivileged.
 */
#define REQUESTS	128

/* What the names of requests for crypto begin with (crypto/api.c). */
#define CRYPTO_PREFIX	"crypto-"

/* For so long a request can be a cause, and keeps its asker's cgroup pinned. */
#define MEMORY		(60 * HZ)

/* For so long one is likely to wait for its modprobe to start. */
#define START		(5 * HZ)

/**
 * struct noted - a recent request
 * @name: what was asked for, ended by a NUL; none if it is empty
 * @len: its length
 * @asker: who is behind it, pinned
 * @when: in jiffies
 * @task: the thread that asked
 * @task_start: when that started, as a pid can be used again
 * @cred: its credentials, to be compared only; NULL if another is behind it
 * @thread: it is a kernel thread, and its request is not the whole
 * @loader: pid of the modprobe it was matched with; 0 if none yet
 * @loader_start: when that started
 */
struct noted {
	char name[NFG_CAUSE_MAX + 1];
	u8 len;
	struct nfg_asker asker;
	unsigned long when;
	pid_t task;
	u64 task_start;
	const void *cred;
	bool thread;
	pid_t loader;
	u64 loader_start;
};

static struct noted noted[REQUESTS];
static unsigned int noted_next;
static DEFINE_RAW_SPINLOCK(noted_lock);

static bool is_crypto(const char *name)
{
	return strstarts(name, CRYPTO_PREFIX);
}

/* A kernel thread asks for parts. */
static bool asks_for_whole(const char *name)
{
	return is_crypto(name) && !(current->flags & PF_KTHREAD);
}

/*
 * A task that asks for the same again and again is noted once, as long as it is who it
 * was: it may have given up its privileges.
 */
static __always_inline bool is_noted(const struct noted *n, const char *name,
				     size_t len, bool privileged)
{
	return n->task == current->pid && n->task_start == current->start_time &&
	       n->cred == current_real_cred() &&
	       n->asker.uid == __kuid_val(current_real_cred()->uid) &&
	       n->asker.privileged == privileged && !n->loader &&
	       n->len == len && !memcmp(n->name, name, len);
}

/* Under noted_lock. Returns what is to be unpinned. */
static noinline struct cgroup *note_new(const char *name, size_t len,
					const struct nfg_verdict *verdict)
{
	struct noted *n = &noted[noted_next++ % REQUESTS];
	struct cgroup *old = n->asker.cgrp;

	memcpy(n->name, name, len);
	n->name[len] = '\0';
	n->len = len;
	if (verdict)
		nfg_behind_read(verdict, &n->asker);
	else
		nfg_asker_read(&n->asker);
	/* Its end may come in a handler, and in an NMI it could not be put. */
	if (in_nmi())
		n->asker.cgrp = NULL;
	nfg_asker_pin(&n->asker);
	n->when = jiffies;
	n->task = current->pid;
	n->task_start = current->start_time;
	n->cred = verdict && verdict->cause ? NULL : current_real_cred();
	n->thread = current->flags & PF_KTHREAD;
	n->loader = 0;
	return old;
}

/* @verdict: on the request, or NULL if there is none. */
static __always_inline void note(const char *name, size_t len, bool privileged,
				 const struct nfg_verdict *verdict)
{
	struct cgroup *old = NULL;
	struct noted *latest;

	nfg_lock(&noted_lock);
	latest = &noted[(noted_next - 1) % REQUESTS];
	if (is_noted(latest, name, len, privileged))
		latest->when = jiffies;
	else
		old = note_new(name, len, verdict);
	raw_spin_unlock(&noted_lock);
	if (old)
		cgroup_put(old);
}

static bool can_be_cause(const struct noted *n)
{
	return n->name[0] && time_before(jiffies, n->when + MEMORY);
}

/* The @i-th latest; NULL if it is no longer a cause. Under noted_lock. */
static struct noted *recent(unsigned int i)
{
	struct noted *n = &noted[(noted_next - 1 - i) % REQUESTS];

	return can_be_cause(n) ? n : NULL;
}

static void give(struct nfg_request *cause, const struct noted *n)
{
	strscpy(cause->name, n->name, sizeof(cause->name));
	cause->asker = n->asker;
	nfg_asker_pin(&cause->asker);
}

/*
 * The name in the current task's arguments, if they are as the kernel passes them
 * to modprobe: "modprobe -q -- NAME". Otherwise NULL.
 */
static const char *requested_name(char *buf, size_t size)
{
	const struct mm_struct *mm = current->mm;
	unsigned long start, end;
	size_t len, i;

	if (!mm)
		return NULL;
	start = READ_ONCE(mm->arg_start);
	end = READ_ONCE(mm->arg_end);
	if (end <= start)
		return NULL;
	len = min_t(unsigned long, end - start, size);
	if (copy_from_user(buf, (const void __user *)(end - len), len) ||
	    buf[len - 1])
		return NULL;
	for (i = len - 1; i && buf[i - 1]; i--)
		;
	if (i < 3 || strcmp(&buf[i - 3], "--"))
		return NULL;
	return &buf[i];
}

static bool loaded_by_current(const struct noted *n)
{
	return n->loader == task_tgid_nr(current) &&
	       n->loader_start == current->group_leader->start_time;
}

/*
 * If several ask for one name, each gets a modprobe of its own, and these start
 * in the order in which they were asked for. So match each modprobe with the
 * first that has none yet and likely still waits, else with the latest that has
 * none, else with the latest.
 */
static struct noted *find_loaded(const char *name)
{
	struct noted *first = NULL, *latest = NULL, *n;
	unsigned int i;

	for (i = 0; i < REQUESTS; i++) {
		n = recent(i);
		if (!n || strcmp(n->name, name))
			continue;
		if (loaded_by_current(n))
			return n;
		if (!n->loader && time_before(jiffies, n->when + START))
			first = n;
		if (!latest || (latest->loader && !n->loader))
			latest = n;
	}
	n = first ?: latest;
	if (n) {
		n->loader = task_tgid_nr(current);
		n->loader_start = current->group_leader->start_time;
	}
	return n;
}

/**
 * nfg_cause_of_load - find the request for which the current task loads a module
 * @cause: filled in if there is one; the caller unpins its asker
 *
 * Context: process, may sleep.
 * Return: whether there is one.
 */
bool nfg_cause_of_load(struct nfg_request *cause)
{
	char args[NFG_NAME_MAX + 1 + sizeof("--") + 1];
	const char *name;
	struct noted *n;
	bool started;

	preempt_disable();
	started = nfg_asks_for_another();
	preempt_enable();
	if (!started)
		return false;
	name = requested_name(args, sizeof(args));
	if (!name || !*name)
		return false;

	raw_spin_lock(&noted_lock);
	n = find_loaded(name);
	if (n)
		give(cause, n);
	raw_spin_unlock(&noted_lock);
	return n;
}

static bool in_word(char c)
{
	return isalnum(c) || c == '_' || c == '-';
}

/*
 * Whether @n is a request for something that has in it what the current kernel
 * thread asks for: the same after "crypto-", but for "-all", and not as part of a
 * longer word.
 */
static bool holds(const struct noted *n, const char *name)
{
	const char *part = name + strlen(CRYPTO_PREFIX), *at;
	size_t len = strlen(part);

	if (len > strlen("-all") && !strcmp(part + len - strlen("-all"), "-all"))
		len -= strlen("-all");
	if (n->thread || !is_crypto(n->name) || !is_crypto(name))
		return false;
	for (at = n->name + strlen(CRYPTO_PREFIX); *at; at++) {
		if (!strncmp(at, part, len) && !in_word(at[len]) &&
		    (at[-1] == '-' || !in_word(at[-1])))
			return true;
	}
	return false;
}

/*
 * Whether the task that asked still waits for what it wants: crypto_larval_wait()
 * is killable, or is about to be.
 */
static bool waits(const struct noted *n)
{
	struct task_struct *task = pid_task(find_vpid(n->task), PIDTYPE_PID);

	return task && task->start_time == n->task_start &&
	       strchr("RD", task_state_to_char(task));
}

/**
 * nfg_cause_of_request - find the request for which the current task makes another
 * @name: what it asks for, ended by a NUL
 * @cause: filled in if there is one; the caller unpins its asker
 *
 * For a modprobe that is what it was started for. For a kernel thread, of several
 * that wait it is the latest unprivileged one, if there is one: nobody gets past a
 * rule because root asks for the same at that time. If none waits any more, it is
 * the latest, but no longer privileged.
 *
 * Context: the request gate's probe handler. Does not sleep.
 * Return: whether there is one.
 */
bool nfg_cause_of_request(const char *name, struct nfg_request *cause)
{
	struct noted *best = NULL, *over = NULL, *n;
	unsigned int i;

	nfg_lock(&noted_lock);
	rcu_read_lock();
	for (i = 0; i < REQUESTS; i++) {
		n = recent(i);
		if (!n)
			continue;
		if (loaded_by_current(n)) {
			best = n;
			break;
		}
		if (!(current->flags & PF_KTHREAD) || !holds(n, name))
			continue;
		if (!waits(n))
			over = over ?: n;
		else if (!best || (best->asker.privileged && !n->asker.privileged))
			best = n;
	}
	n = best ?: over;
	if (n) {
		give(cause, n);
		cause->asker.privileged &= n == best;
	}
	rcu_read_unlock();
	raw_spin_unlock(&noted_lock);
	return n;
}

/**
 * nfg_cause_note_request - remember a request that can cause a load or another request
 * @verdict: on the request
 *
 * Context: the request gate's probe handler. Does not sleep.
 */
void nfg_cause_note_request(const struct nfg_verdict *verdict)
{
	const struct nfg_name *name = verdict->name;

	if (verdict->outcome != NFG_DENIED || asks_for_whole(name->raw))
		note(name->raw, name->len, verdict->privileged, verdict);
}

/**
 * nfg_cause_note_long - remember a request that the kernel refuses for its length
 * @name: what is asked for, ended by a NUL
 *
 * Context: the request gate's probe handler. Does not sleep.
 */
void nfg_cause_note_long(const char *name)
{
	if (!asks_for_whole(name))
		return;
	rcu_read_lock_sched();
	note(name, strlen(name), nfg_asker_privileged(), NULL);
	rcu_read_unlock_sched();
}

/**
 * nfg_cause_expire - forget old requests, and unpin their cgroups
 * @all: forget all
 *
 * Context: process. With @all, once both gates are gone.
 */
void nfg_cause_expire(bool all)
{
	struct nfg_asker old;
	unsigned int i;

	for (i = 0; i < REQUESTS; i++) {
		raw_spin_lock(&noted_lock);
		old.cgrp = NULL;
		if (all || !can_be_cause(&noted[i])) {
			old = noted[i].asker;
			noted[i].asker.cgrp = NULL;
			noted[i].name[0] = '\0';
		}
		raw_spin_unlock(&noted_lock);
		nfg_asker_unpin(&old);
	}
}
