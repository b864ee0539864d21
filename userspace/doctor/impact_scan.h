/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * impact_scan.h - which modules a firewall's rules need, by the words in them.
 */
#ifndef NFGUARD_IMPACT_SCAN_H
#define NFGUARD_IMPACT_SCAN_H

#include "doctor/impact_need.h"

void impact_iptables(struct impacts *im, const struct program *program, const char *file,
		     unsigned int line);
void impact_scan(struct impacts *im, const struct program *program);

#endif /* NFGUARD_IMPACT_SCAN_H */
