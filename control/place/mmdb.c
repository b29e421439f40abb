/* SPDX-License-Identifier: Apache-2.0 */
/* mmdb.c - networks and locations of MaxMind databases. */
#include "mmdb.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "utf8.h"

struct mmdb {
	MMDB_s db;
	/* what was looked up last: neighbouring addresses mostly lie in the same network */
	struct dp_addr_range cached;
	struct place_info said;
};

/* ---- paths of values ------------------------------------------------------------------------- */

enum { DEPTH = 4, WAYS = 6 };

/* Where a value may stand, the best place first. */
struct paths {
	const char *way[WAYS][DEPTH + 1];
};

static const struct paths country_paths = {{{"country", "iso_code"},
                                            {"country_code"},
                                            {"country"},
                                            {"registered_country", "iso_code"}}};
static const struct paths region_paths = {{{"subdivisions", "0", "names", "en"},
                                           {"region"},
                                           {"state1"},
                                           {"region_name"},
                                           {"subdivisions", "0", "iso_code"}}};
static const struct paths city_paths = {{{"city", "names", "en"}, {"city"}}};
static const struct paths latitude_paths = {{{"location", "latitude"}, {"latitude"}, {"lat"}}};
static const struct paths longitude_paths = {
	{{"location", "longitude"}, {"longitude"}, {"lng"}, {"lon"}}};
static const struct paths asn_paths = {
	{{"autonomous_system_number"}, {"traits", "autonomous_system_number"}, {"asn"}}};
static const struct paths as_name_paths = {{{"autonomous_system_organization"},
                                            {"traits", "autonomous_system_organization"},
                                            {"as_name"},
                                            {"name"}}};
static const struct paths org_paths = {{{"organization"}, {"traits", "organization"}, {"org"}}};
static const struct paths isp_paths = {{{"isp"}, {"traits", "isp"}}};

