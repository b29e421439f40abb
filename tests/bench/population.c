/* SPDX-License-Identifier: Apache-2.0 */
/* population.c - computes each service of a population from the seed and its number. */
#include "population.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dp_addr.h"
#include "enrich.h"
#include "population_kinds.h"

enum {
	BLOCK = 32,       /* services that share one pattern of hosts */
	BLOCK_HOSTS = 13, /* how many hosts these are */
	NETWORK = 0x0b000000,
	STRIDE = 3, /* addresses between two hosts */
	VERSIONS = 16,
	CHANGED = 100, /* one service in so many, in each scan */
};
#define DAY_US INT64_C(86400000000)
#define START_US INT64_C(1780272000000000) /* 2026-06-01 */

/* How many services the hosts of a block have. */
static const uint8_t host_sizes[BLOCK_HOSTS] = {1, 1, 1, 1, 2, 1, 3, 1, 2, 4, 1, 5, 9};

struct set {
	struct vd_verdict *list;
	uint32_t count;
};

struct population {
	uint64_t seed;
	size_t services, step;
	uint8_t host_of[BLOCK], place_of[BLOCK]; /* of each service of a block */
	struct set sets[64][VERSIONS];           /* of each kind and version */
	const char *versions[64][VERSIONS];
	size_t version_len[64][VERSIONS];
	unsigned version_count[64];
	uint8_t kind_of[1000];
};

/* ---- chance ---------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* A number by chance for purpose @what of service (or host) @i. */
static uint64_t chance(const struct population *p, uint64_t i, unsigned what)
{
	return mix(p->seed + mix(i * 64 + what + 1));
}

enum {
	BY_KIND = 1,
	BY_PORT,
	BY_VERSION,
	BY_CERT,
	BY_TIME,
	BY_BANNER,
	BY_HOST,
	BY_EXPOSURE,
	BY_SYSTEM,
	BY_LENGTH,
	BY_CHANGE = 32
};

/* ---- the tables ------------------------------------------------------------------------------ */

static void split_versions(struct population *p, unsigned kind)
{
	const char *at = population_kinds[kind].versions;

	while (*at != '\0' && p->version_count[kind] < VERSIONS) {
		size_t n = strcspn(at, " ");

		p->versions[kind][p->version_count[kind]] = at;
		p->version_len[kind][p->version_count[kind]++] = n;
		at += n + (at[n] == ' ');
	}
}

static void fill_verdict(struct vd_verdict *v, const struct population_kind *k, unsigned number,
                         const char *version)
{
	uint64_t h = mix(number * 977u + (uint64_t)(k->cpe[0] * 31 + k->cpe[3]) * 65537u);

	memset(v, 0, sizeof(*v));
	snprintf(v->cve, sizeof(v->cve), "CVE-%u-%u", (unsigned)(2012 + h % 15),
	         (unsigned)(1000 + h / 16 % 48000));
	v->kind = (uint8_t)(h >> 20 & 3) == 0 ? VD_POSSIBLE : VD_AFFECTED;
	v->confidence = 90;
	v->cvss_x10 = (uint8_t)(25 + h / 512 % 74);
	v->severity = v->cvss_x10 >= 90   ? VD_SEV_CRITICAL
	              : v->cvss_x10 >= 70 ? VD_SEV_HIGH
	              : v->cvss_x10 >= 40 ? VD_SEV_MEDIUM
	                                  : VD_SEV_LOW;
	v->precision = VD_BOUNDED;
	v->kev = h % 61 == 0;
	snprintf(v->cvss_version, sizeof(v->cvss_version), "3.1");
	v->epss = (float)(h >> 30 & 1023) / 4096.0F;
	snprintf(v->cpe, sizeof(v->cpe), "cpe:2.3:a:%s", k->cpe);
	snprintf(v->version, sizeof(v->version), "%s", version);
	snprintf(v->range, sizeof(v->range), "<=%s.%u", version, number % 7);
	snprintf(v->source, sizeof(v->source), "nvd");
}

