/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guard.pml - a model of what runs at the same time in the kernel module: requests,
 * loads, swaps, a reader of the policy, the lock, a follower, the work that tells
 * events, and the removal. spin tries all their interleavings.
 *
 * It asserts that nobody uses a policy, counters or the module's text after they are
 * freed; that nothing is left when the module is gone; that no policy is published
 * once the guard is locked; that no removal which begins after a lock was told gets
 * through; and that one before, which is forced, says in the log that the lock is lost.
 * spin itself finds a state in which somebody waits for ever.
 *
 * README.md has what it assumes. scripts/check-proofs picks the processes and plants
 * defects by macros:
 *
 *	REQUESTS, LOADS, WRITES, READERS, LOCKS, FOLLOWERS	how many there are
 *	FORCE		the removal is forced
 *	BUG_...		a defect
 */
#ifndef REQUESTS
#define REQUESTS	0
#endif
#ifndef LOADS
#define LOADS		0
#endif
#ifndef WRITES
#define WRITES		0
#endif
#ifndef READERS
#define READERS		0
#endif
#ifndef LOCKS
#define LOCKS		0
#endif
#ifndef FOLLOWERS
#define FOLLOWERS	0
#endif

#define POLICIES	(1 + WRITES)
#define ASKERS		(REQUESTS + LOADS + READERS + 1)

#include "kernel.pml"

/* --- counters of rules: stats.c ------------------------------------------------- */

bool s_hashed[POLICIES];
bool s_freed[POLICIES];
byte s_text[POLICIES];
byte s_users[POLICIES];		/* policies that have the rule */
byte s_holders[POLICIES];	/* these, and events */
byte n_stats;

/* Under rule_stats_lock. */
inline stats_get(what, s)
{
	d_step {
		s = 0;
		do
		:: s < n_stats && !(s_hashed[s] && s_text[s] == what) -> s++
		:: else -> break
		od;
		if
		:: s == n_stats ->
			n_stats++;
			s_hashed[s] = true;
			s_text[s] = what
		:: else -> assert(!s_freed[s])
		fi;
		s_holders[s]++;
		s_users[s]++
	}
}

inline stats_hold(s)
{
	d_step {
		assert(!s_freed[s] && s_holders[s] > 0);
		s_holders[s]++
	}
}

inline stats_release(s)
{
	d_step {
		assert(!s_freed[s] && s_holders[s] > 0);
		s_holders[s]--;
		s_freed[s] = s_holders[s] == 0
	}
}

inline stats_put(s)
{
	d_step {
		assert(!s_freed[s] && s_users[s] > 0);
		s_users[s]--;
		if
		:: s_users[s] == 0 -> s_hashed[s] = false
		:: else
		fi
	}
	stats_release(s)
}

/* --- the policy in force: state.c ------------------------------------------------- */

bool p_made[POLICIES];
bool p_freed[POLICIES];
byte p_users[POLICIES];
byte p_stats[POLICIES];		/* the counters of its rule */
byte in_force;
bool state_lock;
bool locked;			/* nfg_settings[NFG_LOCK] */
bool used_by_itself;		/* the module's source_list is not empty */
bool told_locked;		/* a write of 1 to the lock has returned */
bool told_lost;			/* the log says that the lock is lost */
bool removed;

/* Every second one has the same rule. */
inline policy_make(p)
{
	stats_get(p % 2, p_stats[p]);
	p_users[p] = 1;
	p_made[p] = true
}

inline policy_free(p)
{
	stats_put(p_stats[p]);
	assert(!p_freed[p]);
	p_freed[p] = true
}

inline policy_put(p, last)
{
	d_step {
		assert(!p_freed[p] && p_users[p] > 0);
		p_users[p]--;
		last = p_users[p] == 0
	}
	if
	:: last -> policy_free(p)
	:: else
	fi
}

/* --- events: events.c ---------------------------------------------------------------- */

#define NONE	255
byte slot = NONE;		/* the counters of the rule that it tells of */
bool tell_lock, work_stopped;

