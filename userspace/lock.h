/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lock.h - keeps two commands from losing each other's edits.
 */
#ifndef NFGUARD_LOCK_H
#define NFGUARD_LOCK_H

int lock_policy_files(void);
void unlock_policy_files(int fd);

#endif /* NFGUARD_LOCK_H */
