/* SPDX-License-Identifier: Apache-2.0 */
/* stages.c - wraps the functions of each stage. */
#include "stages.h"

#include <time.h>

#include "bytes.h"
#include "recordings.h"
#include "store.h"

enum { EACH = 16 };

static bool on;
static _Atomic uint64_t spent_ns[STAGES];
static int64_t own_ns; /* of reading the clock twice */

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static int64_t thread_ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

double stages_process(void)
{
	return (double)clock_ns(CLOCK_PROCESS_CPUTIME_ID) / 1e9;
}

void stages_start(void)
{
	own_ns = INT64_MAX;
	for (int i = 0; i < 1000; i++) {
		int64_t from = thread_ns(), took = thread_ns() - from;

		own_ns = took < own_ns ? took : own_ns;
	}
	for (int i = 0; i < STAGES; i++)
		spent_ns[i] = 0;
	on = true;
}

void stages_stop(void)
{
	on = false;
}

double stages_seconds(enum stage s)
{
	return (double)spent_ns[s] / 1e9;
}

/* The moment at which a call begins; < 0: it is not timed. @calls: of this function and thread. */
static int64_t enter(unsigned *calls, unsigned each)
{
	return on && (*calls)++ % each == 0 ? thread_ns() : -1;
}

static void leave(enum stage s, int64_t from, unsigned each)
{
	int64_t took = from < 0 ? 0 : thread_ns() - from - own_ns;

	if (took > 0)
		spent_ns[s] += (uint64_t)took * each;
}

#define WRAP(stage, each, type, name, parameters, arguments)                                       \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		static __thread unsigned calls;                                                    \
		int64_t from = enter(&calls, each);                                                \
		type ret = __real_##name arguments;                                                \
                                                                                                   \
		leave(stage, from, each);                                                          \
		return ret;                                                                        \
	}
#define WRAP_VOID(stage, each, name, parameters, arguments)                                        \
	void __real_##name parameters;                                                             \
	void __wrap_##name parameters;                                                             \
	void __wrap_##name parameters                                                              \
	{                                                                                          \
		static __thread unsigned calls;                                                    \
		int64_t from = enter(&calls, each);                                                \
                                                                                                   \
		__real_##name arguments;                                                           \
		leave(stage, from, each);                                                          \
	}

WRAP(STAGE_DECODE, EACH, enum vd_step, vd_dialog_hear,
     (const struct vd_proto *p, struct vd_dialog *d), (p, d))
WRAP(STAGE_DECODE, EACH, const char *, vd_dialog_facts,
     (const struct vd_proto *p, const struct vd_dialog *d, struct vd_facts *out), (p, d, out))
WRAP(STAGE_IDENTIFY, EACH, int, vulndb_identify,
     (const struct vulndb *db, struct vd_scratch *s, const struct vd_facts *f,
      struct vd_identity *out),
     (db, s, f, out))
WRAP(STAGE_IDENTIFY, EACH, size_t, vulndb_expose,
     (const struct vulndb *db, const struct vd_subject *s, int64_t now_us, struct vd_exposure *out),
     (db, s, now_us, out))
WRAP(STAGE_JUDGE, EACH, int, vulndb_match,
     (const struct vulndb *db, struct vd_scratch *s, const struct vd_identity *id,
      struct vd_hit *out, size_t cap),
     (db, s, id, out, cap))
WRAP_VOID(STAGE_JUDGE, EACH, vulndb_verdict,
          (const struct vulndb *db, const struct vd_identity *id, const struct vd_hit *hit,
           struct vd_verdict *out),
          (db, id, hit, out))
WRAP_VOID(STAGE_ENCODE, EACH, record_encode,
          (const struct record *r, const struct record_meta *meta, struct bytes *out),
          (r, meta, out))
WRAP_VOID(STAGE_ENCODE, EACH, record_encode_verdicts,
          (const struct record_verdicts *v, struct bytes *out), (v, out))
WRAP(STAGE_COMMIT, 1, int, store_put_batch,
     (struct store * s, const char *scan, const struct store_batch *batch), (s, scan, batch))
WRAP(STAGE_FEED, EACH, size_t, recordings_say,
     (const struct recording *r, unsigned i, uint32_t second, uint64_t random, uint8_t *out),
     (r, i, second, random, out))
