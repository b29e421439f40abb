/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor.h - findings about this machine: what was checked, the result, and the command that mends
 * it.
 */
#ifndef SONDE_DOCTOR_H
#define SONDE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum doctor_level { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor_finding {
	char check[48]; /* "interface eth0", "hugepages" */
	enum doctor_level level;
	char text[360]; /* what was found */
	char mend[320]; /* the command that mends it; empty = nothing to mend */
};

enum { DOCTOR_FINDINGS_MAX = 96 };

struct doctor {
	struct doctor_finding findings[DOCTOR_FINDINGS_MAX];
	size_t count;
};

/* Append a finding; beyond the maximum it is dropped. Returns the finding, never NULL, so that
 * doctor_mend() can add the command that mends it. */
struct doctor_finding *doctor_add(struct doctor *d, enum doctor_level level, const char *check,
                                  const char *format, ...) __attribute__((format(printf, 4, 5)));
void doctor_mend(struct doctor_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The groups of checks. They change nothing on the machine and send nothing. */
void doctor_system(struct doctor *d);     /* kernel, cores, memory, hugepages, privileges */
void doctor_xdp(struct doctor *d);        /* AF_XDP and BPF: makes a socket and a program */
void doctor_interfaces(struct doctor *d); /* each kernel interface */
void doctor_route(struct doctor *d);      /* the interfaces of the default routes */
void doctor_software(struct doctor *d);   /* DPDK and its drivers */
/* The knowledge file @path (NULL: the one in use): is it there, and how old are its sources? */
void doctor_knowledge(struct doctor *d, const char *path, int64_t now_us);
/* The database in the folder @dir, which need not be there, and the room on its disk. */
void doctor_database(struct doctor *d, const char *dir);

/* Read the first line of a small file into @out without the line feed; false if it cannot be
 * read. */
bool doctor_line(const char *path, char *out, size_t size);

#endif
