/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_set.h - reads rules and compiles them.
 *
 *   rule files, Recog XML --rules_read_*--> struct rule_set --rules_serialise--> blob
 *
 * The blob is one block of memory without pointers. It is stored as it is, and rules.h uses it in
 * place.
 */
#ifndef VULNDB_RULE_SET_H
#define VULNDB_RULE_SET_H

#include "vulndb.h"

/* Rules as they were read, with all their texts: the input of the compiler, the linter and tests.
 * One thread. */
struct rule_set;

struct rule_set *rule_set_new(void); /* NULL: no memory */
/* Free the set with all its texts; NULL is fine. */
void rule_set_free(struct rule_set *set);

/*
 * Read every *.rules file of a directory in the order of their names, one file, or one Recog file
 * in memory (@name is its name in errors). Reading stops at the first fault: -EINVAL, @err says
 * file:line:column. Or -errno of opening or reading a file. After a failure the set is only good
 * for rule_set_free().
 */
int rules_read_dir(struct rule_set *set, const char *dir, struct error *err);
int rules_read_file(struct rule_set *set, const char *path, struct error *err);
int rules_read_recog(struct rule_set *set, const char *name, const void *xml, size_t len,
                     struct error *err);

/*
 * Compile the set into a blob, which the caller frees with free(). With @hyperscan, each field gets
 * a Hyperscan database for the generic platform, so that the blob may move between machines;
 * without it, or if the program is built without Hyperscan, the blob has none. 0, -EINVAL (@err),
 * -ENOMEM.
 */
int rules_serialise(const struct rule_set *set, bool hyperscan, void **blob, size_t *len,
                    struct error *err);

#endif
