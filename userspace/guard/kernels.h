/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernels.h - the kernels that this host can boot, and whether they have nfguard.
 */
#ifndef NFGUARD_KERNELS_H
#define NFGUARD_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct kernel - an installed kernel
 * @release: as uname -r prints it
 * @tree_dir: the directory of its modules, which may not exist
 * @here: it is the running one, or the one that --root and --kernel select
 * @image: it has an image in /boot
 * @tree: it has a module index
 * @guard: the file of nfguard's module by that, or NULL
 */
struct kernel {
	char *release;
	char *tree_dir;
	bool here;
	bool image;
	bool tree;
	char *guard;
};

/**
 * struct kernels - the installed kernels, the one that is here first
 * @list: the kernels
 * @n: how many
 */
struct kernels {
	struct kernel *list;
	size_t n;
};

void kernels_find(struct kernels *k);
bool kernel_can_boot(const struct kernel *k);
bool kernel_by_hand(const struct kernel *k);
char *kernel_unguarded(const struct kernel *k, char **remedy);
void kernels_free(struct kernels *k);

#endif /* NFGUARD_KERNELS_H */