/* In a section of RCU. If the slot is taken, the event is lost, or one with it. */
inline event_record(s)
{
#ifdef BUG_NO_HOLD
	atomic {
		slot == NONE -> slot = s
	}
#else
	d_step {
		if
		:: slot == NONE ->
			assert(!s_freed[s] && s_holders[s] > 0);
			s_holders[s]++;
			slot = s
		:: else
		fi
	}
#endif
}

inline tell(s)
{
	take(tell_lock);
	atomic {
		s = slot;
		slot = NONE
	}
	if
	:: s != NONE ->
		assert(!s_freed[s]);	/* its text */
#ifndef BUG_NO_HOLD
		stats_release(s)
#endif
	:: else
	fi;
	s = 0;
	give(tell_lock)
}

/* --- judge.c --------------------------------------------------------------------------- */

inline judge(p)
{
	p = in_force;
	assert(!p_freed[p]);
	event_record(p_stats[p]);
	assert(!p_freed[p]);
	p = 0
}

/* --- those who run ------------------------------------------------------------------------ */

bool probe = true;		/* it is registered */
bool notifier = true;
byte in_notifier;

#if REQUESTS
/* A task that asks, and is refused. */
proctype request(byte me)
{
	byte p;

	in_rcu[me] = true;		/* preemption is off in a probe's handler */
	if
	:: probe ->
		RUNS;
		judge(p);
		in_stub[me] = true;	/* the instruction pointer is changed */
		in_rcu[me] = false;
		RUNS;			/* in refuse_request() */
		in_stub[me] = false
	:: else -> in_rcu[me] = false
	fi
}
#endif

#if LOADS
/* A task that inserts a module. */
proctype load(byte me)
{
	byte p;

	if
	:: atomic { notifier -> in_notifier++ }
		RUNS;
		in_rcu[me] = true;
		judge(p);
		in_rcu[me] = false;
		RUNS;
		in_notifier--
	:: !notifier
	fi
}
#endif

#if WRITES
/* A write to the policy file. Its text has the token of a policy that it read. */
proctype write(byte new)
{
	byte old, token, i;
	bool got, last, refused;

	call(proc_gone, proc_calls, got);
	if
	:: got ->
		RUNS;
		token = in_force;
		policy_make(new);
#ifdef BUG_TEST_BEFORE_LOCK
		refused = locked;
#endif
		take(state_lock);
		old = in_force;
#ifdef BUG_TEST_BEFORE_LOCK
		refused = refused || old != token;
#else
		refused = locked || old != token;
#endif
		if
		:: !refused ->
			assert(!locked);
			in_force = new
		:: else
		fi;
		give(state_lock);
		if
		:: refused -> policy_free(new)
		:: else ->
#ifndef BUG_NO_GRACE
			synchronize_rcu(i);
#endif
			policy_put(old, last)
		fi;
		RUNS;
		proc_calls--
	:: else
	fi
}
#endif

/* An open file of the policy. Its reader or the removal releases it. */
#define CLOSED	0
#define OPEN	1
#define CLOSING	2
byte file;
byte file_policy;

inline file_release(last)
{
	if
	:: atomic { file == OPEN -> file = CLOSING }
		RUNS;
		policy_put(file_policy, last);
		file = CLOSED
	:: atomic { file != OPEN -> skip }
		file == CLOSED
	fi
}

#if READERS
proctype reader(byte me)
{
	byte p;
	bool got, last;

	call(proc_gone, proc_calls, got);
	if
	:: got ->
		RUNS;
		in_rcu[me] = true;
		do
		:: p = in_force;
			atomic {
				assert(!p_freed[p]);
				if
				:: p_users[p] > 0 ->
					p_users[p]++;
					break
				:: else
				fi
			}
		od;
		in_rcu[me] = false;
		file_policy = p;
		file = OPEN;
		proc_calls--;

		call(proc_gone, proc_calls, got);
		if
		:: got ->
			RUNS;
			assert(!p_freed[p]);
			proc_calls--
		:: else
		fi;
		file_release(last)
	:: else
	fi
}
#endif

