/* SPDX-License-Identifier: Apache-2.0 */
/* engine_run.c - runs one pattern on one text and bounds the work that this may cost. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "engine_run.h"

enum {
	MATCH_LIMIT = 100000, /* PCRE2's steps from one starting position */
	HEAP_LIMIT_KIB = 1024,
	JIT_STACK_FIRST = 32 * 1024,
	JIT_STACK_MAX = 256 * 1024,
	QUICK_WORK = 1 << 26, /* the most that a run without the meter may cost */
	QUICK_COST = 1 << 22, /* what such a run counts as if its limit was too low */
	QUICK_STEPS = 16,     /* with a lower limit a run without the meter is not tried */
	ITEM_WORK = 32,       /* what one call of the meter costs, in bytes looked at */
};

/* Whether matching this item of a pattern may look at the whole rest of the text: a repeat may, and
 * so may a reference to a group. */
static bool looks_far(const char *item, size_t len)
{
	if (len >= 2 && item[0] == '\\' &&
	    (isdigit((unsigned char)item[1]) || item[1] == 'k' || item[1] == 'g'))
		return true;
	if (len >= 2 && (item[len - 1] == '?' || item[len - 1] == '+') &&
	    strchr("*+?}", item[len - 2]) != NULL)
		len--; /* leave out the sign of a lazy or possessive repeat */
	return len >= 2 && strchr("*+}", item[len - 1]) != NULL;
}

/* The meter, which PCRE2 calls before each item of a metered pattern: charge the work of the item,
 * and stop the match once the text may cost no more. */
static int on_item(pcre2_callout_block *at, void *arg)
{
	struct engine_runner *run = arg;
	uint64_t work = ITEM_WORK;

	if (looks_far(run->pattern + at->pattern_position, at->next_item_length))
		work += at->subject_length - at->current_position;
	if (run->left < work) {
		run->left = 0;
		return PCRE2_ERROR_MATCHLIMIT;
	}
	run->left -= work;
	return 0;
}

int engine_runner_init(struct engine_runner *run, const char *strings, pthread_mutex_t *lock)
{
	run->strings = strings;
	run->lock = lock;
	run->match = pcre2_match_data_create(RULE_CAPTURES_MAX + 1, NULL);
	run->context = pcre2_match_context_create(NULL);
	run->jit_stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MAX, NULL);
	run->left = ENGINE_TEXT_WORK;
	if (run->match == NULL || run->context == NULL || run->jit_stack == NULL)
		return -ENOMEM;
	pcre2_set_depth_limit(run->context, MATCH_LIMIT);
	pcre2_set_heap_limit(run->context, HEAP_LIMIT_KIB);
	pcre2_jit_stack_assign(run->context, NULL, run->jit_stack);
	pcre2_set_callout(run->context, on_item, run);
	return 0;
}

void engine_runner_fini(struct engine_runner *run)
{
	pcre2_match_data_free(run->match);
	pcre2_match_context_free(run->context);
	pcre2_jit_stack_free(run->jit_stack);
}

void engine_runner_begin(struct engine_runner *run)
{
	run->left = ENGINE_TEXT_WORK;
}

void engine_pattern_fini(struct engine_pattern *p)
{
	pcre2_code_free(atomic_load(&p->code));
	pcre2_code_free(atomic_load(&p->metered));
}

/* Compile a pattern. NULL: no memory, or PCRE2 refuses the pattern, which sets *@broken. */
static pcre2_code *compile(const struct blob_pattern *source, const char *strings, uint32_t options,
                           bool *jit, atomic_bool *broken)
{
	PCRE2_SIZE offset;
	int error = 0;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)strings + source->text, source->text_len,
	                                 source->options | options | RULE_PATTERN_OPTIONS, &error,
	                                 &offset, NULL);

	*jit = code != NULL && pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
	if (code == NULL && error != PCRE2_ERROR_HEAP_FAILED)
		atomic_store(broken, true);
	return code;
}

