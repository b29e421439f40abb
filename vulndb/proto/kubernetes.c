/* SPDX-License-Identifier: Apache-2.0 */
/* kubernetes.c - the API of Kubernetes, which is spoken over TLS only: GET /version returns the
 * version. */
#include "http.h"

static void kubernetes_greet(struct vd_dialog *d)
{
	http_ask(d, "/version");
}

static enum vd_step kubernetes_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"gitVersion\"");
}

const struct vd_proto vd_proto_kubernetes = {
	.name = "kubernetes",
	.shown = "http",
	.secure = "kubernetes",
	.tls_ports = PORTS(6443),
	.greet = kubernetes_greet,
	.hear = kubernetes_hear,
	.decode = http_decode,
};
