/* SPDX-License-Identifier: Apache-2.0 */
/* priv.c - drops capabilities with libcap-ng. */
#include <cap-ng.h>
#include <errno.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "priv.h"

int priv_drop(const char *db_dir)
{
	static const unsigned kept[] = {CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_IPC_LOCK};
	const capng_type_t sets = CAPNG_EFFECTIVE | CAPNG_PERMITTED;
	struct stat st;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -errno;
	if (geteuid() != 0)
		return 0;
	capng_clear(CAPNG_SELECT_BOTH);
	for (unsigned i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		capng_update(CAPNG_ADD, sets, kept[i]);
	if (stat(db_dir, &st) != 0 || st.st_uid != geteuid())
		capng_update(CAPNG_ADD, sets, CAP_DAC_OVERRIDE);
	return capng_apply(CAPNG_SELECT_BOTH) == 0 ? 0 : -EPERM;
}
