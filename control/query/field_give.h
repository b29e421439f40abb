/* SPDX-License-Identifier: Apache-2.0 */
/* field_give.h - the helpers with which the tables of fields define getters. Private to
 * field_*.c. */
#ifndef SONDE_FIELD_GIVE_H
#define SONDE_FIELD_GIVE_H

#include <string.h>

#include "field.h"

extern const char *const field_levels[]; /* the bands of a score, in order; NULL at the end */

/* The moment by which the values of @r are told: that of the reading. */
static inline int64_t now_of(const struct store_host *h, const struct record *r)
{
	return h != NULL && h->read_us != 0 ? h->read_us : r->last_seen_us;
}

/* The head of a function that gives the values of the field @name to take(arg, value). */
#define GETTER(name)                                                                               \
	static void get_##name(const struct store_host *h, const struct record *r,                 \
	                       field_take take, void *arg)
#define UNUSED_HOST ((void)h)
#define UNUSED_RECORD ((void)r)

/* Give a text to @take, or nothing if it is "" (unknown). Returns false if @take wants no more. */
static inline bool give_text(field_take take, void *arg, const char *text)
{
	struct field_value v = {.text = text, .len = strlen(text)};

	return text[0] == '\0' || take(arg, &v);
}

static inline bool give_number(field_take take, void *arg, double n)
{
	struct field_value v = {.number = n};

	return take(arg, &v);
}

/* Give a time, or nothing if it is 0 (unknown). */
static inline bool give_time(field_take take, void *arg, int64_t us)
{
	return us == 0 || give_number(take, arg, (double)us);
}

/* Getters of fields with one value. NUMBER_OF gives every number, KNOWN_OF every number but 0. */
#define FIELD_OF(name, call)                                                                       \
	GETTER(name)                                                                               \
	{                                                                                          \
		UNUSED_HOST;                                                                       \
		UNUSED_RECORD;                                                                     \
		call;                                                                              \
	}
#define TEXT_OF(name, expr) FIELD_OF(name, give_text(take, arg, expr))
#define NUMBER_OF(name, expr) FIELD_OF(name, give_number(take, arg, expr))
#define TIME_OF(name, expr) FIELD_OF(name, give_time(take, arg, expr))
#define KNOWN_OF(name, expr) FIELD_OF(name, if ((expr) != 0) give_number(take, arg, expr))

#endif
