// SPDX-License-Identifier: GPL-2.0-only
/*
 * req.c - the module nfguard_req, which requests modules from within the kernel: with
 * one of the formats that the kernel's source has for that, with a name that a test
 * chooses, or in storms of requests, whose answers it counts.
 *
 * Each write(2) to /proc/nfguard_req is one command:
 *
 *	case N				request with format N of the list, from 0
 *	ask NAME			request NAME
 *	each RETURN NAME...		request each NAME until one gets another RETURN, which
 *					is then the last one, and ERANGE the write's error
 *	price				request net-pf-5 some 10,000 times
 *	many COUNT NAME			request NAME-0, NAME-1 and so on
 *	wide				request with a format of 40 values
 *	storm TASKS COUNT NAME [NAME2]	request NAME COUNT times in each task; wait
 *	start TASKS NAME [NAME2]	request NAME in each task until "stop"
 *	stop
 *	hold				be on a processor as the request gate's handler is,
 *					which keeps a grace period from ending, until
 *	release
 *
 * Every second task requests NAME2 instead, if it is given. The file reads:
 *
 *	last RETURN			what the last case, ask or each got
 *	price NANOSECONDS		the least that one of these took; where the clock counts
 *					instructions, as QEMU's -icount has it, nothing else
 *	storm EPERM ENOENT OTHER	how many requests of a storm got what
 *	hold 1				or 0: whether one is
 *	case N WHERE			the list of formats
 */
#include <linux/atomic.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "req_formats.h"

static int last;

/* --- storms -------------------------------------------------------------- */

#define TASKS_MAX	16

struct task {
	struct work_struct work;
	const char *name;
};

static struct task tasks[TASKS_MAX];
static struct workqueue_struct *workers;
static char storm_names[2][64];
static unsigned long storm_count;
static bool storm_stop;
static atomic64_t got_eperm, got_enoent, got_other;

static void ask_on(struct work_struct *work)
{
	const struct task *task = container_of(work, struct task, work);
	unsigned long i;

	for (i = 0; i < storm_count && !READ_ONCE(storm_stop); i++) {
		int ret = request_module("%s", task->name);

		if (ret == -EPERM)
			atomic64_inc(&got_eperm);
		else if (ret == -ENOENT)
			atomic64_inc(&got_enoent);
		else
			atomic64_inc(&got_other);
		/* Not cond_resched(): rmmod waits for a sign of life. */
		cond_resched_tasks_rcu_qs();
	}
}

static int storm_start(unsigned int n, unsigned long count, const char *name,
		       const char *name2)
{
	unsigned int i;

	if (!n || n > TASKS_MAX)
		return -EINVAL;
	flush_workqueue(workers);
	strscpy(storm_names[0], name, sizeof(storm_names[0]));
	strscpy(storm_names[1], name2, sizeof(storm_names[1]));
	storm_count = count;
	WRITE_ONCE(storm_stop, false);
	atomic64_set(&got_eperm, 0);
	atomic64_set(&got_enoent, 0);
	atomic64_set(&got_other, 0);
	for (i = 0; i < n; i++) {
		tasks[i].name = storm_names[i % 2];
		queue_work(workers, &tasks[i].work);
	}
	return 0;
}

static void storm_end(void)
{
	WRITE_ONCE(storm_stop, true);
	flush_workqueue(workers);
}

/* --- a reader that stays --------------------------------------------------- */

/* Less than what the kernel takes for a stall. */
#define HOLD_MAX	(10ULL * NSEC_PER_SEC)

static bool hold_on, holding;

static void hold(struct work_struct *work)
{
	u64 end = ktime_get_ns() + HOLD_MAX;

	rcu_read_lock_sched();
	WRITE_ONCE(holding, true);
	while (READ_ONCE(hold_on) && ktime_get_ns() < end)
		cpu_relax();
	WRITE_ONCE(holding, false);
	rcu_read_unlock_sched();
}

static DECLARE_WORK(hold_work, hold);

static void hold_begin(void)
{
	flush_work(&hold_work);
	WRITE_ONCE(hold_on, true);
	queue_work(workers, &hold_work);
}

static void hold_end(void)
{
	WRITE_ONCE(hold_on, false);
	flush_work(&hold_work);
}

/* --- the file ------------------------------------------------------------ */

#define TEN_FORMATS	"%d%d%d%d%d%d%d%d%d%d"

static DEFINE_MUTEX(command_lock);

/* --- what a request costs ---------------------------------------------------- */

#define BATCH	50
#define BATCHES	200

static u64 price;

