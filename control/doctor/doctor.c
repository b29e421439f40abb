/* SPDX-License-Identifier: Apache-2.0 */
/* doctor.c - keeps the list of findings and checks the system and the software. */
#include <cap-ng.h>
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

	if (unused > 0) {
		doctor_add(d, DOCTOR_OK, "hugepages", "%llu of %llu free, %llu KiB each",
		           (unsigned long long)unused, (unsigned long long)total,
		           (unsigned long long)meminfo("Hugepagesize"));
		return;
	}
	doctor_mend(doctor_add(d, DOCTOR_WARN, "hugepages",
	                       "none free: scans work, at about two thirds of the rate"),
	            "sysctl -w vm.nr_hugepages=128");
}

static void privileges(struct doctor *d)
{
	static const struct {
		unsigned cap;
		const char *name, *why;
	} wanted[] = {
		{CAP_NET_ADMIN, "CAP_NET_ADMIN", "attach the steering program"},
		{CAP_NET_RAW, "CAP_NET_RAW", "open AF_XDP and AF_PACKET sockets"},
		{CAP_BPF, "CAP_BPF", "load the steering program"},
		{CAP_PERFMON, "CAP_PERFMON", "load the steering program"},
		{CAP_IPC_LOCK, "CAP_IPC_LOCK", "lock packet memory"},
	};
	bool all = true;

	capng_get_caps_process();
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		bool is_bpf = wanted[i].cap == CAP_BPF || wanted[i].cap == CAP_PERFMON;

		if (capng_have_capability(CAPNG_EFFECTIVE, wanted[i].cap) ||
		    (is_bpf && capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN)))
			continue;
		all = false;
		doctor_mend(doctor_add(d, DOCTOR_FAIL, "privileges", "%s is missing: needed to %s",
		                       wanted[i].name, wanted[i].why),
		            "run as root: sudo sonde ..., or setcap cap_net_admin,cap_net_raw,"
		            "cap_bpf,cap_perfmon,cap_ipc_lock+ep SONDE");
	}
	if (all)
		doctor_add(d, DOCTOR_OK, "privileges", "%s",
		           geteuid() == 0 ? "root" : "the capabilities a scan needs");
}

static void memlock(struct doctor *d)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_MEMLOCK, &r) != 0)
		return;
	capng_get_caps_process();
	if (r.rlim_cur == RLIM_INFINITY || capng_have_capability(CAPNG_EFFECTIVE, CAP_IPC_LOCK))
		doctor_add(d, DOCTOR_OK, "memlock", "enough memory may be locked");
	else
		doctor_mend(doctor_add(d, DOCTOR_WARN, "memlock", "only %llu KiB may be locked",
		                       (unsigned long long)r.rlim_cur / 1024),
		            "ulimit -l unlimited");
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
