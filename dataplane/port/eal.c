/* SPDX-License-Identifier: Apache-2.0 */
/* eal.c - turns this machine's cores and memory into EAL arguments. */
#include "eal.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_log.h>

#include "error.h"

enum {
	ARGS_MAX = 64,
	ARG_LEN = 32,
	LCORES_LEN = 4096,
	CPU_LEN = 1024,
	BASE_MB = 96,
	FILES_BASE = 32, /* descriptors that a process with one port has open */
	FILES_QUEUE = 8,
	QUEUE_MB = 40, /* a queue's mbufs, with room for the driver's own copies */
};

static struct {
	bool started;
	bool hugepages;
	bool pci;
	unsigned workers;
	char log[256]; /* first line since eal_forget(): later ones only repeat that it failed */
} eal;

void eal_complain(const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
		len--;
	if (len > 0 && !eal.log[0])
		snprintf(eal.log, sizeof(eal.log), "%.*s", (int)len, text);
}

static ssize_t keep_log(void *cookie, const char *buf, size_t len)
{
	(void)cookie;
	eal_complain(buf, len);
	return (ssize_t)len;
}

static int open_log(void)
{
	cookie_io_functions_t io = {.write = keep_log};
	FILE *f = fopencookie(NULL, "w", io);

	if (!f)
		return -ENOMEM;
	setvbuf(f, NULL, _IOLBF, 256);
	return rte_openlog_stream(f) == 0 ? 0 : -EINVAL;
}

/* The free hugepages of the default size, in MB. */
static unsigned free_huge_mb(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long pages = 0, kb = 0;
	char line[128];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		sscanf(line, "HugePages_Free: %lu", &pages);
		sscanf(line, "Hugepagesize: %lu", &kb);
	}
	fclose(f);
	return (unsigned)(pages * kb / 1024);
}

/* List the CPUs that this process may use: their numbers in @cpu, the list as text in @text.
 * Returns how many there are. */
static unsigned allowed_cpus(unsigned cpu[RTE_MAX_LCORE], char text[CPU_LEN])
{
	unsigned n = 0;
	size_t len = 0;
	cpu_set_t set;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set))
		CPU_SET(0, &set);
	for (unsigned i = 0; i < CPU_SETSIZE && n < RTE_MAX_LCORE && len + 8 < CPU_LEN; i++) {
		if (!CPU_ISSET(i, &set))
			continue;
		len += (size_t)snprintf(text + len, CPU_LEN - len, "%s%u", n ? "," : "", i);
		cpu[n++] = i;
	}
	return n;
}

/*
 * The CPU that worker @i of @wanted is pinned to, or -1: the worker floats over all @n CPUs. Where
 * a CPU is left for the control thread, workers get CPUs from the last one down. With as many
 * workers as CPUs, worker i gets CPU i: NICs mostly assign queues and interrupts in that order, and
 * a queue and its worker on the same CPU share its cache.
 */
static int cpu_of_worker(unsigned i, unsigned wanted, const unsigned *cpu, unsigned n)
{
	if (wanted < n)
		return i + 1 < n ? (int)cpu[n - 1 - i] : -1;
	return wanted == n ? (int)cpu[i] : -1;
}

/*
 * Write the lcore map of the EAL. lcore 0 is the control thread. It floats over all CPUs, and so do
 * the threads that it creates: it runs where a worker leaves room. Returns the number of workers, 0
 * if the map does not fit.
 */
static unsigned map_lcores(unsigned wanted, char out[LCORES_LEN])
{
	unsigned cpu[RTE_MAX_LCORE], workers;
	char all[CPU_LEN] = "0";
	unsigned n = allowed_cpus(cpu, all);
	size_t len;

	workers = wanted > n ? wanted : n;
	if (workers > DP_MAX_WORKERS)
		workers = DP_MAX_WORKERS;
	len = (size_t)snprintf(out, LCORES_LEN, "0@(%s)", all);
	for (unsigned i = 0; i < workers && len < LCORES_LEN; i++) {
		int at = cpu_of_worker(i, wanted, cpu, n);

		if (at >= 0)
			len += (size_t)snprintf(out + len, LCORES_LEN - len, ",%u@%d", i + 1, at);
		else
			len += (size_t)snprintf(out + len, LCORES_LEN - len, ",%u@(%s)", i + 1,
			                        all);
	}
	return len < LCORES_LEN ? workers : 0;
}

struct arguments {
	char *v[ARGS_MAX];
	int n;
	bool overflow;
};

static void add(struct arguments *a, const char *text)
{
	char *copy = a->n < ARGS_MAX - 1 ? strdup(text) : NULL;

	if (copy)
		a->v[a->n++] = copy;
	else
		a->overflow = true;
}

static void add_pair(struct arguments *a, const char *name, const char *value)
{
	add(a, name);
	add(a, value);
}

