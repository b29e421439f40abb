/* SPDX-License-Identifier: Apache-2.0 */
/* grab_jarm_hello.c - builds the ten ClientHellos of JARM (RFC 8446, 4.1.2). */
#include <string.h>

#include "grab_jarm.h"

/* In which order a list is offered; the halves are of a list from its middle on. */
enum order { FORWARD, REVERSE, TOP_HALF, BOTTOM_HALF, MIDDLE_OUT };

static const struct hello {
	uint16_t record, version;
	uint16_t newest; /* in the list of versions; 0: there is no list */
	bool no_tls13;   /* without the ciphers of TLS 1.3 */
	bool grease;     /* with values that mean nothing (RFC 8701) */
	bool rare;       /* the application protocols without HTTP/1.1 and HTTP/2 */
	enum order ciphers, others;
} hellos[GRAB_JARM_HELLOS] = {
	{0x0303, 0x0303, 0x0303, .ciphers = FORWARD, .others = REVERSE},
	{0x0303, 0x0303, 0x0303, .ciphers = REVERSE, .others = FORWARD},
	{0x0303, 0x0303, 0, .ciphers = TOP_HALF, .others = FORWARD},
	{0x0303, 0x0303, 0, .rare = true, .ciphers = BOTTOM_HALF, .others = FORWARD},
	{0x0303, 0x0303, 0, .grease = true, .rare = true, .ciphers = MIDDLE_OUT, .others = REVERSE},
	{0x0302, 0x0302, 0, .ciphers = FORWARD, .others = FORWARD},
	{0x0301, 0x0303, 0x0304, .ciphers = FORWARD, .others = REVERSE},
	{0x0301, 0x0303, 0x0304, .ciphers = REVERSE, .others = FORWARD},
	{0x0301, 0x0303, 0x0304, .no_tls13 = true, .ciphers = FORWARD, .others = FORWARD},
	{0x0301, 0x0303, 0x0304, .grease = true, .ciphers = MIDDLE_OUT, .others = REVERSE},
};

static const uint16_t ciphers[] = {
	0x0016, 0x0033, 0x0067, 0xc09e, 0xc0a2, 0x009e, 0x0039, 0x006b, 0xc09f, 0xc0a3,
	0x009f, 0x0045, 0x00be, 0x0088, 0x00c4, 0x009a, 0xc008, 0xc009, 0xc023, 0xc0ac,
	0xc0ae, 0xc02b, 0xc00a, 0xc024, 0xc0ad, 0xc0af, 0xc02c, 0xc072, 0xc073, 0xcca9,
	0x1302, 0x1301, 0xcc14, 0xc007, 0xc012, 0xc013, 0xc027, 0xc02f, 0xc014, 0xc028,
	0xc030, 0xc060, 0xc061, 0xc076, 0xc077, 0xcca8, 0x1305, 0x1304, 0x1303, 0xcc13,
	0xc011, 0x000a, 0x002f, 0x003c, 0xc09c, 0xc0a0, 0x009c, 0x0035, 0x003d, 0xc09d,
	0xc0a1, 0x009d, 0x0041, 0x00ba, 0x0084, 0x00c0, 0x0007, 0x0004, 0x0005,
};

/* The application protocols, and which of them are not rare. */
static const char *const protocols[] = {"http/0.9", "http/1.0", "http/1.1", "spdy/1", "spdy/2",
                                        "spdy/3",   "h2",       "h2c",      "hq"};
enum { HTTP_1_1 = 2, HTTP_2 = 6 };

enum { LIST_MAX = 80 };

/* Numbers of the elements of a list, in the order in which they are offered. */
struct list {
	uint16_t at[LIST_MAX];
	size_t n;
};

/* What is written next, and the random bytes that are left. */
struct writing {
	uint8_t *out;
	size_t len;
	const uint8_t *random;
};

static void put8(struct writing *w, unsigned n)
{
	w->out[w->len++] = (uint8_t)n;
}

static void put16(struct writing *w, unsigned n)
{
	put8(w, n >> 8 & 0xff);
	put8(w, n & 0xff);
}

static void put(struct writing *w, const void *bytes, size_t n)
{
	memcpy(w->out + w->len, bytes, n);
	w->len += n;
}

static void put_random(struct writing *w, size_t n)
{
	put(w, w->random, n);
	w->random += n;
}

/* Leave room for a length of two bytes; end() writes it. */
static size_t begin(struct writing *w)
{
	put16(w, 0);
	return w->len;
}

static void end(struct writing *w, size_t begun)
{
	size_t n = w->len - begun;

	w->out[begun - 2] = (uint8_t)(n >> 8);
	w->out[begun - 1] = (uint8_t)n;
}

/* One of the 16 reserved values, 0x0a0a to 0xfafa (RFC 8701, 2). */
static void put_grease(struct writing *w)
{
	unsigned n = *w->random++ & 0x0f;

	put16(w, (n << 4 | 0x0a) * 0x0101);
}

static struct list reversed(const struct list *l)
{
	struct list r = {.n = l->n};

	for (size_t i = 0; i < l->n; i++)
		r.at[i] = l->at[l->n - 1 - i];
	return r;
}

/* The elements behind the middle. */
static struct list bottom_half(const struct list *l)
{
	struct list r = {.n = l->n / 2};

	memcpy(r.at, l->at + l->n - r.n, r.n * sizeof(r.at[0]));
	return r;
}

/* The middle of an odd list, and then the first half backwards. */
static struct list top_half(const struct list *l)
{
	struct list r = {.n = 0};

