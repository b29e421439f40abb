/* SPDX-License-Identifier: Apache-2.0 */
/* dp_machine.c - what this machine lacks for a port, in the words of the port's own errors. */
#include <stdio.h>

#include "dp.h"
#include "eal.h"
#include "rights.h"

_Static_assert((int)DP_LACK_TEXT >= (int)RIGHTS_TEXT, "a text of rights.h fits");

bool dp_lacks(enum dp_need need, char out[DP_LACK_TEXT])
{
	if (need == DP_NEED_MEMORY)
		return rights_lack_memory(out);
	return rights_lack(need == DP_NEED_AF_XDP ? RIGHTS_XDP : RIGHTS_PACKET, out);
}

bool dp_has_hugepages(unsigned queues, unsigned *advised)
{
	*advised = eal_hugepages_advised(queues);
	return eal_hugepages_free(queues);
}

const char *dp_hugepages_gain(void)
{
	return "no free hugepages: with them AF_XDP sends about half as much again";
}
