/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ERRNO_NAME_H
#define ERRNO_NAME_H

#include <errno.h>
#include <stdio.h>

/* glibc has no strerrorname_np() before 2.32. The table has what tests expect. */
static inline const char *errno_name(int error)
{
#define NAME(e) { e, #e }
	static const struct {
		int error;
		const char *name;
	} names[] = {
		NAME(E2BIG),
		NAME(EACCES),
		NAME(EAFNOSUPPORT),
		NAME(EBADF),
		NAME(EBADMSG),
		NAME(EBUSY),
		NAME(EEXIST),
		NAME(EFAULT),
		NAME(EFBIG),
		NAME(EILSEQ),
		NAME(EINVAL),
		NAME(EIO),
		NAME(ENAMETOOLONG),
		NAME(ENODEV),
		NAME(ENOENT),
		NAME(ENOMEM),
		NAME(EOPNOTSUPP),
		NAME(EPERM),
		NAME(EROFS),
		NAME(ESPIPE),
		NAME(ESTALE),
		NAME(EWOULDBLOCK),
	};
#undef NAME
	static char number[16];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].error == error)
			return names[i].name;
	}
	snprintf(number, sizeof(number), "errno=%d", error);
	return number;
}

#endif /* ERRNO_NAME_H */
