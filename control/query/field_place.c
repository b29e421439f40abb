/* SPDX-License-Identifier: Apache-2.0 */
/* field_place.c - the fields of a host that files beside the database tell: owner, network, location. */
#include "field_give.h"

TEXT_OF(owner, h->place.owner)
TEXT_OF(site, h->place.site)
TEXT_OF(scope, h->place.scope)
TEXT_OF(criticality, h->place.criticality)
KNOWN_OF(asn, h->place.asn)
TEXT_OF(as_name, h->place.as_name)
TEXT_OF(org, h->place.org)
TEXT_OF(isp, h->place.isp)
TEXT_OF(registry, h->place.registry)
TEXT_OF(country, h->place.country)
TEXT_OF(region, h->place.region)
TEXT_OF(city, h->place.city)

GETTER(tag)
{
	UNUSED_RECORD;
	for (unsigned i = 0; i < h->place.tag_count; i++)
		if (!give_text(take, arg, h->place.tags[i]))
			return;
}

GETTER(geo)
{
	const struct field_value v = {.number = h->place.latitude, .longitude = h->place.longitude};

	UNUSED_RECORD;
	if (h->place.has_point)
		take(arg, &v);
}

static const char *const criticalities[] = {"low", "medium", "high", "critical", NULL};

enum { HOST = FIELD_HOST, FACET = FIELD_HOST | FIELD_FACET };

static const struct field table[] = {
	{"owner", "asset.owner", FIELD_TEXT, FACET, 0, NULL, get_owner,
         "who answers for the address, by the inventory"},
	{"site", "asset.site", FIELD_TEXT, FACET, 0, NULL, get_site, "site, by the inventory"},
	{"scope", "asset.scope", FIELD_TEXT, FACET, 0, NULL, get_scope, "scope, by the inventory"},
	{"criticality", "asset.criticality", FIELD_WORD, FACET | FIELD_ORDERED, 0, criticalities,
         get_criticality, "how much depends on the address, by the inventory"},
	{"tag", "tags label asset.tags", FIELD_TEXT, FACET | FIELD_MANY, 0, NULL, get_tag,
         "tags of the inventory"},
	{"asn", "as_number network.asn", FIELD_INT, FACET, UINT32_MAX, NULL, get_asn,
         "number of the autonomous system"},
	{"as_name", "network.as_name", FIELD_TEXT, FACET, 0, NULL, get_as_name,
         "name of the autonomous system"},
	{"org", "network.org organization", FIELD_TEXT, FACET, 0, NULL, get_org,
         "organisation that has the network"},
	{"isp", "network.isp", FIELD_TEXT, FACET, 0, NULL, get_isp, "who connects the network"},
	{"registry", "network.registry", FIELD_TEXT, FACET, 0, NULL, get_registry,
         "registry that delegated the prefix"},
	{"country", "country_code location.country", FIELD_TEXT, FACET, 0, NULL, get_country,
         "two letters of ISO 3166"},
	{"region", "location.region", FIELD_TEXT, FACET, 0, NULL, get_region, "state or province"},
	{"city", "location.city", FIELD_TEXT, FACET, 0, NULL, get_city, "city"},
	{"geo", "location", FIELD_POINT, HOST, 0, NULL, get_geo,
         "within KM of a point: LATITUDE,LONGITUDE,KM"},
};

enum { ASSETS = 5, NETWORKS = 9, REGISTRIES = 10 }; /* where the fields of a kind end */

const struct field *field_table_place(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}

unsigned field_place_kinds(const struct field *f)
{
	size_t i = (size_t)(f - table);

	if (f < table || i >= sizeof(table) / sizeof(table[0]))
		return 0;
	return i < ASSETS       ? PLACE_HAS_ASSETS
	       : i < NETWORKS   ? PLACE_HAS_NETWORKS
	       : i < REGISTRIES ? PLACE_HAS_REGISTRY
	                        : PLACE_HAS_LOCATIONS;
}
