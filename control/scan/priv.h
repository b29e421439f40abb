/* SPDX-License-Identifier: Apache-2.0 */
/* priv.h - gives away the privileges that a running scan does not need. */
#ifndef SONDE_PRIV_H
#define SONDE_PRIV_H

/*
 * Keep, in the calling thread and those it starts from now on, only what taking the port down again
 * needs: CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_IPC_LOCK; and CAP_DAC_OVERRIDE where @db_dir
 * belongs to somebody else. Nothing that is executed gains any. 0 or -errno; harmless without
 * privileges.
 */
int priv_drop(const char *db_dir);

#endif