static bool value_at(MMDB_entry_s *entry, const char *const *way, MMDB_entry_data_s *out)
{
	return way[0] != NULL && MMDB_aget_value(entry, out, way) == MMDB_SUCCESS && out->has_data;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Copy @len bytes of text, cut between two characters where they do not fit. */
static void copy(char *out, size_t size, const char *text, size_t len)
{
	size_t n = 0;

	if (memchr(text, '\0', len) != NULL)
		return;
	while (n < len) {
		uint32_t c;
		size_t step = utf8_decode(text + n, len - n, &c);

		if (step == 0)
			step = 1;
		if (n + step >= size)
			break;
		n += step;
	}
	memcpy(out, text, n);
	out[n] = '\0';
}

static void find_text(MMDB_entry_s *entry, const struct paths *paths, char *out, size_t size)
{
	MMDB_entry_data_s v;

	for (int i = 0; i < WAYS && out[0] == '\0'; i++)
		if (value_at(entry, paths->way[i], &v) && v.type == MMDB_DATA_TYPE_UTF8_STRING)
			copy(out, size, v.utf8_string, v.data_size);
}

static bool number_of(const MMDB_entry_data_s *v, double *out)
{
	char text[32] = "", *end;

	switch (v->type) {
	case MMDB_DATA_TYPE_DOUBLE:
		*out = v->double_value;
		break;
	case MMDB_DATA_TYPE_FLOAT:
		*out = (double)v->float_value;
		break;
	case MMDB_DATA_TYPE_UINT16:
		*out = v->uint16;
		break;
	case MMDB_DATA_TYPE_UINT32:
		*out = v->uint32;
		break;
	case MMDB_DATA_TYPE_INT32:
		*out = v->int32;
		break;
	case MMDB_DATA_TYPE_UTF8_STRING:
		copy(text, sizeof(text), v->utf8_string, v->data_size);
		*out = strtod(text, &end);
		return text[0] != '\0' && *end == '\0' && isfinite(*out);
	default:
		return false;
	}
	return isfinite(*out);
}

static bool find_number(MMDB_entry_s *entry, const struct paths *paths, double *out)
{
	MMDB_entry_data_s v;

	for (int i = 0; i < WAYS; i++)
		if (value_at(entry, paths->way[i], &v) && number_of(&v, out))
			return true;
	return false;
}

/* A number, or "AS64496". */
static uint32_t find_asn(MMDB_entry_s *entry)
{
	MMDB_entry_data_s v;
	char text[32] = "";
	double n;

	if (find_number(entry, &asn_paths, &n))
		return n >= 1 && n <= UINT32_MAX ? (uint32_t)n : 0;
	for (int i = 0; i < WAYS; i++)
		if (value_at(entry, asn_paths.way[i], &v) && v.type == MMDB_DATA_TYPE_UTF8_STRING)
			copy(text, sizeof(text), v.utf8_string, v.data_size);
	return ascii_lower(text[0]) == 'a' && ascii_lower(text[1]) == 's'
	               ? (uint32_t)strtoul(text + 2, NULL, 10)
	               : 0;
}

static void find_country(MMDB_entry_s *entry, char out[3])
{
	MMDB_entry_data_s v;

	for (int i = 0; i < WAYS && out[0] == '\0'; i++) {
		if (!value_at(entry, country_paths.way[i], &v) ||
		    v.type != MMDB_DATA_TYPE_UTF8_STRING || v.data_size != 2 ||
		    !ascii_is_alpha(v.utf8_string[0]) || !ascii_is_alpha(v.utf8_string[1]))
			continue;
		for (int k = 0; k < 2; k++)
			out[k] = (char)(ascii_lower(v.utf8_string[k]) - 'a' + 'A');
		out[2] = '\0';
	}
}

static void read_entry(MMDB_entry_s *entry, struct place_info *out)
{
	out->asn = find_asn(entry);
	/* "name" alone may be the name of anything. */
	if (out->asn != 0)
		find_text(entry, &as_name_paths, out->as_name, sizeof(out->as_name));
	find_text(entry, &org_paths, out->org, sizeof(out->org));
	find_text(entry, &isp_paths, out->isp, sizeof(out->isp));
	find_country(entry, out->country);
	find_text(entry, &region_paths, out->region, sizeof(out->region));
	find_text(entry, &city_paths, out->city, sizeof(out->city));
	out->has_point = find_number(entry, &latitude_paths, &out->latitude) &&
	                 find_number(entry, &longitude_paths, &out->longitude) &&
	                 fabs(out->latitude) <= 90 && fabs(out->longitude) <= 180;
}

/* ---- looking up ------------------------------------------------------------------------------ */

/* The prefix of @bits bits around @addr; one address where the tree says nothing that fits. */
static void set_range(struct mmdb *m, const struct dp_addr *addr, unsigned bits)
{
	bool v4 = dp_addr_is_v4(addr, NULL);

	m->cached.first = m->cached.last = *addr;
	if (v4 && m->db.metadata.ip_version == 4)
		bits += 96;
	if (bits > 128 || (v4 && bits < 96))
		return;
	for (unsigned i = bits; i < 128; i++) {
		uint8_t mask = (uint8_t)(0x80 >> i % 8);

		m->cached.first.b[i / 8] = (uint8_t)(m->cached.first.b[i / 8] & ~mask);
		m->cached.last.b[i / 8] |= mask;
	}
}

static void look_up(struct mmdb *m, const struct dp_addr *addr)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6};
	MMDB_lookup_result_s found;
	uint32_t v4;
	int error;

	memset(&m->said, 0, sizeof(m->said));
	m->cached.first = m->cached.last = *addr;
	if (dp_addr_is_v4(addr, &v4)) {
		sin.sin_addr.s_addr = htonl(v4);
		found = MMDB_lookup_sockaddr(&m->db, (const struct sockaddr *)&sin, &error);
	} else {
		memcpy(&sin6.sin6_addr, addr->b, 16);
		found = MMDB_lookup_sockaddr(&m->db, (const struct sockaddr *)&sin6, &error);
	}
	if (error != MMDB_SUCCESS)
		return;
	set_range(m, addr, found.netmask);
	if (found.found_entry)
		read_entry(&found.entry, &m->said);
}

