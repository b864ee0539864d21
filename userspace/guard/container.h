/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * container.h - the unit, pod or container that a cgroup's path names.
 */
#ifndef NFGUARD_CONTAINER_H
#define NFGUARD_CONTAINER_H

char *container_name(const char *path);

#endif /* NFGUARD_CONTAINER_H */
