/* SPDX-License-Identifier: Apache-2.0 */
/* config_file.c - reads files of settings, and turns them into words of a command line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "conf.h"
#include "config_file.h"

enum { FILE_MAX = 1 << 20, NO_ROW = -1 };

/* ---- rows ------------------------------------------------------------------------------------ */

static int row_of(const char *name)
{
	for (size_t i = 0; i < config_spec.count; i++)
		if (strcmp(config_spec.defs[i].name, name) == 0)
			return (int)i;
	return NO_ROW;
}

static bool is_row(size_t row, const char *name)
{
	return strcmp(config_spec.defs[row].name, name) == 0;
}

bool config_file_allows(size_t row)
{
	return !is_row(row, "config") && !is_row(row, "resume") && !is_row(row, "part") &&
	       !is_row(row, "dry-run");
}

/* Rows whose values add up, whoever gives them. */
static bool adds_up(size_t row)
{
	return is_row(row, "exclude") || is_row(row, "exclude-file") ||
	       is_row(row, "exclude-ports");
}

/* A number that rows have in common which exclude each other; others have one of their own. */
static size_t group_of(size_t row)
{
	static const char *const groups[][4] = {
		{"iface", "port", "vdev", "af-packet"},
		{"rate", "bandwidth"},
		{"user-agent", "contact"},
		{"grab", "no-grab"},
	};

	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++)
		for (size_t i = 0; i < 4 && groups[g][i] != NULL; i++)
			if (is_row(row, groups[g][i]))
				return CONFIG_ROWS + g;
	return row;
}

/* The value of a row that is a flag: 1, 0, or -1. */
static int truth(const char *value)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(value, words[i]) == 0)
			return i & 1;
	return -1;
}

