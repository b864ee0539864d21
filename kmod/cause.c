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
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "nfguard.h"

/*
 * The kernel runs no more than 50 modprobes at once (MAX_KMOD_CONCURRENT), but
 * any number of requests can wait for their turn. So a flood of requests can push
 * out others of the same owner whose modprobe has not started yet; their loads are
 * then reported without the request, and what is requested on their behalf counts
 * as unprivileged.
 */
#define REQUESTS	128

/* Owners are told apart by so many bits of a hash. */
#define OWNER_BITS	8
static_assert(REQUESTS <= U8_MAX);

/* What the names of requests for crypto begin with (crypto/api.c). */
#define CRYPTO_PREFIX	"crypto-"

/* For so long a request can be a cause, and keeps its asker's cgroup pinned. */
#define MEMORY		(60 * HZ)

/* For so long a task that asked and runs is likely to be about to wait. */
#define BEFORE_WAIT	HZ

/**
 * struct noted - a recent request
 * @name: what was asked for, ended by a NUL; none if it is empty
 * @len: its length
 * @asker: who is behind it, pinned
 * @when: in jiffies
 * @turn: the higher, the later
 * @task: the thread that asked
 * @task_start: when that started, as a pid can be used again
 * @cred: its credentials, to be compared only; NULL if another is behind it
 * @thread: it is a kernel thread, and its request is not the whole
 * @refused: no modprobe is started for it
 * @loader: pid of the modprobe it was matched with; 0 if none yet
 * @loader_start: when that started
 */
struct noted {
	char name[NFG_CAUSE_MAX + 1];
	u8 len;
	struct nfg_asker asker;
	unsigned long when;
	unsigned long turn;
	pid_t task;
	u64 task_start;
	const void *cred;
	bool thread;
	bool refused;
	pid_t loader;
	u64 loader_start;
};

static struct noted noted[REQUESTS];
static struct noted *latest = noted;
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

static bool can_be_cause(const struct noted *n)
{
	return n->name[0] && time_before(jiffies, n->when + MEMORY);
}

static bool is_later(const struct noted *a, const struct noted *b)
{
	return (long)(a->turn - b->turn) > 0;
}

static u32 owner_hash(const struct noted *n)
{
	return hash_64(nfg_owner(&n->asker), OWNER_BITS);
}

/*
 * Where a new one goes: to one that is no cause any more, else to the oldest of the owner
 * that has most, so that nobody can push out what others have asked for.
 */
static struct noted *find_place(void)
{
	struct noted *n, *place = noted;
	u8 count[1 << OWNER_BITS] = {};

	for (n = noted; n < noted + REQUESTS; n++) {
		if (!can_be_cause(n))
			return n;
		count[owner_hash(n)]++;
	}
	for (n = noted; n < noted + REQUESTS; n++) {
		int more = count[owner_hash(n)] - count[owner_hash(place)];

		if (more > 0 || (!more && is_later(place, n)))
			place = n;
	}
	return place;
}

static struct noted *find_noted(const char *name, size_t len, bool privileged)
{
	struct noted *n;

	for (n = noted; n < noted + REQUESTS; n++)
		if (is_noted(n, name, len, privileged))
			return n;
	return NULL;
}

/* Returns what is to be unpinned. */
static struct cgroup *fill(struct noted *n, const char *name, size_t len, bool privileged,
			   const struct nfg_verdict *verdict)
{
	struct cgroup *old = n->asker.cgrp;

	memcpy(n->name, name, len);
	n->name[len] = '\0';
	n->len = len;
	if (verdict)
		nfg_behind_read(verdict, &n->asker);
	else
		nfg_asker_read(&n->asker);
	n->asker.privileged = privileged;
	/* Its end may come in a handler, and in an NMI it could not be put. */
	if (in_nmi())
		n->asker.cgrp = NULL;
	nfg_asker_pin(&n->asker);
	n->task = current->pid;
	n->task_start = current->start_time;
	n->cred = verdict && verdict->cause ? NULL : current_real_cred();
	n->thread = current->flags & PF_KTHREAD;
	n->loader = 0;
	return old;
}

/* Notes another one as the latest, under noted_lock. Returns what is to be unpinned. */
static noinline struct cgroup *note_other(const char *name, size_t len, bool privileged,
					  const struct nfg_verdict *verdict)
{
	struct noted *n = find_noted(name, len, privileged);
	struct cgroup *old = NULL;

	if (!n) {
		n = find_place();
		old = fill(n, name, len, privileged, verdict);
	}
	n->turn = latest->turn + 1;
	latest = n;
	return old;
}

