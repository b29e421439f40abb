/* SPDX-License-Identifier: Apache-2.0 */
/* os_stack.c - guesses the operating system from the initial TTL, the options and the window of a
 * SYN-ACK. */
#include <stdlib.h>
#include <string.h>

#include "os_stack.h"

#define LINUX "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*"
#define WINDOWS "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"

enum { ANY_WINDOW = -1, OPTIONS_MAX = 8 /* the fact tcp.options holds no more */ };

/*
 * SYN-ACKs in answer to a SYN that offers all four options. A system's source fixes the order in
 * which it writes them, and tuning does not change it, so the order tells more than the window,
 * which tuning does change. Letters: M segment size, S SACK permitted, T timestamps, W window
 * scale, N padding (RFC 9293, 7323, 2018). The first row that fits wins.
 */
static const struct {
	uint8_t ttl; /* the initial TTL */
	const char *options;
	int32_t window;
	struct os_guess guess;
} stacks[] = {
	{64, "MSTNW", ANY_WINDOW, {"Linux", LINUX, "", 65}},
	{64, "MNNSNW", ANY_WINDOW, {"Linux", LINUX, "", 55}}, /* timestamps switched off */
	{64, "MNNTNW", ANY_WINDOW, {"Linux", LINUX, "", 50}}, /* SACK switched off */
	{64, "MNWST", 65535, {"FreeBSD", "cpe:2.3:o:freebsd:freebsd:*:*:*:*:*:*:*:*", "", 60}},
	{64, "MNWNNTS", 65535, {"macOS or iOS", "", "", 60}},
	{64, "MNNSNWNN", 16384, {"OpenBSD", "cpe:2.3:o:openbsd:openbsd:*:*:*:*:*:*:*:*", "", 60}},
	{64,
         "NNTMNWNN",
         ANY_WINDOW,
         {"Solaris", "cpe:2.3:o:oracle:solaris:*:*:*:*:*:*:*:*", "", 55}},
	{128, "MNWST", ANY_WINDOW, {"Windows", WINDOWS, "", 65}},
	{128, "MNWNNS", ANY_WINDOW, {"Windows", WINDOWS, "", 65}},
	{128, "MNWNNTNN", ANY_WINDOW, {"Windows", WINDOWS, "", 60}},
	{128, "MNNS", ANY_WINDOW, {"Windows", WINDOWS, "", 50}},
	{128, NULL, 8192, {"Windows", WINDOWS, "", 50}},
	{128, NULL, 64240, {"Windows", WINDOWS, "", 50}},
	{128, NULL, 65535, {"Windows", WINDOWS, "", 50}},
	{128, NULL, ANY_WINDOW, {"Windows", WINDOWS, "", 40}},
	{255, "M", 4128, {"Cisco IOS", "cpe:2.3:o:cisco:ios:*:*:*:*:*:*:*:*", "router", 60}},
	{255, "M", ANY_WINDOW, {"embedded system", "", "", 35}},
	{64, "M", 2144, {"embedded system", "", "", 40}}, /* lwIP's 4 segments of 536 */
	{64, NULL, 65535, {"BSD or macOS", "", "", 30}},
	{255, NULL, ANY_WINDOW, {"network device or Solaris", "", "", 20}},
};

static long number(const struct vd_facts *facts, const char *name)
{
	const struct vd_fact *fact = vd_facts_get(facts, name);

	return fact != NULL ? strtol(fact->value, NULL, 10) : -1;
}

/* The initial TTL of a packet: systems use 64, 128 or 255, and paths are rarely longer than 32
 * hops. */
static long initial_ttl(long ttl)
{
	if (ttl <= 0)
		return -1;
	return ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

/* Whether the window is a multiple of what one segment carries, as Linux's is: the segment size,
 * less the 12 bytes that timestamps take. */
static bool whole_segments(long window, long mss)
{
	return window > 0 &&
	       ((mss > 0 && window % mss == 0) || (mss > 12 && window % (mss - 12) == 0));
}

bool os_from_stack(const struct vd_facts *facts, struct os_guess *out)
{
	static const struct os_guess linux_by_window = {"Linux", LINUX, "", 50};
	static const struct os_guess unix_like = {"Linux or Unix", "", "", 25};
	long ttl = initial_ttl(number(facts, "tcp.ttl")), window = number(facts, "tcp.window");
	const struct vd_fact *options = vd_facts_get(facts, "tcp.options");
	bool whole = whole_segments(window, number(facts, "tcp.mss"));

	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		if (stacks[i].ttl != ttl ||
		    (stacks[i].window != ANY_WINDOW && stacks[i].window != window) ||
		    (stacks[i].options != NULL &&
		     (options == NULL ||
		      strncmp(options->value, stacks[i].options, OPTIONS_MAX) != 0)))
			continue;
		*out = stacks[i].guess;
		if (strcmp(out->os, "Linux") == 0 && whole)
			out->confidence = (uint8_t)(out->confidence + 5);
		return true;
	}
	if (ttl == 64)
		*out = whole || window == 64240 || window == 65160 || window == 28960
		               ? linux_by_window
		               : unix_like;
	return ttl == 64;
}

/* ---- does it fit what the banner says? ------------------------------------------------------- */

/* Words in systems' names, and the family whose TCP they have. */
static const struct {
	const char *word;
	enum os_family family;
} families[] = {
	{"Windows", OS_WINDOWS}, {"FreeBSD", OS_BSD},  {"OpenBSD", OS_BSD},
	{"NetBSD", OS_BSD},      {"macOS", OS_BSD},    {"Mac OS", OS_BSD},
	{"iOS", OS_BSD},         {"BSD", OS_BSD},      {"Linux", OS_LINUX},
	{"CentOS", OS_LINUX},    {"Fedora", OS_LINUX}, {"Raspbian", OS_LINUX},
	{"Debian", OS_LINUX},    {"Ubuntu", OS_LINUX}, {"Android", OS_LINUX},
	{"RouterOS", OS_LINUX},
};

enum os_family os_family_of(const char *os)
{
	if (strstr(os, " or ") != NULL && strstr(os, "macOS") == NULL)
		return OS_ANY;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (strstr(os, families[i].word) != NULL)
			return families[i].family;
	return OS_ANY;
}
