/* SPDX-License-Identifier: Apache-2.0 */
/* priv.c - drops capabilities with libcap-ng. */
#include <cap-ng.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "priv.h"

int priv_drop(const char *db_dir)
{
	/* CAP_DAC_OVERRIDE comes last, because it can be left out */
	static const unsigned kept[] = {CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_IPC_LOCK,
	                                CAP_DAC_OVERRIDE};
	const capng_type_t sets = CAPNG_EFFECTIVE | CAPNG_PERMITTED;
	unsigned wanted = sizeof(kept) / sizeof(kept[0]);
	bool have[sizeof(kept) / sizeof(kept[0])];
	struct stat st;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -errno;
	if (geteuid() != 0)
		return 0;
	if (stat(db_dir, &st) == 0 && st.st_uid == geteuid())
		wanted--;
	capng_get_caps_process();
	for (unsigned i = 0; i < wanted; i++)
		have[i] = capng_have_capability(CAPNG_PERMITTED, kept[i]);
	capng_clear(CAPNG_SELECT_BOTH);
	for (unsigned i = 0; i < wanted; i++)
		if (have[i])
			capng_update(CAPNG_ADD, sets, kept[i]);
	return capng_apply(CAPNG_SELECT_BOTH) == 0 ? 0 : -EPERM;
}
