/* SPDX-License-Identifier: Apache-2.0 */
/* rights.c - compares the rights of the process with those that a port needs. */
#include "rights.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	ENOUGH_LOCKED = 64 << 20,      /* bytes: the packets of a queue, and some more */
	CAP_LAST_OLD = CAP_AUDIT_READ, /* the last one before 5.8 */
};

/* The kernel asks for CAP_PERFMON where a program computes with pointers, as the steering program
 * does. */
static const struct {
	unsigned number;
	const char *name;
	enum rights_need first; /* the first need that has it */
} wanted[] = {
	{CAP_NET_ADMIN, "CAP_NET_ADMIN", RIGHTS_PACKET},
	{CAP_NET_RAW, "CAP_NET_RAW", RIGHTS_PACKET},
	{CAP_BPF, "CAP_BPF", RIGHTS_XDP},
	{CAP_PERFMON, "CAP_PERFMON", RIGHTS_XDP},
};

enum { WANTED = sizeof(wanted) / sizeof(wanted[0]) };

/* The effective capabilities of this thread, one bit each. */
static uint64_t effective(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{.effective = 0}};

	if (syscall(SYS_capget, &head, data) != 0)
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

/* Kernels before 5.8 know neither CAP_BPF nor CAP_PERFMON, but ask for CAP_SYS_ADMIN. Later ones take
 * that for both. */
static bool is_old(void)
{
	return prctl(PR_CAPBSET_READ, CAP_BPF, 0, 0, 0) < 0;
}

static bool have(uint64_t caps, unsigned number)
{
	bool is_bpf = number == CAP_BPF || number == CAP_PERFMON;

	return caps >> number & 1 || (is_bpf && caps >> CAP_SYS_ADMIN & 1);
}

static void append(char *out, size_t size, const char *text)
{
	size_t n = strlen(out);

	snprintf(out + n, size - n, "%s", text);
}

/* Whether no program can get the capability @number here, as in a container. */
static bool is_out_of_bounds(unsigned number)
{
	return prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 0;
}

/* Append the way to the capabilities. */
static void append_way(bool bounded, char *out, size_t size)
{
	char self[128];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	if (bounded) {
		append(out, size, ": give the container the capability, such as by --cap-add");
		return;
	}
	append(out, size, ": `setcap cap_net_admin,cap_net_raw,");
	append(out, size, is_old() ? "cap_sys_admin" : "cap_bpf,cap_perfmon");
	append(out, size, ",cap_ipc_lock+ep ");
	append(out, size, n > 0 ? self : "sonde");
	append(out, size, "`, or run as root");
}

bool rights_lack(enum rights_need need, char out[RIGHTS_TEXT])
{
	uint64_t caps = effective();
	bool bounded = false;
	unsigned missing = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < WANTED; i++) {
		bool is_late = wanted[i].number > CAP_LAST_OLD && is_old();

		if (wanted[i].first > need || have(caps, wanted[i].number) ||
		    (is_late && wanted[i].number != CAP_BPF))
			continue;
		bounded |= is_out_of_bounds(wanted[i].number);
		append(out, RIGHTS_TEXT, missing++ > 0 ? " and " : "");
		append(out, RIGHTS_TEXT, is_late ? "CAP_SYS_ADMIN" : wanted[i].name);
	}
	if (missing == 0)
		return false;
	append(out, RIGHTS_TEXT, missing > 1 ? " are missing" : " is missing");
	append_way(bounded, out, RIGHTS_TEXT);
	return true;
}

bool rights_lack_memory(char out[RIGHTS_TEXT])
{
	struct rlimit r;

	if (getrlimit(RLIMIT_MEMLOCK, &r) != 0 || r.rlim_cur >= ENOUGH_LOCKED ||
	    have(effective(), CAP_IPC_LOCK))
		return false;
	snprintf(
		out, RIGHTS_TEXT,
		"RLIMIT_MEMLOCK is %llu KiB and CAP_IPC_LOCK is missing: `ulimit -l unlimited` (as "
		"root, before it), or give the capability",
		(unsigned long long)r.rlim_cur / 1024);
	return true;
}

void rights_explain(enum rights_need need, int error, char out[RIGHTS_TEXT])
{
	if (rights_lack(need, out) || rights_lack_memory(out))
		return;
	if (need == RIGHTS_XDP && access("/proc/self/fd", X_OK) != 0) {
		snprintf(out, RIGHTS_TEXT, "/proc is not mounted: `mount -t proc proc /proc`");
		return;
	}
	if (error == -EPERM || error == -EACCES || error == -ENOSYS)
		snprintf(out, RIGHTS_TEXT,
		         "the capabilities are there, but a filter of system calls (seccomp) or a "
		         "security module forbids it: allow %s for this program, such as by "
		         "`--security-opt seccomp=FILE` of the container",
		         need == RIGHTS_XDP ? "bpf() and AF_XDP sockets" : "AF_PACKET sockets");
}
