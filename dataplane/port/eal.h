/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eal.h - the process's one DPDK environment: memory and lcores, started once.
 *
 * Nothing is shared with other processes and nothing stays behind in the file system. Control
 * thread.
 */
#ifndef SONDE_EAL_H
#define SONDE_EAL_H

#include "dp_types.h"

struct eal_config {
	unsigned workers;        /* how many workers will be wanted; pinned if cores allow */
	const char *pci;         /* the one PCI device to take; NULL = no PCI at all */
	const char *const *args; /* further arguments, after ours */
	unsigned arg_count;
};

/*
 * Start the EAL, or find it started: the first caller's configuration stays. 0, or -errno with
 * @err: -EINVAL (the EAL refused), -ENODEV (a PCI device wanted from an EAL without PCI), -ERANGE
 * (more workers than the EAL has lcores).
 */
int eal_start(const struct eal_config *c, struct error *err);

/* Whether memory comes from hugepages; false before eal_start(). */
bool eal_hugepages(void);

/* The lcore of worker @index. */
unsigned eal_worker_lcore(unsigned index);

/*
 * What DPDK or a library below it first complained of since eal_forget(), in a line without its
 * end. The first complaint is the specific one. Valid until the next call into DPDK.
 */
const char *eal_complaint(void);
void eal_forget(void);
/* Let a library beside DPDK complain too. */
void eal_complain(const char *text, size_t len);

#endif
