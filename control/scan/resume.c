/* SPDX-License-Identifier: Apache-2.0 */
/* resume.c - compares the configuration of a stopped scan with that of its resumption. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list_files.h"
#include "resume.h"

static void name(char out[RESUME_TEXT], const char *what)
{
	size_t n = strlen(out);

	snprintf(out + n, RESUME_TEXT - n, "%s%s", n > 0 ? ", " : "", what);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_list(const struct option_list *a, const struct option_list *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

static bool same_targets(const struct config *a, const struct config *b)
{
	if (a->target_count != b->target_count)
		return false;
	for (unsigned i = 0; i < a->target_count; i++)
		if (strcmp(a->targets[i], b->targets[i]) != 0)
			return false;
	return true;
}

static void name_file(void *arg, const char *option, const char *path)
{
	char text[256];

	(void)option;
	snprintf(text, sizeof(text), "what %.200s says",
	         list_files_is_input(path) ? "the standard input" : path);
	name(arg, text);
}

/* ---- the comparison -------------------------------------------------------------------------- */

/* Name the options that differ. Both command lines were parsed, and their spaces differ. */
static void name_options(const struct config *was, const struct plan *old, const struct config *c,
                         const struct plan *p, char out[RESUME_TEXT])
{
	if (was->probe != c->probe)
		name(out, "--probe");
	if (!same_targets(was, c))
		name(out, "the targets");
	if (was->ipv6_budget != c->ipv6_budget)
		name(out, "--ipv6-budget");
	if (memcmp(old->port_set, p->port_set, sizeof(p->port_set)) != 0)
		name(out, "the ports");
	if (!same_list(&was->excludes, &c->excludes) ||
	    !same_list(&was->exclude_files, &c->exclude_files) ||
	    !same_text(was->scope_file, c->scope_file))
		name(out, "the exclusions");
	if (!same_text(was->payload_file, c->payload_file))
		name(out, "--payload-file");
}

/* Name what makes the spaces differ. The earlier command line is planned again with the present
 * contents of its files: if the result is not the space that the record has, the files have
 * changed. */
static void compare_spaces(const struct store_scan *before, const struct scan_words *words,
                           const struct config *c, const struct plan *p, char out[RESUME_TEXT])
{
	char **copy = calloc((size_t)words->count + 1, sizeof(*copy)); /* getopt reorders it */
	struct error err = {""};
	struct names names = {0};
	struct config was;
	struct plan old;

	config_init(&was);
	was.key = before->key;
	if (copy != NULL)
		memcpy(copy, words->v, (size_t)words->count * sizeof(*copy));
	if (copy == NULL || config_parse(&was, words->count, copy, &err) < 0 ||
	    config_names(&was, &names, NULL, &err) < 0) {
		name(out, "the probe, targets, ports or exclusions");
	} else if (list_files_need_input(&was) || plan_make(&was, &old, &err) < 0) {
		name_options(&was, p, c, p, out);
		list_files_each(&was, name_file, out);
	} else {
		name_options(&was, &old, c, p, out);
		if (old.info.digest != before->space_digest)
			list_files_each(&was, name_file, out);
		plan_fini(&old);
	}
	names_fini(&names);
	free(copy);
	if (out[0] == '\0')
		name(out, "the probe, targets, ports or exclusions");
}

/* Whether @c has a seed that gives another key than that of @before. */
static bool other_seed(const struct store_scan *before, const struct config *c)
{
	uint8_t key[16];

	return plan_seed_key(c, key) && memcmp(key, before->key, sizeof(key)) != 0;
}

bool resume_differs(const struct store_scan *before, const struct scan_words *words,
                    const struct config *config, const struct plan *plan, char out[RESUME_TEXT])
{
	out[0] = '\0';
	if (before->shard != config->shard.index || before->shards != config->shard.count)
		name(out, "--shard");
	if (before->passes != config->passes)
		name(out, "--passes");
	if (config->workers > 0 && config->workers != before->workers)
		name(out, "--workers");
	if (other_seed(before, config))
		name(out, "--seed");
	if (before->space_digest != plan->info.digest)
		compare_spaces(before, words, config, plan, out);
	return out[0] != '\0';
}