/* Interrupts and what they start only add to it: so it is the least of many. */
static void find_price(void)
{
	unsigned int batch, i;

	price = U64_MAX;
	for (batch = 0; batch < BATCHES; batch++) {
		u64 begun = ktime_get_ns();

		for (i = 0; i < BATCH; i++)
			last = request_module("net-pf-%d", 5);
		price = min(price, ktime_get_ns() - begun);
		cond_resched_tasks_rcu_qs();
	}
	price /= BATCH;
}

static int ask_each(int wanted, char *names)
{
	char *name;

	while ((name = strsep(&names, "\n "))) {
		if (!*name)
			continue;
		last = request_module("%s", name);
		if (last != wanted) {
			pr_info("%s got %d\n", name, last);
			return -ERANGE;
		}
	}
	return 0;
}

static void ask_wide(void)
{
	last = request_module("wide-" TEN_FORMATS TEN_FORMATS TEN_FORMATS
			      TEN_FORMATS, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0,
			      1, 2, 3, 4, 5, 6, 7, 8, 9, 0,
			      1, 2, 3, 4, 5, 6, 7, 8, 9, 0,
			      1, 2, 3, 4, 5, 6, 7, 8, 9, 0);
}

static int command_of_a_word(const char *text)
{
	static const struct {
		const char *word;
		void (*act)(void);
	} commands[] = {
		{ "price", find_price }, { "wide", ask_wide }, { "stop", storm_end },
		{ "hold", hold_begin }, { "release", hold_end },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strncmp(text, commands[i].word, strlen(commands[i].word))) {
			commands[i].act();
			return 0;
		}
	}
	return -EINVAL;
}

static int command(char *text)
{
	char name[64], name2[64];
	struct walk walk = {};
	unsigned long count;
	unsigned int n;
	int err, words, wanted, at;

	if (sscanf(text, "case %u", &walk.wanted) == 1) {
		last = issue_format(&walk);
		return last == NOT_HERE ? -ERANGE : 0;
	}
	if (sscanf(text, "ask %63s", name) == 1) {
		last = request_module("%s", name);
		return 0;
	}
	if (sscanf(text, "each %d %n", &wanted, &at) == 1)
		return ask_each(wanted, text + at);
	if (sscanf(text, "many %lu %63s", &count, name) == 2) {
		while (count--)
			last = request_module("%s-%lu", name, count);
		return 0;
	}
	words = sscanf(text, "storm %u %lu %63s %63s", &n, &count, name, name2);
	if (words >= 3) {
		err = storm_start(n, count, name, words > 3 ? name2 : name);
		flush_workqueue(workers);
		return err;
	}
	words = sscanf(text, "start %u %63s %63s", &n, name, name2);
	if (words >= 2)
		return storm_start(n, ULONG_MAX, name,
				   words > 2 ? name2 : name);
	return command_of_a_word(text);
}

static ssize_t req_write(struct file *file, const char __user *buf, size_t len,
			 loff_t *pos)
{
	char *text;
	int err;

	if (len > PAGE_SIZE)
		return -EINVAL;
	text = memdup_user_nul(buf, len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	mutex_lock(&command_lock);
	err = command(text);
	mutex_unlock(&command_lock);
	kfree(text);
	return err ?: len;
}

static int req_show(struct seq_file *seq, void *unused)
{
	struct walk walk = { .list = seq };

	seq_printf(seq, "last %d\n", last);
	seq_printf(seq, "storm %lld %lld %lld\n", atomic64_read(&got_eperm),
		   atomic64_read(&got_enoent), atomic64_read(&got_other));
	seq_printf(seq, "price %llu\n", price);
	seq_printf(seq, "hold %d\n", READ_ONCE(holding));
	issue_format(&walk);
	return 0;
}

static int req_open(struct inode *inode, struct file *file)
{
	return single_open(file, req_show, NULL);
}

static const struct proc_ops req_ops = {
	.proc_open = req_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = req_write,
};

static int __init req_init(void)
{
	int i;

	workers = alloc_workqueue("nfguard_req", WQ_UNBOUND, TASKS_MAX);
	if (!workers)
		return -ENOMEM;
	for (i = 0; i < TASKS_MAX; i++)
		INIT_WORK(&tasks[i].work, ask_on);
	if (!proc_create("nfguard_req", 0600, NULL, &req_ops)) {
		destroy_workqueue(workers);
		return -ENOMEM;
	}
	return 0;
}

static void __exit req_exit(void)
{
	remove_proc_entry("nfguard_req", NULL);
	storm_end();
	hold_end();
	destroy_workqueue(workers);
}

module_init(req_init);
module_exit(req_exit);

MODULE_DESCRIPTION("Makes the kernel request modules, for a test");
MODULE_LICENSE("GPL");
