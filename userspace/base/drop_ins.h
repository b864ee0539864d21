/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drop_ins.h - the *.conf files of several directories, with the precedence of
 * modprobe.d, sysctl.d and modules-load.d.
 */
#ifndef NFGUARD_DROP_INS_H
#define NFGUARD_DROP_INS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct drop_in - a file
 * @name: its name
 * @dir: the index of the first directory that has it
 */
struct drop_in {
	char *name;
	size_t dir;
};

/**
 * struct drop_ins - the files, each name once
 * @list: the files
 * @n: how many
 */
struct drop_ins {
	struct drop_in *list;
	size_t n;
};

bool drop_in_is_read(const char *name);
void drop_ins_add(struct drop_ins *d, const char *name, size_t dir);
int drop_ins_scan(struct drop_ins *d, DIR *open, size_t dir);
void drop_ins_find(struct drop_ins *d, const char *const *dirs, size_t n);
char *drop_ins_path(const struct drop_in *file, const char *const *dirs);
void drop_ins_sort(struct drop_ins *d);
void drop_ins_free(struct drop_ins *d);

#endif /* NFGUARD_DROP_INS_H */
