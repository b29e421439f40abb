/* SPDX-License-Identifier: Apache-2.0 */
/* hdfs.c - Hadoop's HDFS: GET /jmx, limited to what the name node says of itself, returns the version. */
#include "http.h"

static void hdfs_greet(struct vd_dialog *d)
{
	http_ask(d, "/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo");
}

static enum vd_step hdfs_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"SoftwareVersion\"");
}

const struct vd_proto vd_proto_hdfs = {
	.name = "hdfs",
	.shown = "http",
	.ports = PORTS(9870, 50070),
	.greet = hdfs_greet,
	.hear = hdfs_hear,
	.decode = http_decode,
};
