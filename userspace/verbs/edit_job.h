/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * edit_job.h - an edit of a policy file by deny, allow or remove.
 */
#ifndef NFGUARD_EDIT_JOB_H
#define NFGUARD_EDIT_JOB_H

#include "guard/kernel_if.h"
#include "policy/closure.h"
#include "policy/conf_edit.h"
#include "verbs/verb.h"

/**
 * struct job - one edit
 * @inv: the call
 * @edit: what to do
 * @where: the file: its directory, name and, once made, its new content
 * @dir: the directory's path, with the root in front
 * @path: the file's path, the same
 * @place: where the directory is, if it is a link
 * @old: the file as it is, parsed
 * @text: its new content
 * @changed: whether the new content differs
 * @tried: it is in force already, and what there is to say was said
 * @before: if @tried, the generation before that
 * @done: it is in effect and saved
 * @unnamed: some name to remove was in no rule
 * @json: print what was changed as JSON
 * @timer: the unit that will remove the names again, or NULL
 * @st: the kernel's status beforehand
 */
struct job {
	const struct invocation *inv;
	struct edit edit;
	struct conf_candidate where;
	char *dir;
	char *path;
	char *place;
	struct conf old;
	struct buf text;
	bool changed;
	bool tried;
	unsigned long long before;
	bool done;
	bool unnamed;
	bool json;
	char *timer;
	struct kif_status st;
};

static inline bool edit_has_kernel(const struct job *job)
{
	return job->st.state == GUARD_WHOLE || job->st.state == GUARD_DEGRADED;
}

int edit_prepare(struct job *job);
int edit_say_winners(const struct job *job, const struct closure *c);
void edit_forget(struct job *job);
int edit_run_and_store(struct job *job);

#endif /* NFGUARD_EDIT_JOB_H */
