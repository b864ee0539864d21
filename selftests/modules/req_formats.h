/* SPDX-License-Identifier: GPL-2.0-only */
/* req_formats.h - request a module with the Nth of the kernel's formats. */
#ifndef REQ_FORMATS_H
#define REQ_FORMATS_H

#include <linux/limits.h>

struct seq_file;

/**
 * struct walk - one pass over the list of formats
 * @wanted: number of the format to request with, from 0
 * @number: number of the next format
 * @list: print the list here and request nothing, or NULL
 */
struct walk {
	unsigned int wanted;
	unsigned int number;
	struct seq_file *list;
};

#define NOT_HERE	INT_MIN

/*
 * Requests a module with the wanted format, and returns what request_module() does:
 * NOT_HERE if there is no such format, or if @walk only lists them.
 */
int issue_format(struct walk *walk);

#endif /* REQ_FORMATS_H */
