/* SPDX-License-Identifier: Apache-2.0 */
/* vuln_json.h - writes what is known about a CVE, and the services that have it, as JSON. */
#ifndef SONDE_VULN_JSON_H
#define SONDE_VULN_JSON_H

#include "json.h"
#include "record.h"
#include "vulndb.h"

/* Write the members that tell of the CVE @id, which @db has, into the open object: id, link, scores,
 * what it affects, what fixed it, and whether the knowledge is old at @now_us. */
void vuln_json(struct json *j, const struct vulndb *db, const char *id, int64_t now_us);
/* Write a service with its verdict @v on the CVE as one object. */
void vuln_json_service(struct json *j, const struct record *r, const struct vd_verdict *v);

enum { VULN_LINK = 96 };
/* Where anybody can read about the CVE. Returns @out. Pure. */
const char *vuln_link(const char *id, char out[VULN_LINK]);
/* Whether the file says which versions the CVE affects. */
bool vuln_has_ranges(const struct vulndb *db, const char *id);

#endif
