// SPDX-License-Identifier: GPL-2.0-only
/*
 * metrics.c - prints the state and counters for Prometheus.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/save.h"
#include "force/metrics.h"
#include "verbs/verb.h"

static int write_file(const char *file, const struct buf *text)
{
	const char *slash = strrchr(file, '/');
	char *dir = slash ? xstrndup(file, slash - file + (slash == file)) :
			    xstrdup(".");
	struct stat st;
	int err = -1;

	/* It is not created here: nobody would collect from it. */
	if (stat(dir, &st) || !S_ISDIR(st.st_mode)) {
		msg_err("%s: there is no directory %s, so nobody would collect the metrics: apt-get install prometheus-node-exporter, or name the directory that its option --collector.textfile.directory names",
			esc(file), esc(dir));
		goto out;
	}
	err = save_whole(dir, slash ? slash + 1 : file, text->s, text->len, 0644);
	if (err)
		save_say_failed(file, err);
out:
	free(dir);
	return err ? NFG_EXIT_FAILED : NFG_EXIT_WHOLE;
}

/*
 * An unguarded host is not a failure here, as the metrics report it: a failed timer
 * would only be a second alarm for the same thing.
 */
int cmd_metrics(const struct invocation *inv)
{
	struct kif_counters counters = { 0 };
	struct live live = { 0 };
	struct buf text = { 0 };
	bool counted = false;
	struct force f;
	int worst;

	worst = force_look(&f);
	if (worst)
		return worst;
	/* Not mere warnings, each minute: apply has printed them. */
	if (f.src.diags.errors)
		diags_print(&f.src.diags);
	if (force_guarded(&f)) {
		int err = kif_read_counters(&counters);

		counted = !err;
		if (err)
			kif_say_debugfs("counters", err);
	}
	/* In permissive mode too: enforcing would leave these live. */
	if (f.policy)
		live_find(&live, f.policy);
	metrics_text(&f, f.policy ? &live : NULL, counted ? &counters : NULL,
		     &text);
	if (given(inv, OPT_OUTPUT))
		worst = write_file(inv->values[OPT_OUTPUT], &text);
	else
		fputs(text.s, stdout);
	buf_free(&text);
	live_free(&live);
	kif_counters_free(&counters);
	force_free(&f);
	return worst;
}
