// SPDX-License-Identifier: GPL-2.0-only
/*
 * procfs.c - /proc/nfguard: control and status. abi.h documents the files.
 * procfs removes them safely even while they are open.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/ratelimit.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "nfguard.h"

static struct proc_dir_entry *dir;

/*
 * Counts and logs a refused write, or a refused open for writing, and returns
 * @err. Without a reason it was not refused: the text could not be read.
 */
static int refused(const char *file, int err, const struct nfg_refusal *why)
{
	/* Only those who lack the capability could flood the log. */
	static DEFINE_RATELIMIT_STATE(rate, 5 * HZ, 10);
	char who[NFG_ASKER_SIZE];
	struct nfg_asker asker;

	if (!why->reason)
		return err;
	nfg_count(NFG_WRITES_REFUSED);
	if (err == -EPERM && !__ratelimit(&rate))
		return err;
	nfg_asker_read(&asker);
	nfg_asker_format(&asker, who);
	pr_warn("refuse %s error=%pe line=%u reason=\"%s\" %s\n",
		file, ERR_PTR(err), why->line, why->reason, who);
	return err;
}

/*
 * Both the opener and the writer need the capability in the initial user
 * namespace. So it is no use to hand a descriptor to a setuid program, or to keep
 * one when dropping the capability.
 */
static int may_write(struct file *file, struct nfg_refusal *why)
{
	if (file_ns_capable(file, &init_user_ns, CAP_MAC_ADMIN) &&
	    capable(CAP_MAC_ADMIN))
		return 0;
	return nfg_refuse(why, -EPERM,
			  "no CAP_MAC_ADMIN in the initial user namespace");
}

static int may_open(struct file *file, const char *name)
{
	struct nfg_refusal why = {};
	int err = 0;

	if (file->f_mode & FMODE_WRITE)
		err = may_write(file, &why);
	return err ? refused(name, err, &why) : 0;
}

static int check_write(struct file *file, const char *name, loff_t pos,
		       struct nfg_refusal *why)
{
	int err = may_write(file, why);

	if (err)
		return err;
	if (nfg_locked() && strcmp(name, NFG_LOCK_FILE))
		return nfg_refuse(why, -EROFS, "locked until reboot");
	if (pos)
		return nfg_refuse(why, -ESPIPE, "write not at offset 0");
	return 0;
}

/*
 * Copies the text of one write(2), and adds a NUL. A text must come in one write.
 * The caller frees @text, after an error too.
 */
static int take_text(const char __user *buf, size_t len, size_t max,
		     char **text, struct nfg_refusal *why)
{
	if (len > max)
		return nfg_refuse(why, -EFBIG, "text too long");
	*text = nfg_zalloc(len + 1, 1);
	if (!*text)
		return nfg_refuse(why, -ENOMEM, "out of memory");
	if (copy_from_user(*text, buf, len))
		return -EFAULT;
	return 0;
}

/* --- policy ------------------------------------------------------------ */

/* The token is what the next text must have; the rest is as it was written. */
static int policy_show(struct seq_file *seq, void *unused)
{
	const struct nfg_policy *policy = seq->private;

	seq_printf(seq, "%s %d %s%s %s%u\n", NFG_WORD_POLICY, NFG_FORMAT,
		   NFG_WORD_TOKEN, policy->next_token, NFG_WORD_ENTRIES,
		   policy->n_names + policy->n_patterns);
	seq_write(seq, policy->body, policy->body_len);
	return 0;
}

/* Pins the policy, so that a read in pieces never mixes two. */
static int policy_open(struct inode *inode, struct file *file)
{
	const struct nfg_policy *policy;
	int err = may_open(file, NFG_POLICY_FILE);

	if (err)
		return err;
	policy = nfg_policy_get();
	err = single_open(file, policy_show, (void *)policy);
	if (err) {
		nfg_policy_put(policy);
		return err;
	}
	/* Or pwrite() fails before it comes to policy_write() (seq_open()). */
	file->f_mode |= FMODE_PWRITE;
	return 0;
}

