/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - finds the command a person named and runs it. */
#include <stdio.h>

#include "grab.h"
#include "store.h"

int main(void)
{
	puts("sonde: no commands yet");
	return 2;
}
