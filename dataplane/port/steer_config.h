/* SPDX-License-Identifier: Apache-2.0 */
/* steer_config.h - the map value that tells the steering program which packets are the scan's. */
#ifndef SONDE_STEER_CONFIG_H
#define SONDE_STEER_CONFIG_H

#include <linux/types.h>

enum { STEER_MAX_SOURCES = 16, STEER_MAX_QUEUES = 256 };

/* Value 0 of the array map "steer_config"; all zero steers nothing. Host byte order unless _be. */
struct steer_config {
	__u32 v4_count;
	__u32 v6_count;
	__u32 port_first;
	__u32 port_last;
	__u32 echo; /* not 0: steer ICMP echo replies whose identifier is one of the ports */
	/* not 0: the kernel may have connections from our ports, so SYN-ACKs and RSTs are looked up
	 * before they are taken for answers */
	__u32 connects;
	/* not 0: the scan has connections of its own: steer all segments to our ports but for SYNs and
	 * for those of the kernel's connections */
	__u32 streams;
	__u32 vlan;     /* VLAN of the requests for addresses of ours alone; 0 = untagged */
	__u32 v4_alone; /* bit i: the kernel does not have v4_be[i]; steer ARP requests for it */
	__u32 v6_alone; /* the same for v6_be[i] and neighbour solicitations */
	__u32 v4_be[STEER_MAX_SOURCES];
	__u32 v6_be[STEER_MAX_SOURCES][4];
};

#endif
