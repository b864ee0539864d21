/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * contracts.h - what the proofs assume of the string functions that kmod/policy.c and
 * kmod/abi/text.c call. Frama-C reads it before each of the two.
 */
#ifndef CONTRACTS_H
#define CONTRACTS_H

#include "abi/portable.h"

/*@ predicate readable(char *p, integer n) = n <= 0 || \valid_read(p + (0 .. n - 1));

    // A NUL is at N: so the first NUL is there or before.
    predicate ended{L}(char *p, integer n) = \valid_read(p + (0 .. n)) && p[n] == 0;

    // A literal of 1 to 16 bytes. A quantifier would leave its length to be guessed.
    predicate literal{L}(char *p) = p[0] != 0 &&
      (ended(p, 1) || ended(p, 2) || ended(p, 3) || ended(p, 4) || ended(p, 5) ||
       ended(p, 6) || ended(p, 7) || ended(p, 8) || ended(p, 9) || ended(p, 10) ||
       ended(p, 11) || ended(p, 12) || ended(p, 13) || ended(p, 14) || ended(p, 15) ||
       ended(p, 16));

    predicate lacks{L}(char *p, integer n, integer c) =
      \forall integer i; 0 <= i < n ==> p[i] != c;
 */

/*@ requires literal(s);
    terminates \true;
    assigns \result \from indirect:s[..];
    ensures s[\result] == 0 && lacks(s, \result, 0);
 */
size_t assumed_strlen(const char *s);

/*@ requires \exists integer n; 0 <= n && ended(s, n);
    requires literal(reject);
    terminates \true;
    assigns \result \from indirect:s[..], indirect:reject[..];
    ensures lacks(s, \result, 0);
 */
size_t assumed_strcspn(const char *s, const char *reject);

/*@ requires literal(s);
    terminates \true;
    assigns \result \from s, indirect:s[..], indirect:c;
 */
char *assumed_strchr(const char *s, int c);

/*@ requires readable(s, n) && 0 <= c <= 127;
    terminates \true;
    assigns \result \from s, indirect:s[..], indirect:c;
    ensures \result == \null ==> lacks(s, n, c);
    ensures \result != \null ==> \result == s + (\result - s) &&
      0 <= \result - s < n && *\result == c && lacks(s, \result - s, c);
    ensures \result != \null ==> !lacks(s, n, c);
 */
char *assumed_memchr(const char *s, int c, size_t n);

/*@ requires readable(a, n) && readable(b, n);
    terminates \true;
    assigns \result \from indirect:a[..], indirect:b[..];
    ensures \result == 0 ==> \forall integer i; 0 <= i < n ==> a[i] == b[i];
 */
int assumed_memcmp(const char *a, const char *b, size_t n);

/*@ requires n > 0 ==> \valid(dst + (0 .. n - 1));
    requires readable(src, n) && \separated(dst + (0 .. n - 1), src + (0 .. n - 1));
    terminates \true;
    assigns dst[0 .. n - 1] \from src[0 .. n - 1];
 */
void assumed_memcpy(char *dst, const char *src, size_t n);

#define strlen	assumed_strlen
#define strcspn	assumed_strcspn
#define strchr	assumed_strchr
#define memchr	assumed_memchr
#define memcmp	assumed_memcmp
#define memcpy	assumed_memcpy

#endif /* CONTRACTS_H */
