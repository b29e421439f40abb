/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_xdp.c - checks whether the kernel allows AF_XDP sockets and accepts an XDP program. */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_xdp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "doctor.h"

enum { UMEM_LEN = 16 * 4096, FRAME_LEN = 2048 };

/* Register packet memory with the socket, as the driver does for a scan. 0 or -errno. */
static int umem(int fd)
{
	struct xdp_umem_reg reg = {.len = UMEM_LEN, .chunk_size = FRAME_LEN};
	void *area =
		mmap(NULL, UMEM_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret = 0;

	if (area == MAP_FAILED)
		return -errno;
	reg.addr = (uintptr_t)area;
	if (setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg)) != 0)
		ret = -errno;
	munmap(area, UMEM_LEN);
	return ret;
}

/* What helps where the kernel does not allow it. */
static const char *not_allowed(void)
{
	return geteuid() != 0 ? "run as root: sudo sonde doctor"
	                      : "give the container the capabilities above; if none is missing, a "
	                        "filter of system calls (seccomp) has to allow bpf() and AF_XDP "
	                        "sockets";
}

static void xdp_socket(struct doctor *d)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	int ret = fd < 0 ? -errno : umem(fd);
	struct doctor_finding *f;

	if (fd >= 0)
		close(fd);
	if (ret == 0) {
		doctor_add(d, DOCTOR_OK, "AF_XDP",
		           "a socket with packet memory was made and closed");
		return;
	}
	f = doctor_add(d, DOCTOR_WARN, "AF_XDP", "no socket: %s; a scan goes through AF_PACKET",
	               strerror(-ret));
	if (ret == -EPERM)
		doctor_mend(f, "%s", not_allowed());
	else
		doctor_mend(f,
		            "use --port with a dedicated NIC, or a kernel with CONFIG_XDP_SOCKETS");
}

/* Load the program "r0 = XDP_PASS; exit" and close it; it is never attached. */
static void bpf_program(struct doctor *d)
{
	struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
		{.code = BPF_JMP | BPF_EXIT},
	};
	static const char license[] = "Dual MIT/GPL";
	union bpf_attr attr;
	int error;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_XDP;
	attr.insns = (uintptr_t)code;
	attr.insn_cnt = 2;
	attr.license = (uintptr_t)license;
	fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	error = errno;
	if (fd >= 0) {
		close((int)fd);
		doctor_add(d, DOCTOR_OK, "BPF", "the kernel takes XDP programs");
		return;
	}
	doctor_mend(doctor_add(d, DOCTOR_WARN, "BPF",
	                       "the kernel refuses an XDP program: %s; a scan goes through "
	                       "AF_PACKET",
	                       strerror(error)),
	            "%s", error == EPERM ? not_allowed() : "use a kernel with CONFIG_BPF_SYSCALL");
}

void doctor_xdp(struct doctor *d)
{
	xdp_socket(d);
	bpf_program(d);
}
