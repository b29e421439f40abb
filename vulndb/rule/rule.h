/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h - identification rules as they were written: the model between the readers and the
 * compiler.
 *
 * A rule is a list of parameters that hold whenever it matches ("product nginx") and a list of
 * patterns, each with captures that give further parameters ("version"). Everything is owned by the
 * set.
 */
#ifndef VULNDB_RULE_H
#define VULNDB_RULE_H

#include "rule_set.h"

/* What a parameter means to an identity. RULE_OTHER: a name that only its own rule uses. */
enum rule_key {
	RULE_OTHER,
	RULE_SERVICE,
	RULE_PRODUCT,
	RULE_VENDOR,
	RULE_VERSION,
	RULE_EXTRA,
	RULE_CPE,
	RULE_DEVICE,
	RULE_OS,
	RULE_OS_VERSION,
	RULE_OS_CPE,
	RULE_PACKAGE,
	RULE_PACKAGE_VERSION,
	RULE_DISTRO,
	RULE_HOSTNAME,
	RULE_EOL,
	RULE_TAG,
	RULE_KEYS,
};

enum {
	/* own rules that name a product: settled by confidence and length */
	RULE_GROUP_PRODUCT = 0,
	RULE_GROUP_OTHER = 1, /* own rules that name an OS or a device only */
	RULE_GROUP_RECOG = 2, /* from here on: one group a Recog file, the first match wins */
	RULE_CAPTURES_MAX = 31,
	RULE_PATTERN_MAX = 4096,
	RULE_CONFIDENCE = 90, /* where a rule says nothing */
};

struct rule_param {
	const char *name;
	const char *value; /* a template: "{name}" takes the parameter of that name */
	enum rule_key key;
	/* where the value begins in a rule file; 0: it came from elsewhere */
	uint32_t line, column;
	struct rule_param *next;
};

struct rule_capture {
	uint32_t group; /* of the pattern, from 1 */
	const char *name;
	enum rule_key key;
};

struct rule_match {
	const char *field;
	const char *pattern;
	/* where the pattern begins in a rule file; 0: it came from elsewhere */
	uint32_t line, column;
	uint32_t options; /* of PCRE2 */
	uint32_t capture_count;
	struct rule_capture captures[RULE_CAPTURES_MAX];
	struct rule_match *next;
};

struct rule_expect {
	const char *name, *value;
	uint32_t line;
	struct rule_expect *next;
};

struct rule_example {
	const char *field;
	const char *text;
	size_t len;
	uint32_t line;
	bool none; /* the rule must not match */
	struct rule_expect *expects;
	struct rule_example *next;
};

struct rule {
	const char *id;
	const char *source; /* the file's name */
	uint32_t line;
	uint32_t group;
	uint8_t confidence;
	struct rule_param *params;
	struct rule_match *matches;
	struct rule_example *examples;
	struct rule *next;
};

/* The rules in the order of the files; follow @next. NULL: none. The set's. */
struct rule *rule_set_first(const struct rule_set *set);
/* How many there are. */
size_t rule_set_count(const struct rule_set *set);
/* A new number for the rules of one Recog file, of which the first match counts. */
uint32_t rule_set_next_group(struct rule_set *set);

/* Each returns NULL where memory is out, and appends at the end. Texts are copied. */
void *rule_set_alloc(struct rule_set *set, size_t size); /* zeroed, aligned, freed with the set */
char *rule_set_text(struct rule_set *set, const char *text, size_t len);
struct rule *rule_set_add(struct rule_set *set, const char *source, const char *id, size_t id_len);
struct rule_param *rule_add_param(struct rule_set *set, struct rule *rule, const char *name,
                                  const char *value, size_t len);
struct rule_match *rule_add_match(struct rule_set *set, struct rule *rule, const char *field,
                                  const char *pattern, size_t len);
struct rule_example *rule_add_example(struct rule_set *set, struct rule *rule, const char *field,
                                      const char *text, size_t len);

/* The first parameter of that meaning, or NULL. */
const struct rule_param *rule_param(const struct rule *rule, enum rule_key key);
/* What a name of our own format or of Recog's means. */
enum rule_key rule_key(const char *name);
/* Is it a fact that a decoder or a grab produces? */
bool rule_field_known(const char *field);

/* A complaint about a file, in the words of a person. @line and @column count from 1. */
typedef void (*rule_complain)(void *arg, uint32_t line, uint32_t column, const char *text);

/* Parse a rule file's text, naming it @source; all faults go to @complain, and faulty keys are left
 * out. Returns the number of faults, or -ENOMEM. */
int rule_parse(struct rule_set *set, const char *source, const char *text, size_t len,
               rule_complain complain, void *arg);

/*
 * Check the names in a rule that has been read whole: a template takes only what a match of the
 * rule captures or another key of it says, and a capture that is no known value is taken by some
 * template or example. Faults go to @complain with the place of the name. Returns how many there
 * are.
 */
int rule_check_names(const struct rule *rule, rule_complain complain, void *arg);

#endif