static void fill(char *to, size_t size, const char *text)
{
	if (to[0] == '\0')
		memcpy(to, text, size);
}

#define FILL(member) fill(io->member, sizeof(io->member), said->member)

static void add_location(const struct place_info *said, struct place_info *io)
{
	FILL(country);
	FILL(region);
	FILL(city);
	if (!io->has_point && said->has_point) {
		io->has_point = true;
		io->latitude = said->latitude;
		io->longitude = said->longitude;
	}
	if (io->country[0] != '\0' || io->has_point || io->city[0] != '\0')
		io->location_source = "mmdb";
}

void mmdb_find(struct mmdb *m, const struct dp_addr *addr, bool is_located, struct place_info *io)
{
	const struct place_info *said = &m->said;

	if (!addr_range_has(&m->cached, addr))
		look_up(m, addr);
	if (io->asn == 0 && said->asn != 0) {
		io->asn = said->asn;
		FILL(as_name);
	}
	FILL(org);
	FILL(isp);
	if (!is_located)
		add_location(said, io);
}

/* ---- the file -------------------------------------------------------------------------------- */

int mmdb_open(const char *path, struct mmdb **out, struct error *err)
{
	struct mmdb *m = calloc(1, sizeof(*m));
	int status, saved;

	if (m == NULL)
		return -ENOMEM;
	errno = 0;
	status = MMDB_open(path, MMDB_MODE_MMAP, &m->db);
	saved = errno;
	if (status != MMDB_SUCCESS) {
		free(m);
		if (status == MMDB_OUT_OF_MEMORY_ERROR)
			return -ENOMEM;
		if ((status == MMDB_FILE_OPEN_ERROR || status == MMDB_IO_ERROR) && saved != 0)
			return error_set(err, -saved, "%s", strerror(saved));
		return error_set(err, -EINVAL, "no MaxMind database, or damaged: %.200s",
		                 MMDB_strerror(status));
	}
	/* No address lies in a range that ends before it begins. */
	memset(&m->cached.first, 0xff, sizeof(m->cached.first));
	*out = m;
	return 0;
}

void mmdb_close(struct mmdb *m)
{
	if (m == NULL)
		return;
	MMDB_close(&m->db);
	free(m);
}

const char *mmdb_type(const struct mmdb *m)
{
	return m->db.metadata.database_type != NULL ? m->db.metadata.database_type : "";
}

int64_t mmdb_built_us(const struct mmdb *m)
{
	return m->db.metadata.build_epoch <= INT64_MAX / 1000000
	               ? (int64_t)m->db.metadata.build_epoch * 1000000
	               : 0;
}

uint64_t mmdb_nodes(const struct mmdb *m)
{
	return m->db.metadata.node_count;
}

unsigned mmdb_kinds(const struct mmdb *m)
{
	static const struct {
		const char *word;
		unsigned kinds;
	} words[] = {
		{"asn", PLACE_HAS_NETWORKS},
		{"isp", PLACE_HAS_NETWORKS},
		{"enterprise", PLACE_HAS_NETWORKS | PLACE_HAS_LOCATIONS},
		{"city", PLACE_HAS_LOCATIONS},
		{"country", PLACE_HAS_LOCATIONS},
		{"location", PLACE_HAS_LOCATIONS},
	};
	unsigned kinds = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(mmdb_type(m), words[i].word) != NULL)
			kinds |= words[i].kinds;
	return kinds != 0 ? kinds : PLACE_HAS_NETWORKS | PLACE_HAS_LOCATIONS;
}
