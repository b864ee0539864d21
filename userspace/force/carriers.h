/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * carriers.h - the modules that this host runs on: what carries its file systems,
 * swap, network and console.
 */
#ifndef NFGUARD_CARRIERS_H
#define NFGUARD_CARRIERS_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/closure.h"
#include "policy/kernel_policy.h"

/**
 * struct carrier - a module without which the host loses something
 * @name: a module or an alias of one, normalised
 * @what: what it carries, e.g. "the file system /" or "the interface eth0"
 * @how: the way from that to the module, e.g. "vda1 is on virtio1"
 */
struct carrier {
	char *name;
	char *what;
	char *how;
};

/**
 * struct carriers - all of them
 * @list: each name once for each thing that it carries
 * @n: how many
 */
struct carriers {
	struct carrier *list;
	size_t n;
};

/**
 * struct carrier_denial - a carrier that a policy denies
 * @carrier: the carrier
 * @module: the module that its name leads to
 * @rule: what denies it; NULL: the default
 */
struct carrier_denial {
	const struct carrier *carrier;
	const char *module;
	const struct conf_rule *rule;
};

void carriers_find(struct carriers *c);
bool carriers_denied(const struct carriers *c, const struct closure *closure);
void carriers_each_denied(const struct carriers *c, const struct closure *closure,
			  const struct policy *old,
			  void (*visit)(const struct carrier_denial *d, void *data),
			  void *data);
char *carrier_text(const struct carrier_denial *d);
const struct carrier *carriers_of(const struct carriers *c, const struct tree *tree,
				  size_t module);
void carriers_free(struct carriers *c);

#endif /* NFGUARD_CARRIERS_H */
