/* SPDX-License-Identifier: Apache-2.0 */
/* host_place.c - owner, network and location of a host, in a document and on a page. */
#include "host_place.h"

#include <string.h>

static bool has_asset(const struct place_info *l)
{
	return l->owner[0] != '\0' || l->site[0] != '\0' || l->scope[0] != '\0' ||
	       l->criticality[0] != '\0' || l->tag_count > 0;
}

static bool has_network(const struct place_info *l)
{
	return l->asn != 0 || l->org[0] != '\0' || l->isp[0] != '\0' || l->registry[0] != '\0';
}

static void asset_json(struct json *j, const struct place_info *l)
{
	json_open_object(j, "asset");
	json_text(j, "owner", l->owner);
	json_text(j, "site", l->site);
	json_text(j, "scope", l->scope);
	json_text(j, "criticality", l->criticality);
	if (l->tag_count > 0) {
		json_open_array(j, "tags");
		for (unsigned i = 0; i < l->tag_count; i++)
			json_text(j, NULL, l->tags[i]);
		json_close_array(j);
	}
	json_close_object(j);
}

static void network_json(struct json *j, const struct place_info *l)
{
	char prefix[ADDR_RANGE_TEXT];

	json_open_object(j, "network");
	if (l->asn != 0)
		json_int(j, "asn", l->asn);
	json_text(j, "as_name", l->as_name);
	json_text(j, "org", l->org);
	json_text(j, "isp", l->isp);
	if (l->registry[0] != '\0') {
		json_text(j, "prefix", addr_range_format(&l->prefix, prefix));
		json_text(j, "registry", l->registry);
		json_text(j, "delegated", l->delegated);
	}
	json_close_object(j);
}

static void location_json(struct json *j, const struct place_info *l)
{
	json_open_object(j, "location");
	json_text(j, "country", l->country);
	json_text(j, "region", l->region);
	json_text(j, "city", l->city);
	if (l->has_point) {
		json_number(j, "lat", l->latitude, 4);
		json_number(j, "lon", l->longitude, 4);
	}
	json_text(j, "source", l->location_source);
	json_close_object(j);
}

void host_place_json(struct json *j, const struct place_info *l)
{
	if (has_asset(l))
		asset_json(j, l);
	if (has_network(l))
		network_json(j, l);
	if (l->location_source != NULL)
		location_json(j, l);
}

/* ---- a page ---------------------------------------------------------------------------------- */

/* A part of a line, with a comma between it and what stands before. */
static void part(struct page *p, bool *begun, const char *before, const char *text)
{
	if (text[0] == '\0')
		return;
	page_words(p, "%s%s", *begun ? ", " : "", before);
	page_text(p, NULL, text);
	*begun = true;
}

static void asset_line(struct page *p, const struct place_info *l)
{
	bool begun = false;

	page_words(p, "  asset     ");
	part(p, &begun, "", l->owner);
	part(p, &begun, "site ", l->site);
	part(p, &begun, "scope ", l->scope);
	part(p, &begun, "criticality ", l->criticality);
	for (unsigned i = 0; i < l->tag_count; i++)
		part(p, &begun, "#", l->tags[i]);
	page_end_line(p);
}

static void network_line(struct page *p, const struct place_info *l)
{
	char prefix[ADDR_RANGE_TEXT], asn[16] = "";
	bool begun = false;

	page_words(p, "  network   ");
	if (l->asn != 0)
		snprintf(asn, sizeof(asn), "AS%u", l->asn);
	part(p, &begun, "", asn);
	if (l->as_name[0] != '\0') {
		page_words(p, " ");
		page_text(p, NULL, l->as_name);
	}
	if (strcmp(l->org, l->as_name) != 0)
		part(p, &begun, "", l->org);
	if (strcmp(l->isp, l->org) != 0 && strcmp(l->isp, l->as_name) != 0)
		part(p, &begun, "by ", l->isp);
	if (l->registry[0] != '\0') {
		part(p, &begun, "", addr_range_format(&l->prefix, prefix));
		part(p, &begun, "", l->registry);
		part(p, &begun, "", l->delegated);
	}
	page_end_line(p);
}

static void location_line(struct page *p, const struct place_info *l)
{
	bool begun = false;

	page_words(p, "  location  ");
	part(p, &begun, "", l->city);
	part(p, &begun, "", l->region);
	part(p, &begun, "", l->country);
	if (l->has_point)
		page_words(p, "%s%.2f %.2f", begun ? ", " : "", l->latitude, l->longitude);
	page_words(p, " (%s)", l->location_source);
	page_end_line(p);
}

void host_place_lines(struct page *p, const struct place_info *l)
{
	if (has_asset(l))
		asset_line(p, l);
	if (has_network(l))
		network_line(p, l);
	if (l->location_source != NULL)
		location_line(p, l);
}
