/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel_image.h - which kernel an image is, by its file's name.
 */
#ifndef NFGUARD_KERNEL_IMAGE_H
#define NFGUARD_KERNEL_IMAGE_H

#include <stdbool.h>

char *kernel_image_release(const char *name);
bool kernel_image_is(const char *path, const char *release);
bool kernel_is_rescue(const char *release);

#endif /* NFGUARD_KERNEL_IMAGE_H */