static void collect(struct arguments *a, const struct eal_config *c, const char *lcores)
{
	unsigned need = BASE_MB + QUEUE_MB * (c->workers ? c->workers : 1);
	char mb[ARG_LEN], prefix[ARG_LEN];

	snprintf(mb, sizeof(mb), "%u", need);
	snprintf(prefix, sizeof(prefix), "sonde-%d", (int)getpid());
	add(a, "sonde");
	add_pair(a, "--file-prefix", prefix);
	add_pair(a, "--lcores", lcores);
	add_pair(a, "--log-level", "error");
	add(a, "--no-telemetry");
	if (eal.hugepages) {
		add(a, "--in-memory");
	} else {
		/* DPDK 22.11 refuses --in-memory here. All memory is anonymous anyway. */
		add(a, "--no-huge");
		add(a, "--no-shconf");
		add_pair(a, "-m", mb);
	}
	if (c->pci)
		add_pair(a, "-a", c->pci);
	else
		add(a, "--no-pci");
	for (unsigned i = 0; i < c->arg_count; i++)
		add(a, c->args[i]);
}

/* Remove the runtime directory. DPDK creates it even if it puts nothing there, and even if it does
 * not start. */
static void drop_runtime_dir(void)
{
	char parent[256];
	const char *dir = rte_eal_get_runtime_dir();

	if (!dir || !dir[0] || rmdir(dir) != 0)
		return;
	snprintf(parent, sizeof(parent), "%s", dir);
	if (strrchr(parent, '/')) {
		*strrchr(parent, '/') = '\0';
		rmdir(parent); /* only if it is empty */
	}
}

static int init(const struct eal_config *c, const char *lcores, struct error *err)
{
	struct arguments a = {.n = 0};
	char *argv[ARGS_MAX];
	int ret;

	collect(&a, c, lcores);
	memcpy(argv, a.v, sizeof(argv)); /* getopt reorders @argv */
	ret = a.overflow ? -1 : rte_eal_init(a.n, argv);
	drop_runtime_dir();
	for (int i = 0; i < a.n && ret < 0; i++)
		free(a.v[i]); /* a started EAL may keep pointers into them */
	if (ret < 0)
		return error_set(err, -EINVAL, "DPDK does not start: %s",
		                 eal.log[0] ? eal.log : rte_strerror(rte_errno));
	return 0;
}

/* Lift the limit of locked memory as far as allowed: AF_XDP's memory and BPF maps count against it
 * unless the process is fully privileged. */
static void lift_memlock(void)
{
	struct rlimit r = {RLIM_INFINITY, RLIM_INFINITY};

	if (setrlimit(RLIMIT_MEMLOCK, &r) == 0 || getrlimit(RLIMIT_MEMLOCK, &r) != 0)
		return;
	r.rlim_cur = r.rlim_max;
	(void)setrlimit(RLIMIT_MEMLOCK, &r);
}

/* Raise the limit of open files to what DPDK and the queues need. Where DPDK gets no descriptor, it
 * ends the process. */
static int raise_files(unsigned workers, struct error *err)
{
	rlim_t need = FILES_BASE + FILES_QUEUE * (rlim_t)(workers ? workers : 1);
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= need)
		return 0;
	if (r.rlim_max < need)
		return error_set(
			err, -EMFILE,
			"only %llu files may be open (RLIMIT_NOFILE), and DPDK needs %llu: "
			"`ulimit -n %llu` as root, or --ulimit nofile of the container",
			(unsigned long long)r.rlim_max, (unsigned long long)need,
			(unsigned long long)need);
	r.rlim_cur = need;
	return setrlimit(RLIMIT_NOFILE, &r) == 0
	               ? 0
	               : error_set(err, -errno, "RLIMIT_NOFILE: %s", strerror(errno));
}

static int check_started(const struct eal_config *c, struct error *err)
{
	if (c->pci && !eal.pci)
		return error_set(err, -ENODEV,
		                 "%s: this process has started DPDK without PCI devices; "
		                 "open the PCI port first or in a process of its own",
		                 c->pci);
	if (c->workers > eal.workers)
		return error_set(err, -ERANGE, "%u queues wanted, but DPDK has %u lcores",
		                 c->workers, eal.workers);
	return 0;
}

int eal_start(const struct eal_config *c, struct error *err)
{
	char lcores[LCORES_LEN];
	int ret;

	if (eal.started)
		return check_started(c, err);
	eal.hugepages = eal_hugepages_free(c->workers);
	eal.pci = c->pci != NULL;
	eal.workers = map_lcores(c->workers, lcores);
	if (eal.workers == 0 || c->workers > eal.workers)
		return error_set(err, -ERANGE, "%u queues wanted; at most %d are possible",
		                 c->workers, DP_MAX_WORKERS);
	lift_memlock();
	ret = raise_files(c->workers, err);
	if (ret == 0)
		ret = open_log();
	if (ret == 0)
		ret = init(c, lcores, err);
	eal.started = ret == 0;
	return ret;
}

bool eal_hugepages_free(unsigned workers)
{
	return free_huge_mb() >= BASE_MB + QUEUE_MB * (workers ? workers : 1);
}

unsigned eal_hugepages_advised(unsigned workers)
{
	return 128 + 32 * (workers ? workers : 1);
}

bool eal_hugepages(void)
{
	return eal.started && eal.hugepages;
}

unsigned eal_worker_lcore(unsigned index)
{
	return index + 1; /* map_lcores() numbers them so */
}

const char *eal_complaint(void)
{
	return eal.log[0] ? eal.log : "no reason given";
}

void eal_forget(void)
{
	eal.log[0] = '\0';
}
