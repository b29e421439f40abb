/* SPDX-License-Identifier: Apache-2.0 */
/* doctor.c - keeps the list of findings and checks the system and the software. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor.h"
#include "dp.h"

struct doctor_finding *doctor_add(struct doctor *d, enum doctor_level level, const char *check,
                                  const char *format, ...)
{
	struct doctor_finding *f = &d->findings[d->count];
	va_list ap;

	if (d->count + 1 < DOCTOR_FINDINGS_MAX)
		d->count++;
	f->level = level;
	f->mend[0] = '\0';
	snprintf(f->check, sizeof(f->check), "%s", check);
	va_start(ap, format);
	vsnprintf(f->text, sizeof(f->text), format, ap);
	va_end(ap);
	return f;
}

void doctor_mend(struct doctor_finding *f, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(f->mend, sizeof(f->mend), format, ap);
	va_end(ap);
}

bool doctor_line(const char *path, char *out, size_t size)
{
	FILE *in = fopen(path, "re");
	bool ok = in != NULL && fgets(out, (int)size, in) != NULL;

	if (in != NULL)
		fclose(in);
	if (ok)
		out[strcspn(out, "\n")] = '\0';
	return ok;
}

static void kernel(struct doctor *d)
{
	struct utsname u;
	int major = 0, minor = 0;
	bool good;

	uname(&u);
	good = sscanf(u.release, "%d.%d", &major, &minor) == 2 &&
	       (major > 5 || (major == 5 && minor >= 15));
	if (good)
		doctor_add(d, DOCTOR_OK, "kernel", "Linux %s", u.release);
	else
		doctor_mend(doctor_add(d, DOCTOR_WARN, "kernel",
		                       "Linux %s: AF_XDP with a bpf_link wants 5.15 or later",
		                       u.release),
		            "apt-get install linux-image-amd64");
}

static void cores(struct doctor *d)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	doctor_add(d, n >= 2 ? DOCTOR_OK : DOCTOR_WARN, "cores",
	           n >= 2 ? "%ld: one for control, the others for workers"
	                  : "%ld: the worker and the control plane share it",
	           n);
}

static uint64_t meminfo(const char *key)
{
	FILE *in = fopen("/proc/meminfo", "re");
	unsigned long long value = 0;
	char line[128];

	while (in != NULL && fgets(line, sizeof(line), in) != NULL)
		if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':')
			value = strtoull(line + strlen(key) + 1, NULL, 10);
	if (in != NULL)
		fclose(in);
	return value;
}

static void memory(struct doctor *d)
{
	uint64_t free_kb = meminfo("MemAvailable");

	if (free_kb >= 512 * 1024)
		doctor_add(d, DOCTOR_OK, "memory", "%llu MiB available",
		           (unsigned long long)(free_kb / 1024));
	else
		doctor_add(d, DOCTOR_WARN, "memory", "%llu MiB available; a scan takes about 300",
		           (unsigned long long)(free_kb / 1024));
}

static void hugepages(struct doctor *d)
{
	uint64_t total = meminfo("HugePages_Total"), unused = meminfo("HugePages_Free");
	unsigned advised;

	if (dp_has_hugepages(1, &advised))
		doctor_add(d, DOCTOR_OK, "hugepages", "%llu of %llu free, %llu KiB each",
		           (unsigned long long)unused, (unsigned long long)total,
		           (unsigned long long)meminfo("Hugepagesize"));
	else
		doctor_mend(doctor_add(d, DOCTOR_WARN, "hugepages", "%s", dp_hugepages_gain()),
		            "sysctl vm.nr_hugepages=%u", advised);
}

/* Add a finding about what the dataplane lacks. @text names it and, behind ": ", the way to get it. */
static void add_lack(struct doctor *d, enum doctor_level level, const char *check, const char *text)
{
	const char *cut = strstr(text, ": ");
	int len = cut != NULL ? (int)(cut - text) : (int)strlen(text);

	doctor_mend(doctor_add(d, level, check, "%.*s", len, text), "%s",
	            cut != NULL ? cut + 2 : "");
}

/* Without the rights for AF_XDP, a scan goes through AF_PACKET; without those for that, it fails. */
static void privileges(struct doctor *d)
{
	char text[DP_LACK_TEXT];

	if (dp_lacks(DP_NEED_AF_PACKET, text))
		add_lack(d, DOCTOR_FAIL, "privileges", text);
	else if (dp_lacks(DP_NEED_AF_XDP, text))
		add_lack(d, DOCTOR_WARN, "privileges", text);
	else
		doctor_add(d, DOCTOR_OK, "privileges", "%s",
		           geteuid() == 0 ? "root" : "the capabilities that a scan needs");
}

static void memlock(struct doctor *d)
{
	char text[DP_LACK_TEXT];

	if (dp_lacks(DP_NEED_MEMORY, text))
		add_lack(d, DOCTOR_WARN, "memlock", text);
	else
		doctor_add(d, DOCTOR_OK, "memlock", "enough memory may be locked");
}

static void files(struct doctor *d)
{
	enum { ENOUGH = 1200 }; /* a scan with 1000 connections at once */
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return;
	if (r.rlim_max >= ENOUGH)
		doctor_add(d, DOCTOR_OK, "files", "enough files may be open");
	else
		doctor_mend(doctor_add(d, DOCTOR_WARN, "files",
		                       "only %llu files may be open: a scan makes fewer "
		                       "connections at once",
		                       (unsigned long long)r.rlim_max),
		            "ulimit -n %d", ENOUGH);
}

void doctor_system(struct doctor *d)
{
	kernel(d);
	cores(d);
	memory(d);
	hugepages(d);
	privileges(d);
	memlock(d);
	files(d);
}

void doctor_software(struct doctor *d)
{
	static const char *const wanted[] = {"af_xdp", "af_packet"};
	char drivers[4096] = "";
	size_t count = 0;

	dp_drivers(drivers, sizeof(drivers));
	for (const char *c = drivers; *c != '\0'; c++)
		count += *c == ',' || c[1] == '\0';
	doctor_add(d, count > 0 ? DOCTOR_OK : DOCTOR_FAIL, "DPDK", "%s, %zu network drivers",
	           dp_dpdk_version(), count);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (strstr(drivers, wanted[i]) == NULL)
			doctor_mend(doctor_add(d, DOCTOR_FAIL, "DPDK", "the driver %s is missing",
			                       wanted[i]),
			            "apt-get install dpdk libdpdk-dev");
}
