/* SPDX-License-Identifier: Apache-2.0 */
/* habits.c - the table of other scanners' words, and the translation by it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "habits.h"

enum { WORD_MAX = 100 };

/* What happens to a word. */
enum act {
	VALUE,  /* it and its value become `becomes`, in which %s stands for the value */
	FLAG,   /* it becomes `becomes`; NULL: nothing */
	REFUSE, /* the command line is refused */
};

struct habit {
	const char *word;
	enum act act;
	const char *becomes;
	const char *say; /* NULL: nothing has to be said */
};

static const char export_later[] =
	"a scan prints what it finds, and keeps it: say -o ndjson, csv or list with >FILE, or write "
	"it afterwards with sonde export --format ndjson or csv";
static const char no_stealth[] = "Sonde sends no decoys, no forged addresses and no fragments";
static const char no_scripts[] =
	"Sonde runs no scripts; what it asks, and the exposures it knows, are the same in each scan";

static const struct habit habits[] = {
	/* lists */
	{"-iL", VALUE, "@%s", NULL},
	{"-list", VALUE, "@%s", NULL},
	{"-host", VALUE, "%s", NULL},
	{"--excludefile", VALUE, "--exclude-file=%s", NULL},
	{"--blacklist-file", VALUE, "--exclude-file=%s", NULL},
	{"--blocklist-file", VALUE, "--exclude-file=%s", NULL},
	{"--whitelist-file", VALUE, "--scope-file=%s", NULL},
	{"--allowlist-file", VALUE, "--scope-file=%s", NULL},
	{"-exclude-ports", VALUE, "--exclude-ports=%s", NULL},
	{"--top-ports", VALUE, "--ports=top:%s", NULL},
	{"-top-ports", VALUE, "--ports=top:%s", NULL},
	{"-F", FLAG, "--ports=top:100", NULL},
	/* the way */
	{"-e", VALUE, "--iface=%s", NULL},
	{"--interface", VALUE, "--iface=%s", NULL},
	{"--router-mac", VALUE, "--gateway-mac=%s", NULL},
	{"-G", VALUE, "--gateway-mac=%s", NULL},
	{"--adapter-ip", VALUE, "--source-ip=%s", NULL},
	{"--adapter-port", VALUE, "--source-port=%s", NULL},
	{"-6", FLAG, NULL, "IPv6 targets need no option; nothing changes"},
	/* pace */
	{"-B", VALUE, "--bandwidth=%s", NULL},
	{"-rate", VALUE, "--rate=%s", NULL},
	{"--min-rate", VALUE, "--rate=%s",
         "Sonde sends at one rate: --min-rate is taken as --rate"},
	{"--wait", VALUE, "--cooldown=%s", NULL},
	{"--cooldown-time", VALUE, "--cooldown=%s", NULL},
	{"-T0", FLAG, "--rate=1", "taken as --rate 1"},
	{"-T1", FLAG, "--rate=10", "taken as --rate 10"},
	{"-T2", FLAG, "--rate=100", "taken as --rate 100"},
	{"-T3", FLAG, NULL, "the default rate is meant, 10,000 packets a second"},
	{"-T4", FLAG, "--rate=20k", "taken as --rate 20k; --rate auto finds what the path carries"},
	{"-T5", FLAG, "--rate=50k", "taken as --rate 50k; --rate auto finds what the path carries"},
	/* how much a port is asked */
	{"--version-intensity", VALUE, "--effort=%s", "taken as --effort, 1 to 9"},
	{"--version-light", FLAG, "--effort=2", "taken as --effort 2"},
	{"--version-all", FLAG, "--effort=9", "taken as --effort 9"},
	/* what is so already */
	{"-Pn", FLAG, NULL, "no host is pinged before its ports are probed; nothing changes"},
	{"-PN", FLAG, NULL, "no host is pinged before its ports are probed; nothing changes"},
	{"-P0", FLAG, NULL, "no host is pinged before its ports are probed; nothing changes"},
	{"--banners", FLAG, NULL, "open ports are asked what they are anyway; nothing changes"},
	{"--reason", FLAG, NULL, "the reason of each state is stored anyway; nothing changes"},
	{"-v", FLAG, NULL, "the progress line shows all there is; nothing changes"},
	{"-vv", FLAG, NULL, "the progress line shows all there is; nothing changes"},
	{"--verbose", FLAG, NULL, "the progress line shows all there is; nothing changes"},
	{"-silent", FLAG, "--quiet", NULL},
	/* what is printed */
	{"--json", FLAG, "--output=ndjson", "taken as --output ndjson, a line for each finding"},
	{"-json", FLAG, "--output=ndjson", "taken as --output ndjson, a line for each finding"},
	{"-csv", FLAG, "--output=csv", NULL},
	{"--output-format", VALUE, "--output=%s", NULL},
	{"--output-module", VALUE, "--output=%s", NULL},
	/* what a scan does not do */
	{"-O", REFUSE, NULL,
         "Sonde sends no probes of its own for the operating system: banners tell it"},
	{"-A", REFUSE, NULL,
         "open ports are asked what they are anyway; there are no scripts, traces or probes for the operating system"},
	{"-sC", REFUSE, NULL, no_scripts},
	{"--script", REFUSE, NULL, no_scripts},
	{"--traceroute", REFUSE, NULL, "Sonde traces no routes"},
	{"-D", REFUSE, NULL, no_stealth},
	{"-S", REFUSE, NULL, "Sonde forges no address; --source-ip names one that is yours"},
	{"-f", REFUSE, NULL, no_stealth},
	{"--mtu", REFUSE, NULL, no_stealth},
	{"--spoof-mac", REFUSE, NULL, no_stealth},
	{"--badsum", REFUSE, NULL, no_stealth},
	{"-c", REFUSE, NULL,
         "say --cooldown TIME for the wait at the end, or --config FILE for a file of options"},
	{"-oX", REFUSE, NULL, export_later},
	{"-oN", REFUSE, NULL, export_later},
	{"-oG", REFUSE, NULL, export_later},
	{"-oA", REFUSE, NULL, export_later},
	{"-oJ", REFUSE, NULL, export_later},
	{"-oD", REFUSE, NULL, export_later},
	{"-oL", REFUSE, NULL, export_later},
	{"-oB", REFUSE, NULL, export_later},
	{"-oS", REFUSE, NULL, export_later},
	{"--output-file", REFUSE, NULL, export_later},
	{"--output-filename", REFUSE, NULL, export_later},
};