static bool is_flag(size_t row)
{
	return config_spec.defs[row].arg == NULL;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Refuse a value that the option would refuse. */
static int check_value(const struct option_def *d, const struct conf_line *l, struct error *err)
{
	struct error why = {.text = ""};
	struct config *scratch;
	char text[ERROR_TEXT];
	int ret;

	if (d->arg == NULL)
		return truth(l->value) >= 0
		               ? 0
		               : conf_refuse(l, l->value_column, "expected yes or no", err);
	scratch = malloc(sizeof(*scratch));
	if (scratch == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	config_init(scratch);
	ret = d->parse(l->value, (char *)scratch + d->offset, &why);
	free(scratch);
	if (ret == 0)
		return 0;
	snprintf(text, sizeof(text), "%s: `%.80s`: %.300s", d->name, l->value, why.text);
	return conf_refuse(l, l->value_column, text, err);
}

static int take_setting(void *arg, const struct conf_line *l, struct error *err)
{
	struct config_file *f = arg;
	struct config_setting *more;
	char text[160];
	int row = row_of(l->key), ret;

	if (row == NO_ROW || !config_file_allows((size_t)row)) {
		snprintf(text, sizeof(text), "`%.60s`: %s", l->key,
		         row == NO_ROW ? "no such setting (the long names of `sonde scan --help`)"
		                       : "only for a command line");
		return conf_refuse(l, l->key_column, text, err);
	}
	ret = check_value(&config_spec.defs[row], l, err);
	if (ret < 0)
		return ret;
	more = reallocarray(f->v, f->settings + 1, sizeof(*more));
	if (more == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	f->v = more;
	f->v[f->settings++] = (struct config_setting){(size_t)row, f->count, l->line, l->value};
	return 0;
}

/* Read the whole file. Returns its length, or -errno. */
static long slurp(const char *path, char **out)
{
	FILE *in = fopen(path, "re");
	char *text = in != NULL ? malloc(FILE_MAX + 2) : NULL;
	long len = in == NULL ? -errno : -ENOMEM;

	if (text != NULL) {
		errno = 0;
		len = (long)fread(text, 1, FILE_MAX + 1, in);
		if (ferror(in))
			len = errno != 0 ? -errno : -EIO;
		else if (len > FILE_MAX)
			len = -EFBIG;
	}
	if (in != NULL)
		fclose(in);
	if (len < 0) {
		free(text);
		return len;
	}
	*out = text;
	return len;
}

/* Read f->path[f->count]. A file that nobody named (@named: by what) may be missing. */
static int read_file(struct config_file *f, const char *named, struct error *err)
{
	char *path = f->path[f->count];
	long len = slurp(path, &f->text[f->count]);
	int ret;

	if (len < 0 && named == NULL && (len == -ENOENT || len == -ENOTDIR))
		return 0;
	if (len < 0)
		return error_set(err, (int)len, "%s%s%.300s: %s", named != NULL ? named : "",
		                 named != NULL ? ": " : "", path, strerror((int)-len));
	ret = conf_parse(path, f->text[f->count], (size_t)len, take_setting, f, err);
	f->count++;
	return ret;
}

/* Write the path of the user's own file. Returns false if there is none. */
static bool own_path(char out[CONFIG_PATH])
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n = -1;

	if (xdg != NULL && xdg[0] == '/')
		n = snprintf(out, CONFIG_PATH, "%s/sonde/sonde.conf", xdg);
	else if (home != NULL && home[0] == '/')
		n = snprintf(out, CONFIG_PATH, "%s/.config/sonde/sonde.conf", home);
	return n > 0 && n < CONFIG_PATH;
}

int config_file_read(const char *given, struct config_file *out, struct error *err)
{
	const char *env = getenv("SONDE_CONFIG");
	int ret;

	memset(out, 0, sizeof(*out));
	snprintf(out->path[0], CONFIG_PATH, "/etc/sonde/sonde.conf");
	ret = read_file(out, NULL, err);
	if (ret == 0 && own_path(out->path[out->count]))
		ret = read_file(out, NULL, err);
	if (ret == 0 && env != NULL && env[0] != '\0') {
		snprintf(out->path[out->count], CONFIG_PATH, "%s", env);
		ret = read_file(out, "$SONDE_CONFIG", err);
	}
	if (ret == 0 && given != NULL) {
		snprintf(out->path[out->count], CONFIG_PATH, "%s", given);
		ret = read_file(out, "--config", err);
	}
	return ret;
}

void config_file_fini(struct config_file *f)
{
	for (unsigned i = 0; i < CONFIG_FILES; i++)
		free(f->text[i]);
	free(f->v);
	memset(f, 0, sizeof(*f));
}

/* ---- beside the command line ----------------------------------------------------------------- */

/* An option_parse_fn that keeps the text of a value; more than OPTION_LIST_MAX are left out. */
static int note_value(const char *text, void *field, struct error *err)
{
	struct option_list *list = field;

	(void)err;
	if (list->count < OPTION_LIST_MAX)
		list->items[list->count++] = text != NULL ? text : "";
	return 0;
}

struct config_given *config_file_given(int argc, char *const *argv)
{
	struct config_given *g = calloc(1, sizeof(*g));
	char **copy = calloc((size_t)argc + 1, sizeof(*copy)); /* option_parse() reorders it */
	struct option_def rows[CONFIG_ROWS];
	struct option_spec spec = {
		.usage = "", .about = "", .defs = rows, .count = config_spec.count};
	struct error err;

	for (size_t i = 0; i < config_spec.count; i++) {
		rows[i] = config_spec.defs[i];
		rows[i].parse = is_flag(i) ? NULL : note_value;
		rows[i].offset = is_flag(i) ? offsetof(struct config_given, flag) + i
		                            : offsetof(struct config_given, value) +
		                                      i * sizeof(struct option_list);
	}
	if (g != NULL && copy != NULL) {
		memcpy(copy, argv, (size_t)argc * sizeof(*copy));
		option_parse(&spec, argc, copy, g, &err);
		for (size_t i = 0; i < config_spec.count; i++)
			if (is_row(i, "config") && g->value[i].count > 0)
				g->config = g->value[i].items[g->value[i].count - 1];
	}
	free(copy);
	return g;
}

static bool gives(const struct config_given *g, size_t row)
{
	return g->flag[row] || g->value[row].count > 0;
}

/* Whether the command line, or the environment, gives a row that excludes this one. */
static bool is_replaced(size_t row, const struct config_given *g)
{
	const char *env = getenv("SONDE_DB");

	if (is_row(row, "db") && env != NULL && env[0] != '\0')
		return true;
	for (size_t i = 0; i < config_spec.count; i++)
		if (gives(g, i) && group_of(i) == group_of(row))
			return true;
	return false;
}

bool config_file_holds(const struct config_file *f, const struct config_setting *s,
                       const struct config_given *given)
{
	bool is_list = config_spec.defs[s->row].parse == option_append;

	if (adds_up(s->row))
		return true;
	if (is_replaced(s->row, given))
		return false;
	for (const struct config_setting *later = s + 1; later < f->v + f->settings; later++) {
		if (group_of(later->row) != group_of(s->row))
			continue;
		if (later->file > s->file || (later->row == s->row && !is_list))
			return false;
	}
	return true;
}

/* Write one setting. NULL: no memory. A flag that is off becomes an empty word. */
static char *make_word(const struct config_setting *s)
{
	const char *name = config_spec.defs[s->row].name;
	char *word;

	if (is_flag(s->row) && truth(s->value) == 0)
		return strdup("");
	if (is_flag(s->row))
		return asprintf(&word, "--%s", name) < 0 ? NULL : word;
	return asprintf(&word, "--%s=%s", name, s->value) < 0 ? NULL : word;
}

/* Whether the command line names another scope than a file does. */
static const struct config_setting *lost_scope(const struct config_file *f,
                                               const struct config_given *given)
{
	for (size_t i = 0; i < f->settings; i++)
		if (is_row(f->v[i].row, "scope-file") && gives(given, f->v[i].row))
			return &f->v[i];
	return NULL;
}

int config_file_words(const struct config_file *f, const struct config_given *given, char ***words,
                      struct error *err)
{
	const struct config_setting *scope = lost_scope(f, given);
	char **out;
	int n = 0;

	if (scope != NULL)
		return error_set(
			err, -EINVAL,
			"--scope-file: %.200s:%zu limits all scans to %.100s, which a command "
			"line cannot lift: name fewer targets instead",
			f->path[scope->file], scope->line, scope->value);
	out = calloc(f->settings + 1, sizeof(*out));
	if (out == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < f->settings; i++) {
		if (!config_file_holds(f, &f->v[i], given))
			continue;
		out[n] = make_word(&f->v[i]);
		if (out[n] == NULL) {
			while (n > 0)
				free(out[--n]);
			free(out);
			return error_set(err, -ENOMEM, "out of memory");
		}
		if (out[n][0] == '\0')
			free(out[n]);
		else
			n++;
	}
	*words = out;
	return n;
}

static bool began_with(const struct config_given *began, const struct config_setting *s)
{
	const struct option_list *values = &began->value[s->row];

	for (unsigned i = 0; i < values->count; i++)
		if (strcmp(values->items[i], s->value) == 0)
			return true;
	return false;
}

int config_file_late(const struct config_file *f, const struct config_given *began,
                     struct config *c, struct error *err)
{
	for (size_t i = 0; i < f->settings; i++) {
		const struct config_setting *s = &f->v[i];
		int ret = 0;

		if (began_with(began, s))
			continue;
		if (is_row(s->row, "exclude"))
			ret = option_append(s->value, &c->late_excludes, err);
		else if (is_row(s->row, "exclude-file"))
			ret = option_append(s->value, &c->late_exclude_files, err);
		else if (is_row(s->row, "exclude-ports") || is_row(s->row, "scope-file"))
			ret = error_set(err, -EINVAL,
			                "%.200s:%zu: the scan began without this %s; start a new "
			                "scan instead of --resume",
			                f->path[s->file], s->line, config_spec.defs[s->row].name);
		if (ret < 0)
			return ret;
	}
	return 0;
}

int config_file_db(char out[CONFIG_PATH], struct error *err)
{
	struct config_file f;
	int ret = config_file_read(NULL, &f, err);

	for (size_t i = 0; i < f.settings && ret == 0; i++)
		if (is_row(f.v[i].row, "db"))
			snprintf(out, CONFIG_PATH, "%s", f.v[i].value);
	config_file_fini(&f);
	return ret;
}
