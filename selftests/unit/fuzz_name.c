// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_name.c - a libFuzzer target: any format, with any values, gives the name that
 * snprintf() gives.
 */
#include <stdlib.h>
#include <string.h>

#include "any_name.h"
#include "fuzz_cut.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#define VALUES		8

/**
 * struct input - what is left of the input, and what was made of it
 * @data: the rest
 * @size: its size
 * @regs: the values
 * @n: how many
 * @strings: those of them that are strings, to be freed
 */
struct input {
	const unsigned char *data;
	size_t size;
	struct pt_regs regs;
	unsigned int n;
	char *strings[VALUES];
};

static void add_string(struct input *in)
{
	size_t len;
	char *s = cut(&in->data, &in->size, &len);

	s[len] = '\0';
	in->strings[in->n] = s;
	in->regs.values[in->n++] = (unsigned long)s;
}

static void add_number(struct input *in)
{
	unsigned long value = 0;
	size_t n = in->size < sizeof(value) ? in->size : sizeof(value);

	memcpy(&value, in->data, n);
	in->data += n;
	in->size -= n;
	in->regs.values[in->n++] = value;
}

/* A '*' takes a width or a precision. */
static void add_width(struct input *in)
{
	in->regs.values[in->n++] = in->size ? *in->data % 80 : 3;
}

/* Skips a width or a precision: a '*', or at most two digits. */
static char *skip_width(char *p, unsigned int *stars)
{
	int i;

	if (*p == '*') {
		++*stars;
		return p + 1;
	}
	for (i = 0; i < 2 && *p >= '0' && *p <= '9'; i++)
		p++;
	return p;
}

/* A conversion that both know gets its values; any other loses its '%'. */
static void take_conversion(struct input *in, char *percent)
{
	unsigned int stars = 0;
	char *p = percent + 1;

	p += *p == '-' || *p == '0';
	p = skip_width(p, &stars);
	if (*p == '.')
		p = skip_width(p + 1, &stars);
	if (!*p || !strchr("sduixc", *p) || in->n + stars + 1 > VALUES) {
		*percent = '_';
		return;
	}
	while (stars--)
		add_width(in);
	if (*p == 's')
		add_string(in);
	else
		add_number(in);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct input in = { .data = data, .size = size };
	size_t len, i;
	char *fmt = cut(&in.data, &in.size, &len), *p;

	fmt[len] = '\0';
	for (p = fmt; *p; p++)
		if (*p == '%')
			take_conversion(&in, p);
	if (name_differs(fmt, &in.regs))
		abort();
	for (i = 0; i < VALUES; i++)
		free(in.strings[i]);
	free(fmt);
	return 0;
}