static const char scan_letters[] = "SUVnPCTXNFAWMIYZOLR"; /* all that somebody has behind -s */

/* The letters behind -s: what they become in --probe, or what is to be said. */
static const struct {
	char letter;
	const char *kind;
	const char *say; /* with a kind: said; without one, and refused: why */
	bool refused;
} scans[] = {
	{'S', "syn", NULL, false},
	{'U', "udp", NULL, false},
	{'n', "icmp", NULL, false},
	{'P', "icmp", NULL, false},
	{'V', NULL, "open ports are asked what they are anyway; nothing changes", false},
	{'C', NULL, no_scripts, true},
	{'T', NULL, "Sonde connects only to open ports, which SYN probes find: leave it out", true},
};

/* The state of a translation. */
struct turn {
	struct habits *out;
	const struct option_spec *spec;
	struct error *err;
	char kinds[16]; /* of -s, for --probe */
	const char *kinds_word;
};

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

static void keep(struct habits *h, char *word)
{
	h->argv[h->argc++] = word;
}

/* Append a word of our own: @format with @value in the place of %s. */
static int make(struct turn *t, const char *format, const char *value)
{
	const char *hole = strstr(format, "%s");
	size_t before = hole != NULL ? (size_t)(hole - format) : strlen(format);
	size_t size = strlen(format) + strlen(value) + 1;
	char *word = malloc(size);

	if (word == NULL)
		return no_memory(t->err);
	snprintf(word, size, "%.*s%s", (int)before, format, hole != NULL ? value : "");
	t->out->made[t->out->made_count++] = word;
	keep(t->out, word);
	return 0;
}

static void note(struct turn *t, const char *word, const char *text)
{
	struct habits *h = t->out;

	if (text != NULL && h->note_count < HABITS_NOTES)
		h->notes[h->note_count++] = (struct habit_note){word, text};
}

static const struct option_def *own(const struct option_spec *spec, const char *word)
{
	for (size_t i = 0; i < spec->count; i++) {
		const struct option_def *d = &spec->defs[i];

		if (word[1] == '-' ? strcmp(word + 2, d->name) == 0
		                   : d->letter != 0 && word[1] == d->letter && word[2] == '\0')
			return d;
	}
	return NULL;
}

/* The habit that @word is; *@value is then what stands behind its "=", or NULL. */
static const struct habit *find(const char *word, const char **value)
{
	size_t len = strcspn(word, "=");

	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		const struct habit *h = &habits[i];

		if (strlen(h->word) != len || strncmp(h->word, word, len) != 0)
			continue;
		if (word[len] == '=' && word[1] != '-')
			continue;
		*value = word[len] == '=' ? word + len + 1 : NULL;
		return h;
	}
	return NULL;
}

