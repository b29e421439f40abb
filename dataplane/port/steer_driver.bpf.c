/* SPDX-License-Identifier: Apache-2.0 */
/* steer_driver.bpf.c - the program that DPDK's AF_XDP driver loads and that is never attached: see
 * bpf_xdp_attach() in steer.c. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "steer_config.h"

/* The driver looks for this name and puts its sockets here. */
struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, STEER_MAX_QUEUES);
	__type(key, __u32);
	__type(value, __u32);
} xsks_map SEC(".maps");

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	return bpf_redirect_map(&xsks_map, ctx->rx_queue_index, XDP_PASS);
}

char _license[] SEC("license") = "Apache-2.0";
