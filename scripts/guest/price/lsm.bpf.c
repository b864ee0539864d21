// SPDX-License-Identifier: GPL-2.0-only
/*
 * lsm.bpf.c - denies modules as a BPF LSM does, with a hash map of names. What it does
 * besides is chosen before it is loaded: count, as nfguard's counters do, and tell of each
 * denial through a ring buffer.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define NAME_MAX	56

struct event {
	__u64 time;
	__u64 pid;
	__u64 uid;
	char comm[16];
	char name[NAME_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, char[NAME_MAX]);
	__type(value, __u32);
} denied SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);	/* for all that is told */
} events SEC(".maps");

const volatile int counts;
const volatile int tells;

static __always_inline void count(__u32 which)
{
	__u64 *counter = bpf_map_lookup_elem(&counters, &which);

	if (counter)
		++*counter;
}

static __always_inline void tell(const char *name)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return;
	e->time = bpf_ktime_get_ns();
	e->pid = bpf_get_current_pid_tgid();
	e->uid = bpf_get_current_uid_gid();
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	__builtin_memcpy(e->name, name, sizeof(e->name));
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
}

SEC("lsm/kernel_module_request")
int deny(unsigned long long *args)
{
	char name[NAME_MAX] = {};
	__u32 *found;

	bpf_probe_read_kernel_str(name, sizeof(name), (const void *)args[0]);
	found = bpf_map_lookup_elem(&denied, name);
	if (counts)
		count(found ? 1 : 0);
	if (found && tells)
		tell(name);
	return found ? -1 : 0;
}

char LICENSE[] SEC("license") = "GPL";
