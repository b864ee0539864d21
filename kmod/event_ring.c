// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_ring.c - the latest events, as lines of text, for the two files that read
 * them: "events" ends after the last one, like tracing's trace, and "events_pipe"
 * waits for the next, like trace_pipe. Each reader has a place of its own, and
 * seq_file keeps what a small buffer has no room for.
 *
 * When the ring is full, the oldest lines of whoever has most in it go, so
 * nobody can push out the lines of another. Where lines are missing, a reader
 * gets their number.
 */
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/xarray.h>

#include "nfguard.h"

/* About 3,000 events: most lines are shorter than 350 bytes. */
#define RING_SIZE	SZ_1M

/* Uids are given in a row, so that few are counted together. */
#define OWNERS		1024

/**
 * struct line - an event in the ring
 * @owner: whose it is, modulo OWNERS
 * @size: of this
 * @read: some reader has read it
 * @text: the line, with its newline and a NUL
 */
struct line {
	u16 owner;
	u16 size;
	bool read;
	char text[];
};

/**
 * struct reader - one open of an events file
 * @next: number of the line that it expects; 0 before its first
 * @end: where it stops reading
 * @waits: it is open on the pipe
 */
struct reader {
	u64 next;
	u64 end;
	bool waits;
};

static DEFINE_XARRAY(lines);		/* by number, from 1 */
static u64 next_seq = 1;
static size_t ring_used;		/* bytes */
static u32 used_by[OWNERS];		/* of these, by owner */
static DEFINE_MUTEX(ring_lock);		/* protects all above */
static DECLARE_WAIT_QUEUE_HEAD(ring_wait);

/* Drops the oldest lines of whoever has most, until half of them are gone. */
static void make_room(void)
{
	unsigned int i, most = 0;
	unsigned long seq;
	struct line *line;
	size_t left;

	for (i = 0; i < OWNERS; i++) {
		if (used_by[i] > used_by[most])
			most = i;
	}
	left = used_by[most] / 2;
	xa_for_each(&lines, seq, line) {
		if (line->owner != most)
			continue;
		if (!line->read)
			nfg_count(NFG_EVENTS_OVERWRITTEN);
		xa_erase(&lines, seq);
		ring_used -= line->size;
		used_by[most] -= line->size;
		kfree(line);
		if (used_by[most] <= left ||
		    ring_used < RING_SIZE - RING_SIZE / 16)
			break;
	}
}

/**
 * nfg_event_keep - add an event to the ring, in place of older ones if needed
 * @event: the event
 * @text: as a line, without a newline, ended by a NUL
 *
 * Context: process, may sleep.
 */
void nfg_event_keep(const struct nfg_event *event, const char *text)
{
	u64 time = event->last;
	u32 micros = do_div(time, NSEC_PER_SEC) / NSEC_PER_USEC;
	size_t size = sizeof(struct line) + 64 + strlen(text);
	struct line *line = kmalloc(size, GFP_KERNEL);

	mutex_lock(&ring_lock);
	while (ring_used + size > RING_SIZE)
		make_room();
	if (!line ||
	    xa_err(xa_store(&lines, next_seq, line, GFP_KERNEL))) {
		nfg_count_many(NFG_EVENTS_LOST, event->count);
		kfree(line);
	} else {
		line->owner = nfg_owner(nfg_behind(event)) % OWNERS;
		line->read = false;
		line->size = size;
		snprintf(line->text, size - sizeof(*line),
			 "seq=%llu time=%llu.%06u %s\n", next_seq, time, micros,
			 text);
		ring_used += size;
		used_by[line->owner] += size;
		WRITE_ONCE(next_seq, next_seq + 1);
		nfg_count(NFG_EVENTS_RECORDED);
	}
	mutex_unlock(&ring_lock);
}

/**
 * nfg_event_ring_wake - wake the readers that wait for new events
 */
void nfg_event_ring_wake(void)
{
	wake_up_interruptible(&ring_wait);
}

/*
 * seq_file's position is the number of the line to be shown. If there are no more
 * lines where some were, the reader itself stands for those.
 */
