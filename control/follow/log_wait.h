/* SPDX-License-Identifier: Apache-2.0 */
/* log_wait.h - waits until a database was written, without asking it again and again. */
#ifndef SONDE_LOG_WAIT_H
#define SONDE_LOG_WAIT_H

/* Watch the database directory @db. Returns a descriptor, which the caller closes, or -errno. */
int log_wait_open(const char *db);
/* Wait until something was written since the last call, or a signal came, or @ms are over; then a
 * moment more, so that a scan's many writes are one. */
void log_wait(int fd, int ms);

#endif
