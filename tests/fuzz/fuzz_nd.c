/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_nd.c - any frame as neighbour discovery: read and answered within its bounds. */
#include <stdlib.h>
#include <string.h>

#include "nd.h"
#include "responder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct responder_self self = {.count = 1, .mac = {2, 0, 0, 0, 0, 9}};
	uint8_t *frame = malloc(size + 1);
	enum packet_kind kind;
	struct dp_addr target;
	const uint8_t *mac, *asked;
	struct packet p;

	if (frame == NULL)
		return 0;
	memcpy(frame, data, size);
	kind = packet_parse(frame, size, &p);
	if (nd_read_answer(kind, &p, &target, &mac) && (mac < frame || mac + 6 > frame + size))
		abort();
	asked = nd_asked(kind, &p);
	if (asked != NULL)
		memcpy(self.addr[0].b, asked, 16);
	responder_reply(frame, size, kind, &p, &self);
	free(frame);
	return 0;
}
