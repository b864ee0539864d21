// SPDX-License-Identifier: GPL-2.0-only
/*
 * lsm.c - lsm OBJECT MODE COMMAND [ARG...]: runs a command while the BPF LSM of OBJECT denies
 * net-pf-5. MODE is lookup, counters or events; the ring buffer has room for all of them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define NAME_MAX	56

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static void set(struct bpf_object *object, bool counts, bool tells)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	int values[2] = { counts, tells };

	bpf_map__set_initial_value(map, values, sizeof(values));
}

int main(int argc, char **argv)
{
	struct bpf_program *program;
	struct bpf_object *object;
	char name[NAME_MAX] = "net-pf-5";
	unsigned int one = 1;
	int status;
	pid_t child;

	if (argc < 4)
		return 2;
	object = bpf_object__open_file(argv[1], NULL);
	if (!object)
		return fail(argv[1]);
	set(object, strcmp(argv[2], "lookup"), !strcmp(argv[2], "events"));
	if (bpf_object__load(object))
		return fail("load");
	if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "denied"), name, &one,
				BPF_ANY))
		return fail("map");
	program = bpf_object__find_program_by_name(object, "deny");
	if (!bpf_program__attach(program))
		return fail("attach");
	child = fork();
	if (!child) {
		execv(argv[3], argv + 3);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return fail(argv[3]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
