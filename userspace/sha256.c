// SPDX-License-Identifier: GPL-2.0-only
/*
 * sha256.c - SHA-256 (FIPS 180-4). The kernel's own, by a socket of AF_ALG,
 * would make it request modules: not from this program.
 */
#include <stdio.h>
#include <string.h>

#include "sha256.h"

#define BLOCK	64

static const unsigned int round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static unsigned int rotate(unsigned int x, int n)
{
	return x >> n | x << (32 - n);
}

static void expand(unsigned int w[64], const unsigned char *block)
{
	int i;

	for (i = 0; i < 16; i++)
		w[i] = (unsigned int)block[4 * i] << 24 | block[4 * i + 1] << 16 |
		       block[4 * i + 2] << 8 | block[4 * i + 3];
	for (; i < 64; i++) {
		unsigned int a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] +
		       (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
		       (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

static void compress(unsigned int state[8], const unsigned char *block)
{
	unsigned int w[64], s[8], t1, t2;
	int i;

	expand(w, block);
	memcpy(s, state, sizeof(s));
	for (i = 0; i < 64; i++) {
		t1 = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
		     ((s[4] & s[5]) ^ (~s[4] & s[6])) + round_constants[i] + w[i];
		t2 = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) +
		     ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		state[i] += s[i];
}

/**
 * sha256_hex - the SHA-256 of some bytes
 * @data: the bytes
 * @len: how many
 * @out: gets it in hexadecimal
 */
void sha256_hex(const void *data, size_t len, char out[SHA256_HEX])
{
	unsigned int state[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	unsigned char last[2 * BLOCK] = { 0 };
	const unsigned char *p = data;
	unsigned long long bits = (unsigned long long)len * 8;
	size_t rest = len % BLOCK, size;
	int i;

	for (; len >= BLOCK; len -= BLOCK, p += BLOCK)
		compress(state, p);
	if (rest)
		memcpy(last, p, rest);
	last[rest] = 0x80;
	size = rest < BLOCK - 8 ? BLOCK : 2 * BLOCK;
	for (i = 0; i < 8; i++)
		last[size - 1 - i] = bits >> (8 * i);
	compress(state, last);
	if (size > BLOCK)
		compress(state, last + BLOCK);
	for (i = 0; i < 8; i++)
		snprintf(out + 8 * i, 9, "%08x", state[i]);
}
