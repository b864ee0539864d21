/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modprobe_view.h - what modprobe would load, as libkmod resolves modprobe.d.
 */
#ifndef NFGUARD_MODPROBE_VIEW_H
#define NFGUARD_MODPROBE_VIEW_H

#include "doctor/modprobe_lines.h"
#include "guard/kernel_if.h"
#include "policy/source.h"

struct kmod_ctx;

/**
 * struct modprobe_view - modprobe.d, and what follows from it
 * @tree: the modules
 * @lines: the lines that modprobe reads, with their places
 * @ctx: libkmod, or NULL
 * @install: for each module, what its install lines do: enum install_end
 */
struct modprobe_view {
	const struct tree *tree;
	struct modprobe_lines lines;
	struct kmod_ctx *ctx;
	unsigned char *install;
};

/* How many of the ways that stay open are named. */
#define WAYS_SHOWN	5

/**
 * struct open_ways - the names by which modprobe still loads a module
 * @all: how many names there are: of the module and of all that need it
 * @open: how many of them lead to it
 * @aliases: how many of all are its own aliases
 * @own: its own name is one of those
 * @needed: so is one of a module that needs it
 * @some: the first of those
 */
struct open_ways {
	size_t all;
	size_t open;
	size_t aliases;
	bool own;
	bool needed;
	struct buf some;
};

void modprobe_view_read(struct modprobe_view *view, const struct tree *tree);
bool modprobe_view_read_files(struct modprobe_view *view, const struct tree *tree,
			      char *const *files, size_t n);
void modprobe_view_free(struct modprobe_view *view);
bool modprobe_refuses(const struct modprobe_view *view, size_t module);
struct open_ways modprobe_ways(const struct modprobe_view *view, size_t module);
bool modprobe_keeps_out(const struct modprobe_view *view, size_t module);
bool module_is_kept_out(const struct source *src, const struct kif_status *st,
			const struct modprobe_view *view, size_t module);
bool install_refuses(const char *command);

#endif /* NFGUARD_MODPROBE_VIEW_H */
