// SPDX-License-Identifier: GPL-2.0-only
/*
 * digest.c - digests of texts and files.
 *
 * SHA-256 comes from libmd, which every Debian host has because dpkg needs it.
 * Using the kernel's own through an AF_ALG socket would make it request modules.
 *
 * XXH3 shows whether a file changed, but does not withstand an attack: it is for
 * files that only root can write. SHA-256 of a kernel's module index takes longer
 * than compiling a policy for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <xxhash.h>

#include "base/digest.h"

/**
 * sha256_hex - compute the SHA-256 of some bytes
 * @data: the bytes
 * @len: how many
 * @out: receives it in hexadecimal
 */
void sha256_hex(const void *data, size_t len, char out[SHA256_HEX])
{
	SHA256Data(data, len, out);
}

static void add(struct buf *list, const char *name, XXH128_hash_t digest)
{
	buf_addf(list, "%016llx%016llx %s\n", (unsigned long long)digest.high64,
		 (unsigned long long)digest.low64, name);
}

/**
 * digest_add - add a line with the quick digest of some bytes to a list
 * @list: the list
 * @name: their name in that line
 * @data: the bytes
 * @len: how many
 */
void digest_add(struct buf *list, const char *name, const void *data, size_t len)
{
	add(list, name, XXH3_128bits(data, len));
}

/* In pieces: allocating memory for a whole index costs more than its digest. */
static bool digest_fd(int fd, XXH128_hash_t *digest)
{
	XXH3_state_t *state = XXH3_createState();
	char piece[1 << 16];
	ssize_t n;

	if (!state)
		return false;
	XXH3_128bits_reset(state);
	do {
		n = read(fd, piece, sizeof(piece));
		if (n > 0)
			XXH3_128bits_update(state, piece, n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	*digest = XXH3_128bits_digest(state);
	XXH3_freeState(state);
	return !n;
}

/**
 * digest_add_file - add a line with the quick digest of a file to a list
 * @list: the list; a missing file gets no line, an unreadable one a line without
 *	a digest
 * @name: the file's name in that line
 * @path: its path
 *
 * Return: 0, or a negative errno if it could not be read.
 */
int digest_add_file(struct buf *list, const char *name, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	XXH128_hash_t digest;
	int err = fd < 0 ? -errno : 0;

	if (!err && !digest_fd(fd, &digest))
		err = -EIO;
	if (!err)
		add(list, name, digest);
	else if (err != -ENOENT)
		buf_addf(list, "unreadable %s\n", name);
	if (fd >= 0)
		close(fd);
	return err;
}
