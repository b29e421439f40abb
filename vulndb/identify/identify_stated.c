/* SPDX-License-Identifier: Apache-2.0 */
/* identify_stated.c - what another tool has stated about a service. */
#include "identify_stated.h"

#include <stdlib.h>
#include <string.h>

#include "printable.h"

/* Less than what a rule of ours says by the bytes of a service. */
enum { STATED_CONFIDENCE = 60 };

static void take(const struct vd_facts *facts, const char *name, char *out, size_t size)
{
	const struct vd_fact *f = vd_facts_get(facts, name);

	if (f != NULL)
		printable_text(out, size, f->value, f->len);
}

static void take_service(const struct vd_facts *facts, struct vd_identity *id)
{
	bool weak = id->service[0] == '\0' || strcmp(id->service_source, "guess") == 0 ||
	            strcmp(id->service_source, "tls") == 0;

	if (!weak || vd_facts_get(facts, "import.service") == NULL)
		return;
	take(facts, "import.service", id->service, sizeof(id->service));
	strcpy(id->service_source, "import");
}

static void take_confidence(const struct vd_facts *facts, struct vd_identity *id)
{
	const struct vd_fact *f = vd_facts_get(facts, "import.confidence");
	long n = f != NULL ? strtol(f->value, NULL, 10) : STATED_CONFIDENCE;

	if (n < 0 || n > STATED_CONFIDENCE)
		n = STATED_CONFIDENCE;
	id->confidence = (uint8_t)n;
}

static void take_cpes(const struct vd_facts *facts, struct vd_identity *id)
{
	for (size_t i = 0; i < vd_facts_count(facts) && id->cpe_count < VD_CPES; i++) {
		const struct vd_fact *f = vd_facts_at(facts, i);

		if (strcmp(f->name, "import.cpe") != 0 ||
		    strncmp(f->value, "cpe:2.3:", strlen("cpe:2.3:")) != 0)
			continue;
		if (f->len < VD_CPE_LEN)
			printable_text(id->cpe[id->cpe_count++], VD_CPE_LEN, f->value, f->len);
	}
}

/* The vendor, as the first name has it: "cpe:2.3:a:openbsd:openssh:...". */
static void take_vendor(struct vd_identity *id)
{
	const char *vendor = id->cpe_count > 0 ? id->cpe[0] + strlen("cpe:2.3:a:") : "";

	if (id->vendor[0] == '\0' && id->cpe_count > 0)
		printable_text(id->vendor, sizeof(id->vendor), vendor, strcspn(vendor, ":"));
}

void identify_stated(const struct vd_facts *facts, struct vd_identity *id)
{
	take_service(facts, id);
	if (id->product[0] != '\0' || vd_facts_get(facts, "import.product") == NULL)
		return;
	take(facts, "import.product", id->product, sizeof(id->product));
	take(facts, "import.version", id->version, sizeof(id->version));
	take(facts, "import.extra", id->version_extra, sizeof(id->version_extra));
	take(facts, "import.device", id->device, sizeof(id->device));
	take_cpes(facts, id);
	take_vendor(id);
	take_confidence(facts, id);
}