static int policy_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;

	nfg_policy_put(seq->private);
	return single_release(inode, file);
}

static ssize_t policy_write(struct file *file, const char __user *buf,
			    size_t len, loff_t *pos)
{
	struct nfg_refusal why = {};
	char *text = NULL;
	int err;

	err = check_write(file, NFG_POLICY_FILE, *pos, &why) ?:
	      take_text(buf, len, NFG_TEXT_MAX, &text, &why) ?:
	      nfg_policy_replace(text, len, &why);
	if (err) {
		kvfree(text);
		return refused(NFG_POLICY_FILE, err, &why);
	}
	*pos += len;
	return len;
}

static const struct proc_ops policy_ops = {
	.proc_open = policy_open,
	.proc_release = policy_release,
	.proc_read = seq_read,
	.proc_write = policy_write,
	.proc_lseek = seq_lseek,
};

/* --- mode, record and lock: a word each ---------------------------------- */

static int word_show(struct seq_file *seq, void *unused)
{
	seq_printf(seq, "%s\n", nfg_setting_word(seq->private));
	return 0;
}

/* What does not hold when it is locked does not hold until reboot. */
static int all_hold(struct nfg_refusal *why)
{
	if (nfg_load_gate_check())
		return nfg_refuse(why, -ENODEV, "the load gate is missing");
	if (nfg_request_gate_check())
		return nfg_refuse(why, -ENODEV, "the request gate is degraded");
	if (nfg_ftrace_pin_check())
		return nfg_refuse(why, -ENODEV, "the ftrace pin is missing");
	return 0;
}

static int lock_store(struct nfg_setting *lock, const char *word,
		      struct nfg_refusal *why)
{
	int err = 0;

	if (!strcmp(word, "1"))
		err = nfg_locked() ? 0 : all_hold(why);
	else if (strcmp(word, NFG_WORD_DEGRADED))
		err = nfg_refuse(why, -EINVAL, lock->expected);
	return err ?: nfg_setting_set(lock, "1", why);
}

static int word_open(struct inode *inode, struct file *file)
{
	struct nfg_setting *setting = pde_data(inode);

	return may_open(file, setting->name) ?:
	       single_open(file, word_show, setting);
}

static int store_word(struct nfg_setting *setting, char *word, size_t len,
		      struct nfg_refusal *why)
{
	if (len && word[len - 1] == '\n')
		word[--len] = '\0';
	if (!len)
		return nfg_refuse(why, -EBADMSG, "empty text");
	if (!nfg_printable(word, len))
		return nfg_refuse(why, -EILSEQ, "byte outside printable ASCII");
	if (setting == &nfg_settings[NFG_LOCK])
		return lock_store(setting, word, why);
	return nfg_setting_set(setting, word, why);
}

static ssize_t word_write(struct file *file, const char __user *buf,
			  size_t len, loff_t *pos)
{
	struct nfg_setting *setting = pde_data(file_inode(file));
	struct nfg_refusal why = {};
	char *word = NULL;
	int err;

	/* 64 bytes are more than any of the words has. */
	err = check_write(file, setting->name, *pos, &why) ?:
	      take_text(buf, len, 64, &word, &why) ?:
	      store_word(setting, word, len, &why);
	kvfree(word);
	if (err)
		return refused(setting->name, err, &why);
	*pos += len;
	return len;
}

static const struct proc_ops word_ops = {
	.proc_open = word_open,
	.proc_release = single_release,
	.proc_read = seq_read,
	.proc_write = word_write,
	.proc_lseek = seq_lseek,
};

/* --- status -------------------------------------------------------------- */

static void show_gate(struct seq_file *seq, const char *key, const char *good,
		      const char *bad, int err)
{
	if (err)
		seq_printf(seq, "%s %s %pe\n", key, bad, ERR_PTR(err));
	else
		seq_printf(seq, "%s %s\n", key, good);
}

