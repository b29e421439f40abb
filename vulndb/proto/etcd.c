/* SPDX-License-Identifier: Apache-2.0 */
/* etcd.c - etcd: GET /version returns the version. */
#include "http.h"

static void etcd_greet(struct vd_dialog *d)
{
	http_ask(d, "/version");
}

static enum vd_step etcd_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"etcdserver\"");
}

const struct vd_proto vd_proto_etcd = {
	.name = "etcd",
	.shown = "http",
	.ports = PORTS(2379),
	.greet = etcd_greet,
	.hear = etcd_hear,
	.decode = http_decode,
};