/* @verdict: on the request, or NULL if there is none. */
static __always_inline void note(const char *name, size_t len, bool privileged,
				 const struct nfg_verdict *verdict)
{
	struct cgroup *old = NULL;

	nfg_lock(&noted_lock);
	if (!is_noted(latest, name, len, privileged))
		old = note_other(name, len, privileged, verdict);
	latest->when = jiffies;
	/* Who was refused before may be let through now. */
	latest->refused = !verdict || verdict->outcome == NFG_DENIED;
	raw_spin_unlock(&noted_lock);
	if (old)
		cgroup_put(old);
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

static struct task_struct *task_of(const struct noted *n)
{
	struct task_struct *task = pid_task(find_vpid(n->task), PIDTYPE_PID);

	return task && task->start_time == n->task_start ? task : NULL;
}

/*
 * Whether the task that asked still waits for what it wants, or is about to: for its
 * modprobe (call_usermodehelper_exec()) or a template (crypto_larval_wait()), in both
 * so that it can be killed. Under the RCU read lock.
 */
static bool waits(const struct noted *n)
{
	struct task_struct *task = task_of(n);
	char state;

	if (!task)
		return false;
	state = task_state_to_char(task);
	return state == 'D' ||
	       (state == 'R' && time_before(jiffies, n->when + BEFORE_WAIT));
}

/* Whether @a is more likely than @b to be what a modprobe without a match was started for. */
static bool is_likelier(const struct noted *a, const struct noted *b)
{
	bool a_waits = !a->loader && waits(a), b_waits = !b->loader && waits(b);

	if (a_waits != b_waits)
		return a_waits;
	if (!a->loader != !b->loader)
		return !a->loader;
	return a_waits ? is_later(b, a) : is_later(a, b);
}

/*
 * If several ask for one name, each gets a modprobe of its own, and these start
 * in the order in which they were asked for. So match each modprobe with the
 * first that has none yet and still waits, else with the latest that has none, else
 * with the latest.
 */
static struct noted *find_loaded(const char *name)
{
	struct noted *best = NULL, *n;

	for (n = noted; n < noted + REQUESTS; n++) {
		if (!can_be_cause(n) || n->refused || strcmp(n->name, name))
			continue;
		if (loaded_by_current(n))
			return n;
		if (!best || is_likelier(n, best))
			best = n;
	}
	if (best) {
		best->loader = task_tgid_nr(current);
		best->loader_start = current->group_leader->start_time;
	}
	return best;
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
	rcu_read_lock();
	n = find_loaded(name);
	rcu_read_unlock();
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

/* Whether the task that asked has been killed, so that it can't wait. */
static bool is_gone(const struct noted *n)
{
	struct task_struct *task = task_of(n);

	return !task || (task->flags & PF_EXITING) || fatal_signal_pending(task);
}

/* Other kernel threads ask for themselves: cryptomgr_schedule_probe() and _test(), 6.1. */
static bool asks_for_parts(void)
{
	return (current->flags & PF_KTHREAD) && strstarts(current->comm, "cryptomgr_");
}

/* For whom a kernel thread asks that could ask for either. */
static bool is_rather(const struct noted *a, const struct noted *b)
{
	if (a->asker.privileged != b->asker.privileged)
		return !a->asker.privileged;
	return is_later(a, b);
}

/**
 * nfg_cause_of_request - find the request for which the current task makes another
 * @name: what it asks for, ended by a NUL
 * @cause: filled in if there is one; the caller unpins its asker
 *
 * For a modprobe that is what it was started for. For a kernel thread of the crypto
 * core, of several that wait it is the latest unprivileged one, if there is one: nobody
 * gets past a rule because root asks for the same at that time. If none waits, it is
 * likewise one that was killed, but no longer privileged.
 *
 * Context: the request gate's probe handler. Does not sleep.
 * Return: whether there is one.
 */
bool nfg_cause_of_request(const char *name, struct nfg_request *cause)
{
	struct noted *best = NULL, *gone = NULL, *n;
	bool parts = asks_for_parts();

	nfg_lock(&noted_lock);
	rcu_read_lock();
	for (n = noted; n < noted + REQUESTS; n++) {
		if (!can_be_cause(n))
			continue;
		if (loaded_by_current(n)) {
			best = n;
			break;
		}
		if (!parts || !holds(n, name))
			continue;
		if (waits(n)) {
			if (!best || is_rather(n, best))
				best = n;
		} else if (is_gone(n) && (!gone || is_rather(n, gone))) {
			gone = n;
		}
	}
	n = best ?: gone;
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
