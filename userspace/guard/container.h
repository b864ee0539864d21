/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * container.h - what the path of a cgroup stands for.
 */
#ifndef NFGUARD_CONTAINER_H
#define NFGUARD_CONTAINER_H

char *container_name(const char *path);

#endif /* NFGUARD_CONTAINER_H */