static int refuse(struct turn *t, const char *word, const char *why)
{
	return error_set(t->err, -EINVAL, "%.60s: %s", word, why);
}

/* Take one letter behind -s. */
static int take_scan(struct turn *t, const char *word, char letter)
{
	size_t n = strlen(t->kinds);

	for (size_t i = 0; i < sizeof(scans) / sizeof(scans[0]); i++) {
		if (scans[i].letter != letter)
			continue;
		if (scans[i].refused)
			return refuse(t, word, scans[i].say);
		note(t, word, scans[i].say);
		if (scans[i].kind != NULL && strstr(t->kinds, scans[i].kind) == NULL)
			snprintf(t->kinds + n, sizeof(t->kinds) - n, "%s%s", n > 0 ? "," : "",
			         scans[i].kind);
		t->kinds_word = word;
		return 0;
	}
	return refuse(t, word, "Sonde probes TCP ports with SYN only; --probe lists what there is");
}

static int take_scans(struct turn *t, const char *word)
{
	int ret = 0;

	for (const char *letter = word + 2; *letter != '\0' && ret == 0; letter++)
		ret = take_scan(t, word, *letter);
	return ret;
}

/* Translate the word at @argv[*@i], and move *@i to the last word of it. */
static int take(struct turn *t, int argc, char **argv, int *i)
{
	char *word = argv[*i];
	const struct option_def *d;
	const struct habit *h;
	const char *value;

	if (word[0] != '-' || word[1] == '\0') {
		keep(t->out, word);
		return 0;
	}
	d = own(t->spec, word);
	if (d != NULL) {
		keep(t->out, word);
		if (d->arg != NULL && d->arg[0] != '[' && *i + 1 < argc)
			keep(t->out, argv[++*i]);
		return 0;
	}
	if (strcmp(word, "--open") == 0) {
		if (own(t->spec, "--open-only") != NULL)
			return make(t, "--open-only", "");
		note(t, word, "only open ports are reported anyway; nothing changes");
		return 0;
	}
	if (word[1] == 's' && word[2] != '\0' && word[2 + strspn(word + 2, scan_letters)] == '\0')
		return take_scans(t, word);
	h = find(word, &value);
	if (h == NULL) {
		keep(t->out, word);
		return 0;
	}
	if (h->act == REFUSE)
		return refuse(t, word, h->say);
	if (h->act == VALUE && value == NULL && *i + 1 == argc)
		return error_set(t->err, -EINVAL, "option %.60s: a value is missing", word);
	if (h->act == VALUE && value == NULL)
		value = argv[++*i];
	note(t, word, h->say);
	return h->becomes != NULL ? make(t, h->becomes, value != NULL ? value : "") : 0;
}

/* Append the kinds that -s named, unless they are the default. */
static int take_kinds(struct turn *t)
{
	if (strcmp(t->kinds, "syn") != 0)
		return t->kinds[0] != '\0' ? make(t, "--probe=%s", t->kinds) : 0;
	note(t, t->kinds_word, "SYN probes are the default; nothing changes");
	return 0;
}

static int translate(struct turn *t, int argc, char **argv)
{
	int ret = 0, i = 1;

	if (argc > 0)
		keep(t->out, argv[0]);
	for (; i < argc && strcmp(argv[i], "--") != 0 && ret == 0; i++)
		ret = take(t, argc, argv, &i);
	if (ret == 0)
		ret = take_kinds(t);
	for (; i < argc && ret == 0; i++)
		keep(t->out, argv[i]);
	t->out->argv[t->out->argc] = NULL;
	return ret;
}

int habits_apply(const struct option_spec *spec, int argc, char **argv, struct habits *out,
                 struct error *err)
{
	struct turn t = {.out = out, .spec = spec, .err = err};
	int ret;

	/* One more for --probe, one for the end. */
	*out = (struct habits){.argv = calloc((size_t)argc + 2, sizeof(*out->argv)),
	                       .made = calloc((size_t)argc + 1, sizeof(*out->made))};
	ret = out->argv != NULL && out->made != NULL ? translate(&t, argc, argv) : no_memory(err);
	if (ret < 0)
		habits_fini(out);
	return ret;
}

void habits_fini(struct habits *h)
{
	for (unsigned i = 0; i < h->made_count; i++)
		free(h->made[i]);
	free(h->made);
	free(h->argv);
	*h = (struct habits){0};
}
