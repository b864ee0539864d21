/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFGUARD_NAME_H
#define NFGUARD_NAME_H

#include "abi/abi.h"
#include "abi/portable.h"

struct pt_regs;

/* 32 bit FNV-1a: it goes byte by byte, and so yields the hash of each prefix. */
#define NFG_HASH_START	2166136261u

static inline u32 nfg_hash_step(u32 hash, char c)
{
	return (hash ^ (u8)c) * 16777619u;
}

static inline u32 nfg_hash(const char *p, size_t len)
{
	u32 hash = NFG_HASH_START;
	size_t i;

	for (i = 0; i < len; i++)
		hash = nfg_hash_step(hash, p[i]);
	return hash;
}

/**
 * struct nfg_name - a name that a gate judges
 * @raw: as it came, any bytes, ended by a NUL
 * @key: normalised, as policies have names, ended by a NUL
 * @len: of both
 * @hash: of @key
 */
struct nfg_name {
	char raw[NFG_NAME_MAX + 1];
	char key[NFG_NAME_MAX + 1];
	size_t len;
	u32 hash;
};

void nfg_name_set(struct nfg_name *name, const char *raw, size_t len);
int nfg_name_format(struct nfg_name *name, const char *fmt,
		    struct pt_regs *regs);
int nfg_name_format_any(char *buf, size_t size, const char *fmt,
			struct pt_regs *regs);

#endif /* NFGUARD_NAME_H */
