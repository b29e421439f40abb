/* SPDX-License-Identifier: Apache-2.0 */
/* identify_service.c - takes the service from the names of facts, most of which begin with it. */
#include <string.h>

#include "identify_service.h"

enum { GUESS_CONFIDENCE = 30 };

static bool has_prefix(const struct vd_facts *facts, const char *prefix)
{
	size_t len = strlen(prefix);

	for (size_t i = 0; i < vd_facts_count(facts); i++)
		if (strncmp(vd_facts_at(facts, i)->name, prefix, len) == 0)
			return true;
	return false;
}

/* Facts about the transport, or about all services, name no service. */
static bool names_service(const char *name)
{
	static const char *const none[] = {"tcp.",  "ssl.",  "banner", "recog.",
	                                   "jarm.", "ntlm.", "guess.", "import."};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (strncmp(name, none[i], strlen(none[i])) == 0)
			return false;
	return true;
}

/* Services whose facts are known by another name. */
static const struct {
	const char *facts, *service;
} other_names[] = {
	{"isakmp", "ike"},
	{"socks", "socks5"},
	{"steam_a2s", "steam"},
	{"vmware", "vmware-auth"},
};

static void take_other_name(struct vd_identity *id)
{
	for (size_t i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++)
		if (strcmp(id->service, other_names[i].facts) == 0)
			strcpy(id->service, other_names[i].service);
}

/* Whether the service rests on a weak sign only: who carried the bytes says so, and no rule has
 * found a version or a CPE name in them. */
static bool is_guess(const struct vd_facts *facts, const struct vd_identity *id)
{
	const struct vd_fact *guess = vd_facts_get(facts, "guess.service");

	return guess != NULL && strcmp(guess->value, id->service) == 0 && id->version[0] == '\0' &&
	       id->cpe_count == 0;
}

void identify_service(const struct vd_facts *facts, struct vd_identity *id)
{
	for (size_t i = 0; i < vd_facts_count(facts) && id->service[0] == '\0'; i++) {
		const char *name = vd_facts_at(facts, i)->name;
		const char *dot = strchr(name, '.');
		size_t len = dot != NULL ? (size_t)(dot - name) : sizeof(id->service);

		if (len < sizeof(id->service) && names_service(name)) {
			memcpy(id->service, name, len);
			id->service[len] = '\0';
			take_other_name(id);
		}
	}
	if (is_guess(facts, id)) {
		strcpy(id->service_source, "guess");
		if (id->confidence > GUESS_CONFIDENCE)
			id->confidence = GUESS_CONFIDENCE;
	} else if (id->service[0] != '\0') {
		strcpy(id->service_source, "banner");
	} else if (has_prefix(facts, "ssl.")) {
		strcpy(id->service, "ssl");
		strcpy(id->service_source, "tls");
	}
}