static pcre2_code *make(struct engine_runner *run, struct engine_pattern *p,
                        const struct blob_pattern *source)
{
	pcre2_code *code;
	uint32_t options = 0;

	pthread_mutex_lock(run->lock);
	code = atomic_load_explicit(&p->code, memory_order_relaxed);
	if (code == NULL && !atomic_load(&p->broken)) {
		code = compile(source, run->strings, 0, &p->jit, &p->broken);
		if (code != NULL) {
			pcre2_pattern_info(code, PCRE2_INFO_ALLOPTIONS, &options);
			p->anchored = (options & PCRE2_ANCHORED) != 0;
			atomic_store_explicit(&p->code, code, memory_order_release);
		}
	}
	pthread_mutex_unlock(run->lock);
	return code;
}

static pcre2_code *make_metered(struct engine_runner *run, struct engine_pattern *p,
                                const struct blob_pattern *source)
{
	pcre2_code *code;

	pthread_mutex_lock(run->lock);
	code = atomic_load_explicit(&p->metered, memory_order_relaxed);
	if (code == NULL && !atomic_load(&p->metered_broken)) {
		code = compile(source, run->strings, PCRE2_AUTO_CALLOUT, &p->metered_jit,
		               &p->metered_broken);
		if (code != NULL)
			atomic_store_explicit(&p->metered, code, memory_order_release);
	}
	pthread_mutex_unlock(run->lock);
	return code;
}

static int match(struct engine_runner *run, const pcre2_code *code, bool jit, const char *subject,
                 size_t len)
{
	if (jit)
		return pcre2_jit_match(code, (PCRE2_SPTR)subject, len, 0, 0, run->match,
		                       run->context);
	return pcre2_match(code, (PCRE2_SPTR)subject, len, 0, 0, run->match, run->context);
}

static int run_metered(struct engine_runner *run, struct engine_pattern *p,
                       const struct blob_pattern *source, const char *subject, size_t len)
{
	pcre2_code *code = atomic_load_explicit(&p->metered, memory_order_acquire);

	if (code == NULL)
		code = make_metered(run, p, source);
	if (code == NULL)
		return atomic_load(&p->metered_broken) ? PCRE2_ERROR_MATCHLIMIT
		                                       : PCRE2_ERROR_NOMEMORY;
	run->pattern = run->strings + source->text;
	pcre2_set_match_limit(run->context, MATCH_LIMIT);
	return match(run, code, p->metered_jit, subject, len);
}

/*
 * The match limit with which all starting positions together cost QUICK_WORK at most, even if each
 * step looks at all bytes. Rounded down to a power of two, which is quick: it is computed for each
 * candidate.
 */
static uint32_t quick_steps(const struct engine_pattern *p, size_t len)
{
	unsigned bits = 64U - (unsigned)__builtin_clzll(len + 1),
		 all = p->anchored ? bits : 2 * bits;
	uint32_t steps = all < 26 ? QUICK_WORK >> all : 0;

	return steps < MATCH_LIMIT ? steps : MATCH_LIMIT;
}

static int run_either(struct engine_runner *run, struct engine_pattern *p,
                      const struct blob_pattern *source, const char *subject, size_t len)
{
	pcre2_code *code = atomic_load_explicit(&p->code, memory_order_acquire);
	uint32_t steps;
	int result;

	if (code == NULL && !atomic_load_explicit(&p->broken, memory_order_relaxed))
		code = make(run, p, source);
	if (code == NULL)
		return atomic_load(&p->broken) ? PCRE2_ERROR_NOMATCH : PCRE2_ERROR_NOMEMORY;
	if (run->left == 0)
		return PCRE2_ERROR_MATCHLIMIT;
	steps = quick_steps(p, len);
	if (steps >= QUICK_STEPS) {
		pcre2_set_match_limit(run->context, steps);
		result = match(run, code, p->jit, subject, len);
		if (result >= 0 || result == PCRE2_ERROR_NOMATCH)
			return result;
		run->left -= run->left < QUICK_COST ? run->left : QUICK_COST;
	}
	return run_metered(run, p, source, subject, len);
}

int engine_run(struct engine_runner *run, struct engine_pattern *p,
               const struct blob_pattern *source, const char *subject, size_t len)
{
	int result = run_either(run, p, source, subject, len);

	run->failed |= result == PCRE2_ERROR_NOMEMORY;
	return result;
}
