// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs.c - /sys/kernel/debug/nfguard: read-only files. They have mode 0400 and
 * no write, ioctl or mmap, so that lockdown leaves them readable
 * (debugfs_locked_down(), fs/debugfs/file.c). The guard works the same without
 * debugfs, so errors here are ignored.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "nfguard.h"

static struct dentry *dir;

static int counters_show(struct seq_file *seq, void *unused)
{
	static const char *const keys[] = { NFG_COUNTERS(NFG_COUNTER_KEY) };
	int i;

	for (i = 0; i < NFG_N_COUNTERS; i++) {
		u64 value = i == NFG_KPROBE_MISSED ? nfg_request_gate_missed() :
						     nfg_counter_sum(i);

		seq_printf(seq, "%s %llu\n", keys[i], value);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static void show_rule(struct seq_file *seq, const struct nfg_policy *policy,
		      u32 number)
{
	const struct nfg_rule *rule = &policy->rules[number];
	char text[NFG_ESCAPED_SIZE(NFG_RULE_MAX)];
	char name[NFG_ESCAPED_SIZE(NFG_NAME_MAX)];
	char comm[NFG_ESCAPED_SIZE(TASK_COMM_LEN)];
	struct nfg_rule_counts counts;
	struct nfg_hit last;
	u32 millis;

	nfg_rule_stats_read(policy, number, &counts, &last);
	millis = do_div(last.when, NSEC_PER_SEC) / NSEC_PER_MSEC;
	nfg_escape(text, rule->text, rule->len, true);
	nfg_escape(name, last.name, last.name_len, false);
	nfg_escape_comm(comm, last.comm);
	seq_printf(seq, "rule=%u request_denied=%llu request_would_deny=%llu",
		   number, counts.denied[NFG_REQUEST_GATE],
		   counts.would_deny[NFG_REQUEST_GATE]);
	seq_printf(seq, " load_denied=%llu load_would_deny=%llu",
		   counts.denied[NFG_LOAD_GATE],
		   counts.would_deny[NFG_LOAD_GATE]);
	seq_printf(seq, " last=%llu.%03u name=%s pid=%d comm=%s uid=%u text=\"%s\"\n",
		   last.when, millis, last.name_len ? name : "-", last.pid,
		   comm, last.uid, text);
}

static int rules_show(struct seq_file *seq, void *unused)
{
	const struct nfg_policy *policy = nfg_policy_lock();
	u32 i;

	for (i = 0; i < policy->n_rules; i++)
		show_rule(seq, policy, i);
	nfg_policy_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(rules);

/* A reader misses nothing that has happened before. */
static int events_open(struct inode *inode, struct file *file)
{
	nfg_events_tell(true);
	return nfg_event_ring_open(file, inode->i_private);
}

/*
 * For both files; the pipe's inode has private data.
 *
 * The owner: an open file keeps the module from being removed. debugfs alone
 * would let it go, and a task in poll() would be left waiting on freed memory.
 */
static const struct file_operations events_fops = {
	.owner = THIS_MODULE,
	.open = events_open,
	.release = seq_release_private,
	.read = nfg_event_ring_read,
	.poll = nfg_event_ring_poll,
};

/**
 * nfg_debugfs_init - create the files
 */
void nfg_debugfs_init(void)
{
	dir = debugfs_create_dir(NFG_DEBUGFS_DIR, NULL);
	debugfs_create_file(NFG_COUNTERS_FILE, 0400, dir, NULL,
			    &counters_fops);
	debugfs_create_file(NFG_RULES_FILE, 0400, dir, NULL, &rules_fops);
	debugfs_create_file(NFG_EVENTS_FILE, 0400, dir, NULL,
			    &events_fops);
	/* Non-NULL private data marks the blocking file. */
	debugfs_create_file(NFG_EVENTS_PIPE_FILE, 0400, dir, &dir,
			    &events_fops);
}

/**
 * nfg_debugfs_clean - remove the files, and wait for calls in progress
 */
void nfg_debugfs_clean(void)
{
	debugfs_remove(dir);
}
