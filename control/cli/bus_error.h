/* SPDX-License-Identifier: Apache-2.0 */
/* bus_error.h - ends the program with a message if a file that is mapped into memory loses pages. */
#ifndef SONDE_BUS_ERROR_H
#define SONDE_BUS_ERROR_H

/* From now on, a read behind the end of a mapped file (SIGBUS) prints the name of the file and ends
 * the process with CMD_DATABASE, or CMD_VULNDB if the file is not data.mdb. This happens where
 * somebody truncates a file that is being read, or where its disk fails. */
void bus_error_catch(void);

#endif
