/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf_lock.h - a file lock on all policy files, so that two commands can't lose
 * each other's edits.
 */
#ifndef NFGUARD_CONF_LOCK_H
#define NFGUARD_CONF_LOCK_H

int conf_lock(void);
void conf_unlock(int fd);

#endif /* NFGUARD_CONF_LOCK_H */
