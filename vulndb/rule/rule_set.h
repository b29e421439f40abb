/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_set.h - rules as read, and their compilation.
 *
 *   rule files, Recog XML --rules_read_*--> struct rule_set --rules_serialise--> blob
 *
 * The blob is one piece of memory without pointers; it is stored as it is, and rules.h uses it in
 * place.
 */
#ifndef VULNDB_RULE_SET_H
#define VULNDB_RULE_SET_H

#include "vulndb.h"

/* Rules as read, with all their text: what a compiler, a linter or a test works on. One thread. */
struct rule_set;

struct rule_set *rule_set_new(void); /* NULL: no memory */
/* With all its texts; NULL is fine. */
void rule_set_free(struct rule_set *set);

/*
 * Read every *.rules file of a directory in the order of their names, one file, or one Recog file
 * in memory (@name is shown in errors). The first fault stops: -EINVAL, @err says file:line:column.
 * Also -errno of opening and reading. After a failure the set is only good for rule_set_free.
 */
int rules_read_dir(struct rule_set *set, const char *dir, struct error *err);
int rules_read_file(struct rule_set *set, const char *path, struct error *err);
int rules_read_recog(struct rule_set *set, const char *name, const void *xml, size_t len,
                     struct error *err);

/*
 * Compile the set into a blob that the caller frees with free(). With Hyperscan one database a
 * field is compiled for the generic platform, so the blob may move between machines; @hyperscan
 * false leaves them out. 0, -EINVAL (@err), -ENOMEM.
 */
int rules_serialise(const struct rule_set *set, bool hyperscan, void **blob, size_t *len,
                    struct error *err);

#endif
