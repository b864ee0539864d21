// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfguard_glob.c - the kernel's glob_match(), for a test to call.
 *
 * The first write(2) to /proc/nfguard_glob is a list of names, one a line; each further
 * one is a pattern, after '?'. A read gives the numbers of the lines, from 0, that the
 * last pattern matches.
 */
#include <linux/glob.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define LIST_MAX	SZ_1M

static DEFINE_MUTEX(lock);
static char *names;
static char *pattern;

/* Replaces @which by @text, and frees what was there before. */
static void replace(char **which, char *text)
{
	mutex_lock(&lock);
	kvfree(*which);
	*which = text;
	mutex_unlock(&lock);
}

static ssize_t glob_write(struct file *file, const char __user *buf, size_t len,
			  loff_t *pos)
{
	char *text;

	if (!len || len > LIST_MAX)
		return -EINVAL;
	text = kvmalloc(len + 1, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (copy_from_user(text, buf, len)) {
		kvfree(text);
		return -EFAULT;
	}
	text[len] = '\0';
	if (*text != '?') {
		replace(&names, text);
		return len;
	}
	memmove(text, text + 1, len);
	text[strcspn(text, "\n")] = '\0';
	replace(&pattern, text);
	return len;
}

static void show_matches(struct seq_file *seq)
{
	unsigned int line = 0;
	char name[256];
	const char *p;
	size_t len;

	for (p = names; *p; p += len + !!p[len], line++) {
		len = strcspn(p, "\n");
		if (len >= sizeof(name))
			continue;
		memcpy(name, p, len);
		name[len] = '\0';
		if (glob_match(pattern, name))
			seq_printf(seq, "%u\n", line);
	}
}

static int glob_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&lock);
	if (names && pattern)
		show_matches(seq);
	mutex_unlock(&lock);
	return 0;
}

static int glob_open(struct inode *inode, struct file *file)
{
	return single_open(file, glob_show, NULL);
}

static const struct proc_ops glob_ops = {
	.proc_open = glob_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = glob_write,
};

static int __init glob_init(void)
{
	return proc_create("nfguard_glob", 0600, NULL, &glob_ops) ? 0 : -ENOMEM;
}

static void __exit glob_exit(void)
{
	remove_proc_entry("nfguard_glob", NULL);
	kvfree(names);
	kvfree(pattern);
}

module_init(glob_init);
module_exit(glob_exit);

MODULE_DESCRIPTION("The kernel's glob_match(), for a test to call");
MODULE_LICENSE("GPL");