	for (size_t i = (l->n + 1) / 2; i > 0; i--)
		r.at[r.n++] = l->at[i - 1];
	return r;
}

/* From the middle to both ends, the later one of each pair first. */
static struct list middle_out(const struct list *l)
{
	size_t middle = l->n / 2;
	struct list r = {.n = 0};

	if (l->n % 2 == 1)
		r.at[r.n++] = l->at[middle];
	for (size_t i = 1; i <= middle; i++) {
		r.at[r.n++] = l->at[middle + i - (l->n % 2 == 0)];
		r.at[r.n++] = l->at[middle - i];
	}
	return r;
}

static struct list in_order(const struct list *l, enum order order)
{
	switch (order) {
	case REVERSE:
		return reversed(l);
	case TOP_HALF:
		return top_half(l);
	case BOTTOM_HALF:
		return bottom_half(l);
	case MIDDLE_OUT:
		return middle_out(l);
	case FORWARD:
		break;
	}
	return *l;
}

static void put_ciphers(struct writing *w, const struct hello *h)
{
	struct list l = {.n = 0};
	size_t begun = begin(w);

	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++)
		if (!h->no_tls13 || ciphers[i] >> 8 != 0x13)
			l.at[l.n++] = ciphers[i];
	l = in_order(&l, h->ciphers);
	if (h->grease)
		put_grease(w);
	for (size_t i = 0; i < l.n; i++)
		put16(w, l.at[i]);
	end(w, begun);
}

static void put_name(struct writing *w, const char *name)
{
	size_t len = strnlen(name, GRAB_JARM_NAME_MAX);

	put16(w, 0);
	put16(w, (unsigned)len + 5);
	put16(w, (unsigned)len + 3);
	put8(w, 0);
	put16(w, (unsigned)len);
	put(w, name, len);
}

static void put_protocols(struct writing *w, const struct hello *h)
{
	struct list l = {.n = 0};
	size_t all, list;

	for (uint16_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!h->rare || (i != HTTP_1_1 && i != HTTP_2))
			l.at[l.n++] = i;
	l = in_order(&l, h->others);
	put16(w, 0x0010);
	all = begin(w);
	list = begin(w);
	for (size_t i = 0; i < l.n; i++) {
		const char *protocol = protocols[l.at[i]];

		put8(w, (unsigned)strlen(protocol));
		put(w, protocol, strlen(protocol));
	}
	end(w, list);
	end(w, all);
}

/* A key of X25519, for which any 32 bytes will do. */
static void put_key(struct writing *w, const struct hello *h)
{
	size_t all, list;

	put16(w, 0x0033);
	all = begin(w);
	list = begin(w);
	if (h->grease) {
		put_grease(w);
		put(w, "\0\1\0", 3);
	}
	put(w, "\0\x1d\0\x20", 4);
	put_random(w, 32);
	end(w, list);
	end(w, all);
}

static void put_versions(struct writing *w, const struct hello *h)
{
	struct list l = {.n = 0};
	size_t all;

	for (uint16_t version = 0x0301; version <= h->newest; version++)
		l.at[l.n++] = version;
	l = in_order(&l, h->others);
	put16(w, 0x002b);
	all = begin(w);
	put8(w, (unsigned)(2 * (l.n + h->grease)));
	if (h->grease)
		put_grease(w);
	for (size_t i = 0; i < l.n; i++)
		put16(w, l.at[i]);
	end(w, all);
}

static void put_extensions(struct writing *w, const struct hello *h, const char *name)
{
	/* extended_master_secret, max_fragment_length, renegotiation_info, supported_groups,
	 * ec_point_formats, session_ticket */
	static const char first[] = "\0\x17\0\0"
				    "\0\1\0\1\1"
				    "\xff\1\0\1\0"
				    "\0\x0a\0\x0a\0\x08\0\x1d\0\x17\0\x18\0\x19"
				    "\0\x0b\0\2\1\0"
				    "\0\x23\0\0";
	/* signature_algorithms */
	static const char algorithms[] =
		"\0\x0d\0\x14\0\x12\4\3\x08\4\4\1\5\3\x08\5\5\1\x08\6\6\1\2\1";
	/* psk_key_exchange_modes */
	static const char modes[] = "\0\x2d\0\2\1\1";
	size_t begun = begin(w);

	if (h->grease) {
		put_grease(w);
		put16(w, 0);
	}
	put_name(w, name);
	put(w, first, sizeof(first) - 1);
	put_protocols(w, h);
	put(w, algorithms, sizeof(algorithms) - 1);
	put_key(w, h);
	put(w, modes, sizeof(modes) - 1);
	if (h->newest != 0)
		put_versions(w, h);
	end(w, begun);
}

size_t grab_jarm_hello(unsigned i, const char *name, const uint8_t random[GRAB_JARM_RANDOM],
                       uint8_t out[GRAB_JARM_HELLO_MAX])
{
	const struct hello *h = &hellos[i];
	struct writing w = {.out = out, .random = random};
	size_t record, message;

	put8(&w, 0x16); /* a record of the handshake */
	put16(&w, h->record);
	record = begin(&w);
	put8(&w, 1); /* a ClientHello, whose length has three bytes */
	put8(&w, 0);
	message = begin(&w);
	put16(&w, h->version);
	put_random(&w, 32);
	put8(&w, 32); /* the id of a session */
	put_random(&w, 32);
	put_ciphers(&w, h);
	put(&w, "\1\0", 2); /* no compression */
	put_extensions(&w, h, name);
	end(&w, message);
	end(&w, record);
	return w.len;
}
