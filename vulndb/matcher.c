/* SPDX-License-Identifier: Apache-2.0 */
/* matcher.c - identification with the rules of an opened vulndb. */
#include <errno.h>
#include <string.h>

#include "db.h"
#include "identify.h"
#include "identify_service.h"

int vulndb_identify(const struct vulndb *db, struct vd_scratch *scratch, const struct vd_facts *facts,
		    struct vd_identity *out)
{
	const struct rules *rules = db_rules(db);

	if (rules != NULL && scratch->rules != NULL)
		return rules_identify(rules, scratch->rules, facts, out);
	memset(out, 0, sizeof(*out));
	identify_service(facts, out);
	identify_os(facts, out);
	return vd_facts_complete(facts) ? 0 : -ENOMEM;
}
