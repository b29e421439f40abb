/* SPDX-License-Identifier: Apache-2.0 */
/* yarn.c - Hadoop YARN's resource manager: GET /ws/v1/cluster/info returns the version. */
#include "http.h"

static void yarn_greet(struct vd_dialog *d)
{
	http_ask(d, "/ws/v1/cluster/info");
}

static enum vd_step yarn_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"hadoopVersion\"");
}

const struct vd_proto vd_proto_yarn = {
	.name = "yarn",
	.shown = "http",
	.ports = PORTS(8088),
	.greet = yarn_greet,
	.hear = yarn_hear,
	.decode = http_decode,
};
