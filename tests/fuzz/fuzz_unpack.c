/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_unpack.c - a packed file of unknown origin, and the members of an archive in it. */
#include <stdint.h>
#include <string.h>

#include "members.h"
#include "unpack.h"

enum { ENOUGH = 1 << 20, MEMBERS_ENOUGH = 64 };

struct bytes {
	const uint8_t *p;
	size_t left;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ssize_t give(void *arg, void *out, size_t len)
{
	struct bytes *b = arg;
	size_t n = b->left < len ? b->left : len;

	memcpy(out, b->p, n);
	b->p += n;
	b->left -= n;
	return (ssize_t)n;
}

/* Few bytes may unpack to very many. */
static void read_some(struct unpack *u)
{
	char chunk[4096];
	size_t total = 0, n;

	while (total < ENOUGH && (n = unpack_read(u, chunk, sizeof(chunk))) > 0)
		total += n;
}

static void read_members(struct unpack *u)
{
	struct members *m;
	int count = 0;

	if (members_open(u, &m) != 0)
		return;
	while (count++ < MEMBERS_ENOUGH && members_next(m) > 0) {
		struct unpack *inner;

		if (unpack_over(members_read, m, &inner) != 0)
			continue;
		read_some(inner);
		unpack_close(inner);
	}
	members_close(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size};
	struct unpack *u;
	const char *head;
	size_t len;

	if (unpack_over(give, &b, &u) != 0)
		return 0;
	head = unpack_head(u, 4096, &len);
	if (members_are(head, len))
		read_members(u);
	else
		read_some(u);
	unpack_close(u);
	return 0;
}
