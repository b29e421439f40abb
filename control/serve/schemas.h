/* SPDX-License-Identifier: Apache-2.0 */
/* schemas.h - the JSON schemas of bodies, by the names that the table of routes uses. */
#ifndef SONDE_SCHEMAS_H
#define SONDE_SCHEMAS_H

/* The text of schemas.json, one object. That of hosts stands apart. Static. */
const char *schemas_text(void);
/* The text of schema/host-2.json. Static. */
const char *schemas_host(void);

#endif
