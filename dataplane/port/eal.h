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
	unsigned workers; /* workers to make room for; pinned to CPUs where there are enough */
	const char *pci;  /* the one PCI device to take; NULL = no PCI at all */
	const char *const *args; /* further arguments, after ours */
	unsigned arg_count;
};

/*
 * Start the EAL. If it already runs, the first caller's configuration stays, and the call checks
 * that it suffices. Returns 0, or -errno with @err: -EINVAL (the EAL refused), -ENODEV (a PCI
 * device wanted from an EAL without PCI) or -ERANGE (more workers than the EAL has lcores).
 */
int eal_start(const struct eal_config *c, struct error *err);

/* Whether memory comes from hugepages; false before eal_start(). */
bool eal_hugepages(void);

/* Whether so many hugepages are free that a port with @workers queues would have its memory from
 * them. Reads /proc/meminfo. */
bool eal_hugepages_free(unsigned workers);

/* How many hugepages of 2 MB are advised for a port with @workers queues. Pure. */
unsigned eal_hugepages_advised(unsigned workers);

/* The lcore of worker @index. */
unsigned eal_worker_lcore(unsigned index);

/*
 * The first message of DPDK or of a library below it since eal_forget(), one line without a line
 * end. The first message is the specific one. It is valid until the next call into DPDK.
 * eal_forget() clears it.
 */
const char *eal_complaint(void);
void eal_forget(void);
/* Record a message of a library other than DPDK in the same way. */
void eal_complain(const char *text, size_t len);

#endif