/* The older a version (the later in the list), the more verdicts it has. */
static void make_set(struct population *p, unsigned kind, unsigned version)
{
	const struct population_kind *k = &population_kinds[kind];
	unsigned of = p->version_count[kind];
	struct set *set = &p->sets[kind][version];
	char text[32];

	set->count = 3 * k->cves * (version + 1) / of;
	set->list = calloc(set->count + 1, sizeof(*set->list));
	if (set->list == NULL)
		abort();
	snprintf(text, sizeof(text), "%.*s", (int)p->version_len[kind][version],
	         p->versions[kind][version]);
	for (unsigned i = 0; i < set->count; i++)
		fill_verdict(&set->list[i], k, i, text);
}

struct population *population_new(uint64_t seed, size_t services)
{
	struct population *p = calloc(1, sizeof(*p));
	unsigned at = 0;

	if (p == NULL)
		return NULL;
	p->seed = seed;
	p->services = services;
	/* A step that shares no factor with any count below 2^32. */
	p->step = services % 2654435761u == 0 ? 1 : 2654435761u % (services == 0 ? 1 : services);
	for (unsigned h = 0, i = 0; h < BLOCK_HOSTS; h++)
		for (unsigned n = 0; n < host_sizes[h]; n++, i++) {
			p->host_of[i] = (uint8_t)h;
			p->place_of[i] = (uint8_t)n;
		}
	for (unsigned kind = 0; kind < population_kind_count; kind++) {
		for (unsigned n = 0; n < population_kinds[kind].share && at < 1000; n++)
			p->kind_of[at++] = (uint8_t)kind;
		split_versions(p, kind);
		for (unsigned v = 0; v < p->version_count[kind]; v++)
			make_set(p, kind, v);
	}
	return p;
}

void population_free(struct population *p)
{
	if (p == NULL)
		return;
	for (unsigned kind = 0; kind < population_kind_count; kind++)
		for (unsigned v = 0; v < p->version_count[kind]; v++)
			free(p->sets[kind][v].list);
	free(p);
}

size_t population_count(const struct population *p)
{
	return p->services;
}

int64_t population_start_us(unsigned scan)
{
	return scan == 0 ? START_US : START_US + 90 * DAY_US + (scan - 1) * 7 * DAY_US;
}

size_t population_order(const struct population *p, size_t n)
{
	return (size_t)((uint64_t)n * p->step % p->services);
}

/* ---- one service ----------------------------------------------------------------------------- */

/* What is drawn for one service. */
struct draw {
	const struct population *p;
	size_t i, host;
	unsigned kind, version, cert; /* cert: how often it was renewed */
	uint64_t banner;              /* chance of what the banner says */
	int64_t seen_us;
	const struct population_kind *k;
	size_t padding;
};

static size_t host_number(const struct population *p, size_t i)
{
	return i / BLOCK * BLOCK_HOSTS + p->host_of[i % BLOCK];
}

static unsigned kind_number(const struct population *p, size_t i)
{
	return p->kind_of[chance(p, i, BY_KIND) % 1000];
}

static bool is_usual(const struct population *p, size_t i)
{
	return chance(p, i, BY_PORT) % 100 < 92;
}

/* The usual port of its kind; another one where it is not usual, or a service of the same host has
 * that port already. */
static uint16_t port_number(const struct population *p, size_t i, unsigned kind)
{
	unsigned place = p->place_of[i % BLOCK];
	bool usual = is_usual(p, i);

	for (unsigned n = 1; n <= place && usual; n++)
		usual = population_kinds[kind_number(p, i - n)].port != population_kinds[kind].port;
	if (usual)
		return population_kinds[kind].port;
	return (uint16_t)(20000 + place * 4000 + chance(p, i, BY_PORT) / 128 % 4000);
}

bool population_changed(const struct population *p, size_t i, unsigned scan)
{
	return scan > 0 && chance(p, i, BY_CHANGE + scan) % CHANGED == 0;
}

/* A version by chance: the first of the list are more common. */
static unsigned first_version(const struct population *p, size_t i, unsigned n)
{
	uint64_t a = chance(p, i, BY_VERSION);
	unsigned x = (unsigned)(a % n), y = (unsigned)(a / 64 % n);

	return x < y ? x : y;
}

static int64_t seen_us(const struct population *p, size_t i, unsigned scan)
{
	int64_t within = scan == 0 ? 90 * DAY_US : DAY_US / 4;

	return population_start_us(scan) +
	       (int64_t)(chance(p, i, BY_TIME + scan * 64) % (uint64_t)within);
}

