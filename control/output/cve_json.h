/* SPDX-License-Identifier: Apache-2.0 */
/* cve_json.h - writes what is known about a CVE, and the services that have it, as JSON. */
#ifndef SONDE_CVE_JSON_H
#define SONDE_CVE_JSON_H

#include "json.h"
#include "record.h"
#include "vulndb.h"

/* Write the members that tell of the CVE @id, which @db has, into the open object: id, link, scores,
 * what it affects, what fixed it, and whether the knowledge is old at @now_us. */
void cve_json(struct json *j, const struct vulndb *db, const char *id, int64_t now_us);
/* Write a service with its verdict @v on the CVE as one object. */
void cve_json_service(struct json *j, const struct record *r, const struct vd_verdict *v);

enum { CVE_LINK = 96 };
/* Where anybody can read about the CVE. Returns @out. Pure. */
const char *cve_link(const char *id, char out[CVE_LINK]);
/* Whether the file says which versions the CVE affects. */
bool cve_has_ranges(const struct vulndb *db, const char *id);

#endif
