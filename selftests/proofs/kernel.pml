/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel.pml - what the model needs of the kernel: locks, grace periods, references to
 * the module, and files that are removed. guard.pml includes it.
 */
bool present = true;		/* the module's text and data */
#define RUNS	assert(present)	/* somebody is in the module's text */

#define take(lock)	atomic { !lock -> lock = true }
#define give(lock)	lock = false

/* Who reads under RCU or with preemption off; and who is in the stub. */
bool in_rcu[ASKERS], in_stub[ASKERS];

/* A grace period: each of them was seen outside once. */
inline synchronize_rcu(i)
{
	i = 0;
	do
	:: i < ASKERS ->
		!in_rcu[i];
		i++
	:: else -> break
	od
}

inline synchronize_rcu_tasks(i)
{
	i = 0;
	do
	:: i < ASKERS ->
		!in_stub[i];
		i++
	:: else -> break
	od
}

/* A reference to the module: 1 is the kernel's own (MODULE_REF_BASE). */
byte refs = 1;
bool going;

inline try_module_get(got)
{
	atomic {
		got = !going && refs > 0;
		refs = (got -> refs + 1 : refs)
	}
}

/* A file of procfs or debugfs: removing it waits for calls in progress. */
bool proc_gone, debug_gone;
byte proc_calls, debug_calls;

inline call(gone, calls, got)
{
	atomic {
		got = !gone;
		calls = (got -> calls + 1 : calls)
	}
}