static void *lines_find(struct seq_file *seq, loff_t *pos)
{
	struct reader *reader = seq->private;
	u64 end = min(reader->end, next_seq);
	unsigned long number = *pos;
	struct line *line;

	line = xa_find(&lines, &number, reader->end - 1, XA_PRESENT);
	if (line)
		*pos = number;
	else if (reader->next < end)
		*pos = end - 1;
	else
		*pos = end;
	return line ?: *pos < end ? (void *)reader : NULL;
}

static void *lines_start(struct seq_file *seq, loff_t *pos)
{
	mutex_lock(&ring_lock);
	return lines_find(seq, pos);
}

static void *lines_next(struct seq_file *seq, void *line, loff_t *pos)
{
	struct reader *reader = seq->private;

	reader->next = ++*pos;
	return lines_find(seq, pos);
}

static void lines_stop(struct seq_file *seq, void *line)
{
	mutex_unlock(&ring_lock);
}

static int lines_show(struct seq_file *seq, void *v)
{
	struct reader *reader = seq->private;
	u64 missing = seq->index + (v == reader) - reader->next;
	struct line *line = v;

	if (missing)
		seq_printf(seq, NFG_WORD_LOST "%llu\n", missing);
	if (v == reader)
		return 0;
	seq_puts(seq, line->text);
	line->read = true;
	return 0;
}

static const struct seq_operations lines_ops = {
	.start = lines_start,
	.next = lines_next,
	.stop = lines_stop,
	.show = lines_show,
};

/* Takes no lock: it is the condition of a wait, which must not sleep. */
static bool line_waits(const struct seq_file *seq)
{
	const struct reader *reader = seq->private;

	return READ_ONCE(seq->index) < min(reader->end, READ_ONCE(next_seq));
}

/**
 * nfg_event_ring_read - read lines; of the pipe, wait for one
 * @file: opened by nfg_event_ring_open()
 * @buf: as for read(2)
 * @size: of @buf
 * @pos: seq_file's, in bytes
 *
 * Return: how many bytes, 0 at the end, or a negative errno.
 */
ssize_t nfg_event_ring_read(struct file *file, char __user *buf, size_t size,
			    loff_t *pos)
{
	struct seq_file *seq = file->private_data;
	struct reader *reader = seq->private;
	ssize_t got;

	for (;;) {
		got = seq_read(file, buf, size, pos);
		if (got || !size || !reader->waits)
			return got;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(ring_wait, line_waits(seq)))
			return -ERESTARTSYS;
	}
}

/**
 * nfg_event_ring_poll - whether a read would wait
 * @file: opened by nfg_event_ring_open()
 * @table: as for poll(2)
 *
 * Return: EPOLLIN | EPOLLRDNORM, or 0 if a read would wait.
 */
__poll_t nfg_event_ring_poll(struct file *file, poll_table *table)
{
	struct seq_file *seq = file->private_data;
	struct reader *reader = seq->private;

	poll_wait(file, &ring_wait, table);
	return !reader->waits || READ_ONCE(seq->count) || line_waits(seq) ?
	       EPOLLIN | EPOLLRDNORM : 0;
}

/**
 * nfg_event_ring_open - begin to read at the oldest line
 * @file: the file
 * @waits: it waits for new lines, rather than end after the last one
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int nfg_event_ring_open(struct file *file, bool waits)
{
	struct reader *reader = __seq_open_private(file, &lines_ops,
						   sizeof(*reader));
	unsigned long first = 0;

	if (!reader)
		return -ENOMEM;
	reader->waits = waits;
	mutex_lock(&ring_lock);
	reader->end = waits ? U64_MAX : next_seq;
	reader->next = xa_find(&lines, &first, ULONG_MAX, XA_PRESENT) ?
		       first : next_seq;
	mutex_unlock(&ring_lock);
	return nonseekable_open(file_inode(file), file);
}

/**
 * nfg_event_ring_clean - free the lines, once the files are gone
 */
void nfg_event_ring_clean(void)
{
	unsigned long seq;
	struct line *line;

	xa_for_each(&lines, seq, line)
		kfree(line);
	xa_destroy(&lines);
}
