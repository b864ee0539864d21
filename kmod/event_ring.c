// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_ring.c - the latest events, as lines of text, and the two files that
 * read them: "events" ends after the last one, like tracing's trace, and
 * "events_pipe" waits for the next, like trace_pipe. Each reader has a place of
 * its own. A read with a small buffer returns part of a line, and the next read
 * the rest: a line once begun is never lost. In place of lines that were
 * overwritten before it came to them, a reader gets their number.
 */
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "nfguard.h"

/* About 3,000 events: most lines are shorter than 350 bytes. */
#define RING_SIZE	SZ_1M

/*
 * Each line follows its length, a u16. A place is a count of all bytes written
 * so far, so places only grow; the ring holds those in [tail, head).
 */
static char *ring;
static u64 ring_tail, ring_head;
static u64 tail_seq = 1, head_seq = 1;	/* numbers of the lines there */
static u64 ring_read;			/* some reader has read all before it */
static DEFINE_MUTEX(ring_lock);
static DECLARE_WAIT_QUEUE_HEAD(ring_wait);

static void ring_put(const void *from, size_t len)
{
	size_t at = ring_head % RING_SIZE;
	size_t part = min_t(size_t, len, RING_SIZE - at);

	memcpy(ring + at, from, part);
	memcpy(ring, from + part, len - part);
	WRITE_ONCE(ring_head, ring_head + len);
}

static void ring_get(void *to, u64 place, size_t len)
{
	size_t at = place % RING_SIZE;
	size_t part = min_t(size_t, len, RING_SIZE - at);

	memcpy(to, ring + at, part);
	memcpy(to + part, ring, len - part);
}

static void drop_oldest(void)
{
	u16 len;

	if (ring_tail >= ring_read)
		nfg_count(NFG_EVENTS_OVERWRITTEN);
	ring_get(&len, ring_tail, sizeof(len));
	ring_tail += sizeof(len) + len;
	tail_seq++;
}

/**
 * nfg_event_keep - add an event to the ring, overwriting the oldest if needed
 * @time: nanoseconds since 1970
 * @text: the event, without a newline
 * @len: its length, at most NFG_EVENT_LINE_MAX - 64
 *
 * Context: process, may sleep.
 */
void nfg_event_keep(u64 time, const char *text, size_t len)
{
	char head[64];
	u32 micros = do_div(time, NSEC_PER_SEC) / NSEC_PER_USEC;
	size_t head_len;
	u16 line_len;

	mutex_lock(&ring_lock);
	head_len = scnprintf(head, sizeof(head), "seq=%llu time=%llu.%06u ",
			     head_seq, time, micros);
	line_len = head_len + len + 1;
	while (ring_head + sizeof(line_len) + line_len - ring_tail > RING_SIZE)
		drop_oldest();
	ring_put(&line_len, sizeof(line_len));
	ring_put(head, head_len);
	ring_put(text, len);
	ring_put("\n", 1);
	head_seq++;
	mutex_unlock(&ring_lock);
	nfg_count(NFG_EVENTS_RECORDED);
}

/**
 * nfg_event_ring_wake - wake the readers that wait for new events
 */
void nfg_event_ring_wake(void)
{
	wake_up_interruptible(&ring_wait);
}

/**
 * struct reader - one open of an events file
 * @lock: serialises tasks that share the open file
 * @waits: it is open on the pipe
 * @place: where its next line begins
 * @seq: that line's number
 * @end: where it stops reading
 * @used: how much of @line has been read
 * @len: length of @line
 * @line: the line being read
 */
struct reader {
	struct mutex lock;	/* protects all below */
	bool waits;
	u64 place;
	u64 seq;
	u64 end;
	size_t used;
	size_t len;
	char line[NFG_EVENT_LINE_MAX];
};

/* Takes no lock: it is the condition of a wait, which must not sleep. */
static bool line_waits(const struct reader *reader)
{
	return READ_ONCE(reader->place) < min(reader->end,
					      READ_ONCE(ring_head));
}

/* Fetches the next line; returns false if there is none. */
static bool next_line(struct reader *reader)
{
	u16 len;

	reader->used = 0;
	reader->len = 0;
	mutex_lock(&ring_lock);
	if (reader->place < ring_tail) {
		reader->len = scnprintf(reader->line, sizeof(reader->line),
					NFG_WORD_LOST "%llu\n",
					tail_seq - reader->seq);
		WRITE_ONCE(reader->place, ring_tail);
		reader->seq = tail_seq;
	} else if (reader->place < min(reader->end, ring_head)) {
		ring_get(&len, reader->place, sizeof(len));
		ring_get(reader->line, reader->place + sizeof(len), len);
		reader->len = len;
		WRITE_ONCE(reader->place, reader->place + sizeof(len) + len);
		reader->seq++;
		ring_read = max(ring_read, reader->place);
	}
	mutex_unlock(&ring_lock);
	return reader->len;
}

static ssize_t take(struct reader *reader, char __user *buf, size_t size)
{
	size_t got = 0, part;

	while (got < size) {
		if (reader->used == reader->len && !next_line(reader))
			break;
		part = min(size - got, reader->len - reader->used);
		if (copy_to_user(buf + got, reader->line + reader->used, part))
			return got ?: -EFAULT;
		reader->used += part;
		got += part;
	}
	return got;
}

static ssize_t events_read(struct file *file, char __user *buf, size_t size,
			   loff_t *pos)
{
	struct reader *reader = file->private_data;
	ssize_t got;

	if (!size)
		return 0;
	for (;;) {
		if (mutex_lock_interruptible(&reader->lock))
			return -ERESTARTSYS;
		got = take(reader, buf, size);
		mutex_unlock(&reader->lock);
		if (got || !reader->waits)
			return got;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(ring_wait, line_waits(reader)))
			return -ERESTARTSYS;
	}
}

static __poll_t events_poll(struct file *file, poll_table *table)
{
	struct reader *reader = file->private_data;
	bool some;

	poll_wait(file, &ring_wait, table);
	mutex_lock(&reader->lock);
	some = reader->used < reader->len || line_waits(reader);
	mutex_unlock(&reader->lock);
	return some || !reader->waits ? EPOLLIN | EPOLLRDNORM : 0;
}

static int events_open(struct inode *inode, struct file *file)
{
	bool waits = inode->i_private;
	struct reader *reader = kzalloc(sizeof(*reader), GFP_KERNEL_ACCOUNT);

	if (!reader)
		return -ENOMEM;
	mutex_init(&reader->lock);
	reader->waits = waits;
	mutex_lock(&ring_lock);
	reader->place = ring_tail;
	reader->seq = tail_seq;
	reader->end = waits ? U64_MAX : ring_head;
	mutex_unlock(&ring_lock);
	file->private_data = reader;
	return stream_open(inode, file);
}

static int events_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

/*
 * For both files; the pipe's inode has private data.
 *
 * The owner: an open file keeps the module from being removed. debugfs alone
 * would let it go, and a task in poll() would be left waiting on freed memory.
 */
const struct file_operations nfg_events_fops = {
	.owner = THIS_MODULE,
	.open = events_open,
	.release = events_release,
	.read = events_read,
	.poll = events_poll,
};

/**
 * nfg_event_ring_init - allocate the ring
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int nfg_event_ring_init(void)
{
	ring = kvmalloc(RING_SIZE, GFP_KERNEL);
	return ring ? 0 : -ENOMEM;
}

/**
 * nfg_event_ring_clean - free it, once the files are gone
 */
void nfg_event_ring_clean(void)
{
	kvfree(ring);
}
