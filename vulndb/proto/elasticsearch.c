/* SPDX-License-Identifier: Apache-2.0 */
/* elasticsearch.c - Elasticsearch and OpenSearch: GET / returns the name and version. */
#include "http.h"

static void elasticsearch_greet(struct vd_dialog *d)
{
	http_ask(d, "/");
}

static enum vd_step elasticsearch_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"cluster_name\"");
}

const struct vd_proto vd_proto_elasticsearch = {
	.name = "elasticsearch",
	.shown = "http",
	.ports = PORTS(9200),
	.greet = elasticsearch_greet,
	.hear = elasticsearch_hear,
	.decode = http_decode,
};
