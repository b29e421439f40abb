/* SPDX-License-Identifier: Apache-2.0 */
/* couchbase_admin.c - Couchbase's administration: GET /pools returns the version, without a log-in. */
#include "http.h"

static void couchbase_admin_greet(struct vd_dialog *d)
{
	http_ask(d, "/pools");
}

static enum vd_step couchbase_admin_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"implementationVersion\"");
}

const struct vd_proto vd_proto_couchbase_admin = {
	.name = "couchbase-admin",
	.shown = "http",
	.ports = PORTS(8091),
	.greet = couchbase_admin_greet,
	.hear = couchbase_admin_hear,
	.decode = http_decode,
};