static struct draw draw(const struct population *p, size_t i, unsigned scan)
{
	struct draw d = {.p = p, .i = i, .host = host_number(p, i), .kind = kind_number(p, i)};
	unsigned n = p->version_count[d.kind];

	d.k = &population_kinds[d.kind];
	if (n > 0)
		d.version = first_version(p, i, n);
	for (unsigned s = 1; s <= scan; s++) {
		if (!population_changed(p, i, s))
			continue;
		if (n > 1 && (d.k->tls == 0 || chance(p, i, BY_CHANGE + s) / CHANGED % 10 < 7))
			d.version = (d.version + 1) % n;
		else
			d.cert++;
	}
	d.seen_us = seen_us(p, i, scan);
	d.banner = chance(p, i, BY_BANNER + d.cert * 64);
	return d;
}

static const char *host_name(const struct draw *d, char out[64])
{
	uint64_t h = chance(d->p, d->host, BY_HOST);

	snprintf(out, 64, "srv%u.net%u.example.test", (unsigned)(h % 1000),
	         (unsigned)(h / 1024 % 40000));
	return out;
}

/* Appends the value of one token. */
static size_t token(const struct draw *d, char which, char *out, size_t size)
{
	uint64_t random = mix(d->banner + size);
	char name[64];
	time_t t = (time_t)(d->seen_us / 1000000);
	struct tm tm;
	int n = 0;

	switch (which) {
	case 'v':
		n = snprintf(out, size, "%.*s", (int)d->p->version_len[d->kind][d->version],
		             d->p->versions[d->kind][d->version]);
		break;
	case 'h':
		n = snprintf(out, size, "%s", host_name(d, name));
		break;
	case 'x':
		n = snprintf(out, size, "%016" PRIx64, random);
		break;
	case 'n':
		n = snprintf(out, size, "%u", (unsigned)(random % 30));
		break;
	case 't':
		n = snprintf(out, size, "%s",
		             random % 10 < 8
		                     ? population_titles[random / 64 % population_title_count]
		                     : host_name(d, name));
		break;
	case 'd':
		gmtime_r(&t, &tm);
		n = (int)strftime(out, size, "%a, %d %b %Y %H:%M:%S GMT", &tm);
		break;
	default:
		break;
	}
	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

/* Most pages are short, few are long. */
static size_t padding(const struct draw *d)
{
	uint64_t h = chance(d->p, d->i, BY_LENGTH);

	if (h % 100 < 55)
		return 0;
	if (h % 100 < 85)
		return h / 128 % 80;
	return h % 100 < 98 ? h / 128 % 500 : h / 128 % 3000;
}

static size_t pad(const struct draw *d, char *out, size_t size)
{
	static const char *const words[] = {
		"<div class=\"row\">",
		"</div>",
		"<a href=\"/index.html\">",
		"<script src=\"/js/app.js\">",
		"<meta charset=\"utf-8\">",
		"<p>",
		"welcome ",
		"<body>",
		"server ",
		"login ",
		"<link rel=\"stylesheet\" href=\"/style.css\">",
		"password ",
		"page ",
		"network ",
		"<form action=\"/login\" method=\"post\">",
		"<input type=\"text\">",
	};
	size_t want = padding(d), len = 0;
	uint64_t h = d->banner;

	while (len < want) {
		const char *word = words[h >> 40 & 15];
		size_t n = strlen(word);

		if (n + 12 > size - len)
			break;
		memcpy(out + len, word, n);
		len += n;
		h = mix(h);
		if ((h & 7) == 0) /* something that no other page has */
			len += (size_t)snprintf(out + len, size - len, "%" PRIx32,
			                        (uint32_t)(h >> 8));
	}
	return len;
}

static size_t banner(const struct draw *d, char *out, size_t size)
{
	size_t len = 0;

	for (const char *c = d->k->banner; *c != '\0' && len + 1 < size; c++) {
		if (c[0] != '%')
			out[len++] = *c;
		else if (*++c == 'p')
			len += pad(d, out + len, size - len);
		else
			len += token(d, *c, out + len, size - len);
	}
	return len;
}

static void add_hex(struct vd_facts *f, const char *name, uint64_t h, size_t digits)
{
	char text[128 + 17];

	for (size_t n = 0; n < digits; n += 16)
		snprintf(text + n, 17, "%016" PRIx64, h = mix(h + n));
	vd_facts_add(f, name, text, digits);
}

static void add_date(struct vd_facts *f, const char *name, int64_t us)
{
	time_t t = (time_t)(us / 1000000);
	char text[32];
	struct tm tm;

	gmtime_r(&t, &tm);
	vd_facts_add(f, name, text, strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm));
}

