// SPDX-License-Identifier: GPL-2.0-only
/*
 * cause.c - finds the request that caused a load. The load gate sees only the
 * modprobe that the kernel started; only the request gate knows who asked. The
 * name links the two: the kernel passes it to modprobe as the last argument,
 * exactly as it was requested (call_modprobe()).
 */
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include "nfguard.h"

/*
 * The kernel runs no more than 50 modprobes at once (MAX_KMOD_CONCURRENT), but
 * any number of requests can wait for their turn. So a flood of allowed requests
 * can push out others whose modprobe has not started yet; their loads are then
 * reported without the request.
 */
#define REQUESTS	128

/**
 * struct passed - a request that was let through recently
 * @request: the request
 * @loader: pid of the modprobe it was matched with; 0 if none yet
 */
struct passed {
	struct nfg_request request;
	pid_t loader;
};

/* The latest ones, whether or not they still wait for their modprobe. */
static struct passed passed[REQUESTS];
static unsigned int passed_next;
static DEFINE_RAW_SPINLOCK(passed_lock);

/**
 * nfg_cause_note - remember a request that is let through
 * @name: what was asked for
 * @len: its length, at most NFG_NAME_MAX
 * @asker: who asked, read under the RCU read lock that the caller still holds
 *
 * Context: the request gate's probe handler. Does not sleep.
 */
void nfg_cause_note(const char *name, size_t len,
		    const struct nfg_asker *asker)
{
	struct nfg_asker mine = *asker, old;
	struct passed *p;
	unsigned long flags;

	nfg_asker_pin(&mine);
	raw_spin_lock_irqsave(&passed_lock, flags);
	p = &passed[passed_next++ % REQUESTS];
	old = p->request.asker;
	memcpy(p->request.name, name, len);
	p->request.name[len] = '\0';
	p->request.asker = mine;
	p->loader = 0;
	raw_spin_unlock_irqrestore(&passed_lock, flags);
	nfg_asker_unpin(&old);
}

static bool started_by_kernel(void)
{
	bool kernel;

	rcu_read_lock();
	kernel = rcu_dereference(current->real_parent)->flags & PF_KTHREAD;
	rcu_read_unlock();
	return kernel;
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

/*
 * If several ask for one name, each gets a modprobe of its own. So match each
 * modprobe with one asker: the latest that has none yet.
 */
static struct passed *find_passed(const char *name, pid_t loader)
{
	struct passed *free = NULL, *any = NULL;
	unsigned int i;

	for (i = 1; i <= REQUESTS; i++) {
		struct passed *p = &passed[(passed_next - i) % REQUESTS];

		if (strcmp(p->request.name, name))
			continue;
		if (p->loader == loader)
			return p;
		if (!p->loader && !free)
			free = p;
		if (!any)
			any = p;
	}
	if (free)
		free->loader = loader;
	return free ?: any;
}

/**
 * nfg_cause_find - find the request for which the current task loads a module
 * @cause: filled in if there is one; the caller unpins its asker
 *
 * Context: process, may sleep.
 * Return: whether there is one.
 */
bool nfg_cause_find(struct nfg_request *cause)
{
	char args[NFG_NAME_MAX + 1 + sizeof("--") + 1];
	unsigned long flags;
	const char *name;
	struct passed *p;

	if (!started_by_kernel())
		return false;
	name = requested_name(args, sizeof(args));
	if (!name || !*name)
		return false;

	raw_spin_lock_irqsave(&passed_lock, flags);
	p = find_passed(name, task_tgid_nr(current));
	if (p) {
		*cause = p->request;
		nfg_asker_pin(&cause->asker);
	}
	raw_spin_unlock_irqrestore(&passed_lock, flags);
	return p;
}

/**
 * nfg_cause_clean - forget all requests
 *
 * Context: process, once both gates are gone.
 */
void nfg_cause_clean(void)
{
	unsigned int i;

	for (i = 0; i < REQUESTS; i++)
		nfg_asker_unpin(&passed[i].request.asker);
}
