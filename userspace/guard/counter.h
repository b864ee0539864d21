/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counter.h - what each counter of the kernel module is called and means.
 */
#ifndef NFGUARD_COUNTER_H
#define NFGUARD_COUNTER_H

#include "abi/counters.h"

const char *counter_key(enum nfg_counter counter);
const char *counter_sentence(enum nfg_counter counter);

#endif /* NFGUARD_COUNTER_H */
