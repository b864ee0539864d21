// SPDX-License-Identifier: GPL-2.0-only
/*
 * ask.c - ask COUNT: calls socket(2) COUNT times, each of which requests a module, and
 * prints how many nanoseconds one call took, with the modprobe that it waits for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static unsigned long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1, i;
	unsigned long long begun = now();

	for (i = 0; i < count; i++)
		if (socket(5, SOCK_DGRAM, 0) >= 0)
			return 1;
	printf("%llu\n", (now() - begun) / count);
	return 0;
}
