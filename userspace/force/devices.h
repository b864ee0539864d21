/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * devices.h - from a device in sysfs to the modules that it runs on.
 */
#ifndef NFGUARD_DEVICES_H
#define NFGUARD_DEVICES_H

#include <stdbool.h>

/**
 * struct device_visitor - what is done with each module
 * @found: is called with the module, or an alias of it, and how the device led there
 */
struct device_visitor {
	void (*found)(struct device_visitor *self, const char *module,
		      const char *how);
};

char *device_line(const char *dir, const char *file);
bool device_has(const char *dir, const char *file);
void device_walk_up(struct device_visitor *v, const char *device);
void device_walk_node(struct device_visitor *v, const char *number,
		      const char *node);

#endif /* NFGUARD_DEVICES_H */
