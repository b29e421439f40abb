/* SPDX-License-Identifier: Apache-2.0 */
/* hostname.c - finds the host names in the certificate of a service. */
#include <ctype.h>
#include <string.h>

#include "hostname.h"

static bool is_name(const struct vd_fact *f)
{
	bool letter = false;

	if (f->len == 0 || f->len > 253 || memchr(f->value, '.', f->len) == NULL)
		return false;
	for (size_t i = 0; i < f->len; i++) {
		unsigned char c = (unsigned char)f->value[i];

		if (!isalnum(c) && c != '-' && c != '.' && c != '_')
			return false;
		letter = letter || isalpha(c);
	}
	return letter && f->value[0] != '.' && f->value[f->len - 1] != '.';
}

void hostname_each(const struct record *r, field_take take, void *arg)
{
	size_t n = r->facts == NULL ? 0 : vd_facts_count(r->facts);

	for (size_t i = 0; i < n; i++) {
		const struct vd_fact *f = vd_facts_at(r->facts, i);
		struct field_value v = {.text = f->value, .len = f->len};

		if ((strcmp(f->name, "ssl.san") == 0 || strcmp(f->name, "ssl.cn") == 0) &&
		    is_name(f) && !take(arg, &v))
			return;
	}
}
