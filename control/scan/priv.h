/* SPDX-License-Identifier: Apache-2.0 */
/* priv.h - drops the privileges that a running scan does not need. */
#ifndef SONDE_PRIV_H
#define SONDE_PRIV_H

/*
 * Drop all capabilities of the calling thread, and of the threads that it starts later, except
 * those that closing the port needs: CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_IPC_LOCK; and
 * CAP_DAC_OVERRIDE if @db_dir belongs to another user. No program that the process executes can
 * gain privileges. Unless the effective user is root, the capabilities stay as they are. Returns 0
 * or -errno.
 */
int priv_drop(const char *db_dir);

#endif
