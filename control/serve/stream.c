/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c - an answer that is made bit by bit. */
#include <stdlib.h>

#include "stream.h"

struct stream *stream_new(const char *type,
                          enum stream_state (*fill)(struct stream *s, struct jobs_tools *tools),
                          void (*release)(struct stream *s), void *arg)
{
	struct stream *s = calloc(1, sizeof(*s)), none = {.arg = arg};

	if (s == NULL) {
		release(&none);
		return NULL;
	}
	s->job.run = stream_run;
	s->type = type;
	s->fill = fill;
	s->release = release;
	s->arg = arg;
	return s;
}

void stream_free(struct stream *s)
{
	if (s == NULL)
		return;
	s->release(s);
	squeeze_free(s->squeeze);
	quota_drop(s->quota);
	bytes_fini(&s->made);
	bytes_fini(&s->ready);
	free(s);
}

/* Squeezed bytes may take a while to appear: fill until some are there, or there are no more. */
void stream_run(struct job *j, struct jobs_tools *tools)
{
	struct stream *s = (struct stream *)j;

	bytes_clear(&s->ready);
	s->sent = 0;
	do {
		bytes_clear(&s->made);
		s->state = s->fill(s, tools);
		if (s->made.failed || s->ready.failed)
			s->state = STREAM_FAILED;
		if (s->squeeze == NULL) {
			struct bytes spare = s->ready;

			s->ready = s->made;
			s->made = spare;
		} else if (s->state != STREAM_FAILED &&
		           squeeze_put(s->squeeze, s->made.data, s->made.len,
		                       s->state == STREAM_END, &s->ready) != 0) {
			s->state = STREAM_FAILED;
		}
	} while (s->state == STREAM_MORE && s->ready.len == 0);
}