/* Services of one host share a certificate. */
static void add_certificate(const struct draw *d, struct vd_facts *f)
{
	uint64_t h = chance(d->p, d->host, BY_CERT + d->cert * 64);
	bool own = h % 100 < 22;
	char name[64];
	int64_t from = START_US - (int64_t)(h / 128 % 80) * DAY_US + d->cert * 60 * DAY_US;

	host_name(d, name);
	vd_facts_addf(f, "ssl.version", "%s", h % 3 == 0 ? "TLSv1.2" : "TLSv1.3");
	vd_facts_addf(f, "ssl.cipher", "%s",
	              h % 3 == 0 ? "ECDHE-RSA-AES256-GCM-SHA384" : "TLS_AES_256_GCM_SHA384");
	vd_facts_addf(f, "ssl.cipher_bits", "256");
	vd_facts_addf(f, "ssl.ja3s", "%s",
	              h % 3 == 0 ? "ae4edc6faf64d08308082ad26be60767"
	                         : "15af977ce25de452b96affa2addb1036");
	vd_facts_addf(f, "ssl.cn", "%s", name);
	vd_facts_addf(f, "ssl.subject", "CN=%s", name);
	vd_facts_addf(f, "ssl.issuer", "CN=%s", own ? name : "R3,O=Example Trust Authority,C=US");
	vd_facts_addf(f, "ssl.issuer_cn", "%s", own ? name : "R3");
	vd_facts_addf(f, "ssl.san", "%s", name);
	if (h / 256 % 3 == 0)
		vd_facts_addf(f, "ssl.san", "www.%s", name);
	add_hex(f, "ssl.serial", h, own ? 16 : 32);
	add_date(f, "ssl.not_before", from);
	add_date(f, "ssl.not_after", from + (own ? 3650 : 90) * DAY_US);
	add_hex(f, "ssl.sha256", h + 1, 64);
	add_hex(f, "ssl.sha1", h + 2, 40);
	vd_facts_addf(f, "ssl.key_type", "%s", h % 4 == 0 ? "EC" : "RSA");
	vd_facts_addf(f, "ssl.bits", "%s", h % 4 == 0 ? "256" : "2048");
	vd_facts_addf(f, "ssl.sig_alg", "sha256WithRSAEncryption");
	vd_facts_addf(f, "ssl.selfsigned", "%s", own ? "true" : "false");
	vd_facts_addf(f, "ssl.chain_count", "%s", own ? "1" : "3");
}

static void add_host_key(const struct draw *d, struct vd_facts *f)
{
	uint64_t h = chance(d->p, d->host, BY_CERT);

	add_hex(f, "ssh.fingerprint", h, 32);
	add_hex(f, "ssh.fingerprint_sha256", h + 3, 64);
	vd_facts_addf(f, "ssh.key_type", "ssh-ed25519");
	vd_facts_addf(f, "ssh.hassh", "%s",
	              d->version % 3 == 0 ? "b12d2871a1189eff20364cf5333619ee"
	                                  : "41ff3ecd1458b0bf86e1b4891636213e");
	vd_facts_addf(
		f, "ssh.kex",
		"curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521%s",
		d->version % 3 == 0 ? ",diffie-hellman-group14-sha256" : "");
}

static void fill_identity(const struct draw *d, struct vd_identity *id)
{
	const struct population_kind *k = d->k;

	if (strcmp(k->service, "unknown") == 0)
		return;
	snprintf(id->service, sizeof(id->service), "%s", k->service);
	snprintf(id->service_source, sizeof(id->service_source), "banner");
	if (k->product[0] == '\0')
		return;
	id->confidence = 95;
	snprintf(id->product, sizeof(id->product), "%s", k->product);
	snprintf(id->vendor, sizeof(id->vendor), "%s", k->vendor);
	if (d->p->version_count[d->kind] > 0)
		snprintf(id->version, sizeof(id->version), "%.*s",
		         (int)d->p->version_len[d->kind][d->version],
		         d->p->versions[d->kind][d->version]);
	id->cpe_count = 1;
	snprintf(id->cpe[0], sizeof(id->cpe[0]), "cpe:2.3:a:%s:%s:*:*:*:*:*:*:*", k->cpe,
	         id->version[0] == '\0' ? "*" : id->version);
	snprintf(id->os, sizeof(id->os), "%s", k->os);
	snprintf(id->rule, sizeof(id->rule), "%s-%s", k->service, k->vendor);
	snprintf(id->match_field, sizeof(id->match_field), "banner");
	id->match_len = (uint32_t)strlen(id->product);
}

