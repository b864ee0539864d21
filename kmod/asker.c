// SPDX-License-Identifier: GPL-2.0-only
/*
 * asker.c - who the current task is.
 */
#include <linux/audit.h>
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>

#include "nfguard.h"

/*
 * Who answers for a task in a user namespace: whoever made the outermost one
 * around it. The user that it appears as there can be any. For root, who makes them
 * for containers, it is the container's root.
 */
static uid_t owner_of(struct user_namespace *ns)
{
	while (ns->parent != &init_user_ns)
		ns = ns->parent;
	return from_kuid(&init_user_ns, ns->owner) ?:
	       __kuid_val(make_kuid(ns, 0));
}

/**
 * nfg_asker_read - record who the current task is
 * @asker: filled in, not pinned
 *
 * Context: any but a real NMI; the request gate's probe handler calls it. Takes
 * no lock. @asker->cgrp is valid only under the caller's RCU read lock.
 */
void nfg_asker_read(struct nfg_asker *asker)
{
	const struct nsproxy *spaces = current->nsproxy;
	const struct cred *real = current_real_cred();
	const struct task_struct *parent;

	asker->pid = task_tgid_nr(current);
	asker->uid = from_kuid(&init_user_ns, real->uid);
	asker->auid = from_kuid(&init_user_ns, audit_get_loginuid(current));
	asker->netns = spaces ? spaces->net_ns->ns.inum : 0;
	asker->first_userns = real->user_ns == &init_user_ns;
	asker->owner = asker->first_userns ? asker->uid :
					     owner_of(real->user_ns);
	asker->privileged = nfg_asker_privileged();
	memcpy(asker->comm, current->comm, sizeof(asker->comm));

	rcu_read_lock();
	parent = rcu_dereference(current->real_parent);
	asker->ppid = task_tgid_nr((struct task_struct *)parent);
	memcpy(asker->parent, parent->comm, sizeof(asker->parent));
	asker->cgrp = task_dfl_cgroup(current);
	asker->cgroup = cgroup_id(asker->cgrp);
	rcu_read_unlock();
}

/**
 * nfg_asker_pin - keep the asker's cgroup, which may go before it is reported
 * @asker: the asker, or a copy of one; its cgrp becomes NULL if the cgroup is
 *	already going
 *
 * Context: as for nfg_asker_read(), and either still under the same RCU read
 * lock or while another copy is pinned.
 */
void nfg_asker_pin(struct nfg_asker *asker)
{
	if (asker->cgrp && !cgroup_tryget(asker->cgrp))
		asker->cgrp = NULL;
}

/**
 * nfg_asker_unpin - undo nfg_asker_pin()
 * @asker: the asker
 *
 * Context: any.
 */
void nfg_asker_unpin(struct nfg_asker *asker)
{
	if (asker->cgrp)
		cgroup_put(asker->cgrp);
	asker->cgrp = NULL;
}

/**
 * nfg_escape_comm - make the comm of a task safe to print
 * @dst: room for NFG_ESCAPED_SIZE(TASK_COMM_LEN) bytes
 * @comm: the comm, any bytes
 */
void nfg_escape_comm(char *dst, const char *comm)
{
	nfg_escape(dst, comm, strnlen(comm, TASK_COMM_LEN), false);
}

/**
 * nfg_asker_format - format an asker in brief
 * @asker: the asker
 * @buf: room for NFG_ASKER_SIZE bytes
 */
void nfg_asker_format(const struct nfg_asker *asker, char *buf)
{
	char comm[NFG_ESCAPED_SIZE(TASK_COMM_LEN)];

	nfg_escape_comm(comm, asker->comm);
	snprintf(buf, NFG_ASKER_SIZE, "pid=%d comm=%s uid=%u", asker->pid,
		 comm, asker->uid);
}
