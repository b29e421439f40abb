/* SPDX-License-Identifier: Apache-2.0 */
/* solr.c - Apache Solr: GET /solr/admin/info/system returns the version. */
#include "http.h"

static void solr_greet(struct vd_dialog *d)
{
	http_ask(d, "/solr/admin/info/system?wt=json");
}

static enum vd_step solr_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "solr-spec-version");
}

const struct vd_proto vd_proto_solr = {
	.name = "solr",
	.shown = "http",
	.ports = PORTS(8983),
	.greet = solr_greet,
	.hear = solr_hear,
	.decode = http_decode,
};