static void fill_exposure(const struct draw *d, struct record *r)
{
	struct vd_exposure *e = &r->exposures[0];

	if (d->k->exposure[0] == '\0' || chance(d->p, d->i, BY_EXPOSURE) % 3 != 0)
		return;
	r->exposure_count = 1;
	snprintf(e->id, sizeof(e->id), "%s", d->k->exposure);
	snprintf(e->title, sizeof(e->title), "%s offers %s to everybody", d->k->service,
	         d->k->exposure);
	e->severity = VD_SEV_MEDIUM;
	e->base = 40;
}

static struct record_reply reply(const struct draw *d)
{
	uint64_t h = chance(d->p, d->host, BY_SYSTEM);

	return (struct record_reply){
		.reason = DP_REPLY_OPEN,
		.ttl = (uint8_t)((h % 4 == 0 ? 128 : 64) - h / 8 % 20),
		.wscale = h % 4 == 0 ? 8 : 7,
		.window = h % 4 == 0 ? 65535 : 64240,
		.mss = h / 512 % 5 == 0 ? 1400 : 1460,
		.tcp_options = h % 4 == 0 ? 0x42121u : 0x21432u,
		.rtt_us = (uint32_t)(800 + chance(d->p, d->i, BY_SYSTEM) % 180000)};
}

static struct dp_addr address(const struct draw *d)
{
	uint64_t h = chance(d->p, d->host, BY_HOST);

	return dp_addr_v4((uint32_t)(NETWORK + d->host * STRIDE + h % STRIDE));
}

void population_sight(const struct population *p, size_t i, unsigned scan,
                      struct record_sighting *out)
{
	const struct draw d = draw(p, i, scan);

	*out = (struct record_sighting){.addr = address(&d),
	                                .port = port_number(p, i, d.kind),
	                                .transport = d.k->transport == 0 ? DP_TRANSPORT_TCP
	                                                                 : DP_TRANSPORT_UDP,
	                                .state = RECORD_OPEN,
	                                .reply = reply(&d),
	                                .seen_us = d.seen_us};
}

void population_fill(const struct population *p, size_t i, unsigned scan, struct record *r)
{
	const struct draw d = draw(p, i, scan);
	char text[4096];

	r->verdicts = NULL;
	record_clear(r);
	r->addr = address(&d);
	r->port = port_number(p, i, d.kind);
	r->transport = d.k->transport == 0 ? DP_TRANSPORT_TCP : DP_TRANSPORT_UDP;
	r->state = RECORD_OPEN;
	r->ask = RECORD_ASKED;
	r->grabbed = true;
	r->seen_us = d.seen_us + 1500000;
	r->reply = reply(&d);
	vd_decode(NULL, text, banner(&d, text, sizeof(text)), r->facts);
	if (strcmp(d.k->service, "ssh") == 0)
		add_host_key(&d, r->facts);
	if (chance(p, i, BY_CERT) % 100 < d.k->tls)
		add_certificate(&d, r->facts);
	if (r->transport == DP_TRANSPORT_TCP)
		enrich_reply_facts(r);
	fill_identity(&d, &r->identity);
	fill_exposure(&d, r);
	if (p->version_count[d.kind] > 0) {
		r->verdicts = p->sets[d.kind][d.version].list;
		r->verdict_count = p->sets[d.kind][d.version].count;
	}
	if (!vd_facts_complete(r->facts))
		abort();
}

struct record *population_record_new(void)
{
	struct record *r = record_new();

	if (r == NULL)
		abort();
	return r;
}

void population_record_free(struct record *r)
{
	r->verdicts = NULL;
	record_free(r);
}

size_t population_banner_len(const struct record *r)
{
	const struct vd_fact *banner = vd_facts_get(r->facts, "banner");

	return banner == NULL ? 0 : banner->len;
}
