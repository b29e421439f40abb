/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_grab_hello.c - any bytes as a ServerHello. */
#include "grab_hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[GRAB_JA3S_SIZE];

	grab_hello_ja3s(data, size, text);
	return 0;
}