#if LOCKS
/* A write of 1 to the lock: nfg_setting_set() and pin_module(). */
proctype lock()
{
	bool got, done;

	call(proc_gone, proc_calls, got);
	if
	:: got ->
		RUNS;
		take(state_lock);
		if
		:: locked -> done = true
		:: else ->
			try_module_get(done);
			if
			:: done ->
#ifndef BUG_NO_USER
				used_by_itself = true;
#endif
				locked = true
			:: else
			fi
		fi;
		give(state_lock);
		RUNS;
		told_locked = told_locked || done;
		proc_calls--
	:: else
	fi
}
#endif

#if FOLLOWERS
/* Opens events_pipe, waits in poll() or read(), closes. */
proctype follower()
{
	bool got, mine;
	byte s;

	call(debug_gone, debug_calls, got);
	if
	:: got ->
#ifdef BUG_NO_OWNER
		mine = true;
#else
		try_module_get(mine);
#endif
		if
		:: mine ->
			RUNS;
			tell(s)
		:: else
		fi;
		debug_calls--;
		if
		:: mine ->
			RUNS;		/* on the wait queue */
			RUNS;		/* in its release */
#ifndef BUG_NO_OWNER
			refs--
#endif
		:: else
		fi
	:: else
	fi
}
#endif

/* The work item: it is cancelled, and waited for, under tell_lock here. */
bool work_runs;

proctype work()
{
	byte s;

	do
	:: atomic { slot != NONE && !work_stopped -> work_runs = true }
		RUNS;
		tell(s);
		RUNS;
		work_runs = false
	:: work_stopped -> break
	od
}

/* delete_module() of 6.1, and nfg_exit(). */
inline say_if_locked()
{
	told_lost = locked
}

proctype removal()
{
	byte i;
	bool stays, last;

	/* try_stop_module(), under module_mutex. */
	d_step {
		stays = used_by_itself;
		assert(stays || !told_locked)
	}
	if
	:: stays -> skip
	:: else ->
		refs--;
		if
		:: atomic { refs > 0 -> refs++ }
#ifndef FORCE
			stays = true
#endif
		:: atomic { refs == 0 -> skip }
		fi;
		going = !stays
	fi;

	if
	:: stays -> goto end
	:: else
	fi;
	RUNS;
#ifdef BUG_SAY_EARLY
	say_if_locked();
#endif
	debug_gone = true;
	debug_calls == 0;
	proc_gone = true;
	proc_calls == 0;
	file_release(last);
#ifndef BUG_SAY_EARLY
	say_if_locked();
#endif
	probe = false;
	synchronize_rcu(i);
#ifndef BUG_NO_TASKS_RCU
	synchronize_rcu_tasks(i);
#endif
	atomic { in_notifier == 0 -> notifier = false };
	work_stopped = true;
	!work_runs;
	tell(i);
	policy_put(in_force, last);
	present = false;
	removed = true;

	i = 0;
	do
	:: i < POLICIES ->
		assert(!p_made[i] || p_freed[i]);
		assert(i >= n_stats || s_freed[i]);
		i++
	:: else -> break
	od;
#ifdef FORCE
	assert(!told_locked || told_lost);
#else
	assert(!told_locked);
#endif
end:
	/* The work would go on for ever: end it, as nothing else is left to see. */
	work_stopped = true
}

init
{
	byte n, me;

	atomic {
		policy_make(0);
#if REQUESTS
		n = 0;
		do
		:: n < REQUESTS -> run request(me); me++; n++
		:: else -> break
		od;
#endif
#if LOADS
		n = 0;
		do
		:: n < LOADS -> run load(me); me++; n++
		:: else -> break
		od;
#endif
#if READERS
		n = 0;
		do
		:: n < READERS -> run reader(me); me++; n++
		:: else -> break
		od;
#endif
#if WRITES
		n = 0;
		do
		:: n < WRITES -> run write(n + 1); n++
		:: else -> break
		od;
#endif
#if LOCKS
		n = 0;
		do
		:: n < LOCKS -> run lock(); n++
		:: else -> break
		od;
#endif
#if FOLLOWERS
		n = 0;
		do
		:: n < FOLLOWERS -> run follower(); n++
		:: else -> break
		od;
#endif
		run work();
		run removal()
	}
}
