/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h - identification rules as they were written: the model between the readers and the
 * compiler.
 *
 * A rule is a list of parameters that hold whenever it matches ("product nginx") and a list of
 * patterns, each with captures that give further parameters ("version"). The rule set owns
 * everything.
 */
#ifndef VULNDB_RULE_H
#define VULNDB_RULE_H

#include "rule_set.h"

/* What a parameter means for an identity. RULE_OTHER: a name that only the rule itself uses. */
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
	/* own rules that name a product: the highest confidence, then the longest match, wins */
	RULE_GROUP_PRODUCT = 0,
	RULE_GROUP_OTHER = 1, /* own rules that name only an OS or a device */
	/* from here on: one group per Recog file, in which the first match wins, and one per own
	 * rule of a component, so that each component is found */
	RULE_GROUP_RECOG = 2,
	RULE_CAPTURES_MAX = 31,
	RULE_PATTERN_MAX = 4096,
	RULE_CONFIDENCE = 90, /* of a rule that states none */
};

struct rule_param {
	const char *name;
	const char *value; /* a template: "{name}" is replaced by the parameter of that name */
	enum rule_key key;
	/* where the value begins in a rule file; 0: it is not from a rule file */
	uint32_t line, column;
	struct rule_param *next;
};

struct rule_capture {
	uint32_t group; /* the number of the group in the pattern, from 1 */
	const char *name;
	enum rule_key key;
};

struct rule_match {
	const char *field;
	const char *pattern;
	/* where the pattern begins in a rule file; 0: it is not from a rule file */
	uint32_t line, column;
	uint32_t options; /* PCRE2's option bits */
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
	bool none; /* a counter-example: the rule must not match */
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

/* The first rule, in the order of the files; follow @next. NULL: there is none. The set owns it. */
struct rule *rule_set_first(const struct rule_set *set);
/* The number of rules in the set. */
size_t rule_set_count(const struct rule_set *set);
/* A new group number, for the rules of one Recog file, of which the first match counts. */
uint32_t rule_set_next_group(struct rule_set *set);

/* Each returns NULL if memory is short, and appends at the end of its list. Texts are copied. The
 * set owns what they return. */
void *rule_set_alloc(struct rule_set *set, size_t size); /* zeroed, aligned, freed with the set */
char *rule_set_text(struct rule_set *set, const char *text, size_t len);
struct rule *rule_set_add(struct rule_set *set, const char *source, const char *id, size_t id_len);
struct rule_param *rule_add_param(struct rule_set *set, struct rule *rule, const char *name,
                                  const char *value, size_t len);
struct rule_match *rule_add_match(struct rule_set *set, struct rule *rule, const char *field,
                                  const char *pattern, size_t len);
struct rule_example *rule_add_example(struct rule_set *set, struct rule *rule, const char *field,
                                      const char *text, size_t len);

/* The first parameter with that key, or NULL. */
const struct rule_param *rule_param(const struct rule *rule, enum rule_key key);
/* Whether a rule names a library or module of the product that answers: it has the tag
 * "component". */
bool rule_is_component(const struct rule *rule);
/* The key of a parameter's name, of the program's own format or of Recog's; else RULE_OTHER. */
enum rule_key rule_key(const char *name);
/* Whether a decoder or a grab produces facts of that name. */
bool rule_field_known(const char *field);

/* Receives a complaint about a file as a sentence. @line and @column count from 1. */
typedef void (*rule_complain)(void *arg, uint32_t line, uint32_t column, const char *text);

/* Parse the text of a rule file; @source is its name. Each fault goes to @complain, and a faulty
 * key is left out. Returns the number of faults, or -ENOMEM. */
int rule_parse(struct rule_set *set, const char *source, const char *text, size_t len,
               rule_complain complain, void *arg);

/*
 * Check the names in a rule that has been read completely. A template may only refer to a capture
 * of one of the rule's matches or to another key of the rule. A capture whose name is no key must
 * be referred to by a template or an example. Each fault goes to @complain with the place of the
 * name. Returns the number of faults.
 */
int rule_check_names(const struct rule *rule, rule_complain complain, void *arg);

#endif
