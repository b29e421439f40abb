/* SPDX-License-Identifier: Apache-2.0 */
/* schemas.c - the JSON schemas of bodies, as they lie in the source. */
#include "schemas.h"

static const char own[] = {
#include "schemas.inc"
	0};
static const char host[] = {
#include "host_schema.inc"
	0};

const char *schemas_text(void)
{
	return own;
}

const char *schemas_host(void)
{
	return host;
}