static void show_policy(struct seq_file *seq)
{
	const struct nfg_policy *policy = nfg_policy_get();

	seq_printf(seq, "%s %s\n", NFG_KEY_TOKEN, policy->next_token);
	seq_printf(seq, "%s %llu\n", NFG_KEY_GENERATION, policy->generation);
	seq_printf(seq, "%s %32phN\n", NFG_KEY_SHA256, policy->sha256);
	seq_printf(seq, "%s %s\n", NFG_KEY_DEFAULT,
		   policy->default_verdict == NFG_DENY ? NFG_WORD_DENY :
							 NFG_WORD_ALLOW);
	seq_printf(seq, "%s %u\n", NFG_KEY_RULES, policy->n_rules - 1);
	seq_printf(seq, "%s %u\n", NFG_KEY_NAMES, policy->n_names);
	seq_printf(seq, "%s %u\n", NFG_KEY_PATTERNS, policy->n_patterns);
	nfg_policy_put(policy);
}

static int status_show(struct seq_file *seq, void *unused)
{
	int request, pin, load;

	seq_printf(seq, "%s %s\n", NFG_KEY_VERSION, NFG_VERSION);
	if (nfg_off) {
		seq_printf(seq, "%s %s\n", NFG_KEY_STATE, NFG_WORD_OFF);
		return 0;
	}

	request = nfg_request_gate_check();
	pin = nfg_ftrace_pin_check();
	load = nfg_load_gate_check();
	seq_printf(seq, "%s %s\n", NFG_KEY_STATE,
		   request || pin || load ? NFG_WORD_DEGRADED :
					    NFG_WORD_GUARDING);
	seq_printf(seq, "%s %s\n", NFG_KEY_MODE,
		   nfg_setting_word(&nfg_settings[NFG_MODE]));
	seq_printf(seq, "%s %d\n", NFG_KEY_LOCKED, nfg_locked());
	seq_printf(seq, "%s %s\n", NFG_KEY_RECORD,
		   nfg_setting_word(&nfg_settings[NFG_RECORD]));
	show_policy(seq);
	show_gate(seq, NFG_KEY_REQUEST_GATE, NFG_WORD_ARMED, NFG_WORD_DEGRADED,
		  request);
	show_gate(seq, NFG_KEY_FTRACE_PIN,
		  nfg_ftrace_pin_needed() ? NFG_WORD_HELD : NFG_WORD_UNNEEDED,
		  NFG_WORD_MISSING, pin);
	show_gate(seq, NFG_KEY_LOAD_GATE, NFG_WORD_REGISTERED,
		  NFG_WORD_MISSING, load);
	nfg_load_gate_show(seq);
	return 0;
}

/* --- the directory ------------------------------------------------------- */

/**
 * nfg_procfs_init - create the files; for an inert guard, only status
 *
 * Context: process, once everything that the files use is ready.
 * Return: 0, or -ENOMEM with nothing left behind.
 */
int nfg_procfs_init(void)
{
	struct nfg_setting *setting;

	dir = proc_mkdir(NFG_PROC_DIR, NULL);
	if (!dir)
		return -ENOMEM;
	if (!proc_create_single(NFG_STATUS_FILE, 0444, dir, status_show))
		goto remove;
	if (nfg_off)
		return 0;
	if (!proc_create(NFG_POLICY_FILE, 0600, dir, &policy_ops))
		goto remove;
	for (setting = nfg_settings; setting < nfg_settings + NFG_SETTINGS;
	     setting++) {
		if (!proc_create_data(setting->name, 0644, dir, &word_ops,
				      setting))
			goto remove;
	}
	return 0;

remove:
	proc_remove(dir);
	return -ENOMEM;
}

/**
 * nfg_procfs_clean - remove the files
 *
 * Waits for calls in progress. Files that are still open are released here, and
 * answer ENOENT or EIO from then on (close_pdeo(), fs/proc/inode.c).
 *
 * Context: process, may sleep.
 */
void nfg_procfs_clean(void)
{
	proc_remove(dir);
}
