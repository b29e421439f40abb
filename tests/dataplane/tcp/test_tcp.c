/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tcp.c - claims about the core of TCP: each state and each event, with sequence numbers that wrap.
 *
 * What is expected comes from the text of the RFC that stands beside each row, not from the code.
 */
#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "tcp_bed.h"

/* The states, as scripts that lead to them. */
#define WAIT "!offer"
#define LISTEN WAIT "; listen; > . 1:0 1"
#define SAID WAIT "; say 10; > P. 1:10 1"
#define HEARD SAID "; < P. 1:5 11; !sent; !data 5; > . 11:0 6"
#define ENDED HEARD "; read; < F. 6:0 11; !fin; > . 11:0 7"
#define LAST SAID "; < . 1:0 11; !sent; fin; > F. 11:0 1"

static const struct {
	const char *name, *script;
} states[] = {{"WAIT", WAIT},   {"LISTEN", LISTEN}, {"SAID", SAID},
              {"HEARD", HEARD}, {"ENDED", ENDED},   {"LAST", LAST}};

enum { STATES = 6 };

/* An event, and what follows in each state; "" = nothing, NULL = no such case. */
static const struct {
	const char *what, *source;
	const char *then[STATES];
} events[] = {
	{"a RST with exactly the next sequence number",
         "RFC 5961 3.2 (2)",
         {"< R 1:0 0; !dead reset", "< R 1:0 0; !dead reset", "< R 1:0 0; !sent; !dead reset",
          "< R 6:0 0; !dead reset", "< R 7:0 0; !dead reset", "< R 1:0 0; <x . 1:0 12"}},
	{"a RST that acknowledges",
         "RFC 9293 3.10.7.4, second",
         {"< R. 1:0 1; !dead reset", "< R. 1:0 1; !dead reset", "< R. 1:0 11; !sent; !dead reset",
          "< R. 6:0 11; !dead reset", "< R. 7:0 11; !dead reset", "< R. 1:0 12; <x . 1:0 12"}},
	{"a RST one beyond the next sequence number",
         "RFC 5961 3.2 (3)",
         {"< R 2:0 0", "< R 2:0 0; > . 1:0 1", "< R 2:0 0; > . 11:0 1", "< R 7:0 0; > . 11:0 6",
          "< R 8:0 0; > . 11:0 7", "< R 2:0 0; > . 12:0 1"}},
	{"a RST at the end of the window",
         "RFC 5961 3.2 (3)",
         {"< R 64240:0 0", "< R 65280:0 0; > . 1:0 1", "< R 65280:0 0; > . 11:0 1",
          "< R 65285:0 0; > . 11:0 6", "< R 65286:0 0; > . 11:0 7", "< R 65280:0 0; > . 12:0 1"}},
	{"a RST behind the window",
         "RFC 5961 3.2 (1)",
         {"< R 64241:0 0", "< R 65281:0 0", "< R 65281:0 0", "< R 65286:0 0", "< R 65287:0 0",
          "< R 65281:0 0"}},
	{"a RST before the window",
         "RFC 5961 3.2 (1)",
         {"< R 0:0 0", "< R 0:0 0", "< R 0:0 0", "< R 5:0 0", "< R 6:0 0", "< R 0:0 0"}},
	{"a RST far away",
         "RFC 5961 3.2 (1)",
         {"< R 1073741824:0 0", "< R 1073741824:0 0", "< R -1073741824:0 0", "< R 2147483000:0 0",
          "< R -2147483000:0 0", "< R 1073741824:0 0"}},
	{"a SYN in the window",
         "RFC 5961 4.2",
         {"< S 5:0 0", "< S 5:0 0; > . 1:0 1", "< S 5:0 0; > . 11:0 1", "< S 9:0 0; > . 11:0 6",
          "< S 9:0 0; > . 11:0 7", "< S 5:0 0; > . 12:0 1"}},
	{"a SYN outside of the window",
         "RFC 5961 4.2, irrespective of the sequence number",
         {"< S 900000:0 0", "< S 900000:0 0; > . 1:0 1", "< S 900000:0 0; > . 11:0 1",
          "< S -9:0 0; > . 11:0 6", "< S 900000:0 0; > . 11:0 7", "< S -9:0 0; > . 12:0 1"}},
	{"the SYN-ACK once more",
         "RFC 9293 3.10.7.4: our ACK was lost, or what rode on it",
         {"< S. 0:0 1", "< S. 0:0 1; > . 1:0 1", "< S. 0:0 1; > P. 1:10 1",
          "< S. 0:0 1; > . 11:0 6", "< S. 0:0 1; > . 11:0 7", "< S. 0:0 1; > . 12:0 1"}},
	{"another SYN-ACK",
         "RFC 5961 4.2",
         {"< S. 77:0 1", "< S. 77:0 1; > . 1:0 1", "< S. 77:0 1; > . 11:0 1",
          "< S. 77:0 11; > . 11:0 6", "< S. 77:0 11; > . 11:0 7", "< S. 77:0 12; > . 12:0 1"}},
	{"data in order",
         "RFC 9293 3.10.7.4, seventh",
         {"< P. 1:5 1", "< P. 1:5 1; !data 5; > . 1:0 6", "< P. 1:5 1; !data 5; > . 11:0 6",
          "< P. 6:5 11; > . 11:0 11; read; !data 5", "< P. 7:5 11; > . 11:0 7",
          "< P. 1:5 11; > R. 12:0 1; <x . 1:0 12"}},
	{"data that acknowledge",
         "RFC 9293 3.10.7.4, fifth",
         {NULL, NULL, "< P. 1:5 11; !sent; !data 5; > . 11:0 6", NULL, NULL,
          "< P. 1:5 12; > R. 12:0 1; <x . 1:0 12"}},
	{"old data",
         "RFC 9293 3.10.7.4, first: an ACK",
         {"< P. -4:5 1", "< P. -4:5 1; > . 1:0 1", "< P. -4:5 1; > . 11:0 1",
          "< P. 1:5 11; > . 11:0 6", "< P. 1:5 11; > . 11:0 7", "< P. -4:5 11; > . 12:0 1"}},
	{"data that are old in part",
         "RFC 9293 3.10.7.4, first: the new part is taken",
         {"< P. -1:5 1", "< P. -1:5 1; !data 3; > . 1:0 4", "< P. -1:5 1; !data 3; > . 11:0 4",
          "< P. 3:6 11; > . 11:0 9; read; !data 3", "< P. 3:6 11; > . 11:0 7",
          "< P. -1:5 11; > R. 12:0 1; <x . 1:0 12"}},
	{"data behind a gap",
         "RFC 9293 3.10.7.4, RFC 2018 4: a duplicate ACK with a block",
         {"< P. 11:5 1", "< P. 11:5 1; > . 1:0 1 s=11-16", "< P. 11:5 1; > . 11:0 1 s=11-16",
          "< P. 16:5 11; > . 11:0 6 s=16-21", "< P. 16:5 11; > . 11:0 7",
          "< P. 11:5 11; > R. 12:0 1; <x . 1:0 12"}},
	{"data behind the window",
         "RFC 9293 3.10.7.4, first: an ACK",
         {"< P. 65281:5 1", "< P. 65281:5 1; > . 1:0 1", "< P. 65281:5 1; > . 11:0 1",
          "< P. 65286:5 11; > . 11:0 6", "< P. 65287:5 11; > . 11:0 7",
          "< P. 65281:5 11; > . 12:0 1"}},
	{"data across the end of the window",
         "RFC 9293 3.10.7.4, first: trimmed",
         {NULL, "< P. 65279:5 1; > . 1:0 1 s=65279-65281",
          "< P. 65279:5 1; > . 11:0 1 s=65279-65281", "< P. 65284:5 11; > . 11:0 6 s=65284-65286",
          "< P. 65285:5 11; > . 11:0 7", NULL}},
	{"an ACK of what was not sent",
         "RFC 9293 3.10.7.4, fifth; RFC 5961 5.2",
         {"< . 1:0 2", "< . 1:0 2; > . 1:0 1", "< . 1:0 12; > . 11:0 1", "< . 6:0 12; > . 11:0 6",
          "< . 7:0 12; > . 11:0 7", "< . 1:0 13; > . 12:0 1"}},
	{"data with an ACK of what was not sent",
         "RFC 5961 5.2: dropped; the same data are taken later",
         {"< P. 1:5 2", "< P. 1:5 2; > . 1:0 1; < P. 1:5 1; !data 5; > . 1:0 6",
          "< P. 1:5 12; > . 11:0 1; < P. 1:5 11; !sent; !data 5; > . 11:0 6",
          "< P. 6:5 12; > . 11:0 6; read; < P. 6:5 11; !data 5; > . 11:0 11",
          "< P. 7:5 12; > . 11:0 7", "< P. 1:5 13; > . 12:0 1"}},
	{"an ACK that is too old",
         "RFC 5961 5.2: below SND.UNA - MAX.SND.WND",
         {"< . 1:0 -65535", "< . 1:0 -65535; > . 1:0 1", "< . 1:0 -65535; > . 11:0 1",
          "< . 6:0 -65525; > . 11:0 6", "< . 7:0 -65525; > . 11:0 7",
          "< . 1:0 -65525; > . 12:0 1"}},
	{"data with the oldest ACK",
         "RFC 5961 5.2: SND.UNA - MAX.SND.WND is acceptable",
         {"< P. 1:5 -65534", "< P. 1:5 -65534; !data 5; > . 1:0 6",
          "< P. 1:5 -65534; !data 5; > . 11:0 6", "< P. 6:5 -65524; > . 11:0 11; read; !data 5",
          NULL, "< P. 1:5 -65524; > R. 12:0 1; <x . 1:0 12"}},
	{"a segment without ACK",
         "RFC 9293 3.10.7.4, fifth: dropped",
         {"< P 1:5 0", "< P 1:5 0", "< P 1:5 0", "< P 6:5 0", "< P 7:5 0", "< P 1:5 0"}},
	{"a FIN",
         "RFC 9293 3.10.7.4, eighth",
         {"< F. 1:0 1", "< F. 1:0 1; !fin; > . 1:0 2", "< F. 1:0 1; !fin; > . 11:0 2",
          "< F. 6:0 11; !fin; > . 11:0 7", "< F. 6:0 11; > . 11:0 7", "< F. 1:0 11; > . 12:0 2"}},
	{"data and a FIN",
         "RFC 9293 3.10.7.4, seventh and eighth",
         {"< FP. 1:5 1", "< FP. 1:5 1; !data 5; !fin; > . 1:0 7",
          "< FP. 1:5 11; !sent; !data 5; !fin; > . 11:0 7",
          "< FP. 6:5 11; !data 5; !fin; > . 11:0 12", "< FP. 1:5 11; > . 11:0 7",
          "< FP. 1:5 11; > R. 12:0 1; <x . 1:0 12"}},
	{"a FIN behind a gap",
         "RFC 9293 3.10.7.4, first: not processed before what is missing",
         {"< F. 11:0 1", "< F. 11:0 1; > . 1:0 1", "< F. 11:0 1; > . 11:0 1",
          "< F. 16:0 11; > . 11:0 6", "< F. 16:0 11; > . 11:0 7", "< F. 11:0 11; > . 12:0 1"}},
	{"data and a FIN behind a gap, which is filled",
         "RFC 9293 3.10.7.4, first",
         {NULL, "< FP. 6:5 1; > . 1:0 1 s=6-11; < P. 1:5 1; !data 10; !fin; > . 1:0 12",
          "< FP. 6:5 1; > . 11:0 1 s=6-11; < P. 1:5 1; !data 10; !fin; > . 11:0 12",
          "< FP. 11:5 11; > . 11:0 6 s=11-16; < P. 6:5 11; !data 10; !fin; > . 11:0 17", NULL,
          NULL}},
	{"a FIN at the end of the window",
         "RFC 9293 3.10.7.4, first: outside of it",
         {NULL, "< F. 65281:0 1; > . 1:0 1", "< F. 65281:0 1; > . 11:0 1",
          "< F. 65286:0 11; > . 11:0 6", "< F. 65287:0 11; > . 11:0 7",
          "< F. 65281:0 11; > . 12:0 1"}},
	{"an older timestamp",
         "RFC 7323 5.3, R1: an ACK",
         {"< P. 1:5 1 t=-1", "< P. 1:5 1 t=-1; > . 1:0 1", "< P. 1:5 11 t=-1; > . 11:0 1",
          "< P. 6:5 11 t=-1; > . 11:0 6", "< F. 7:0 11 t=-1; > . 11:0 7",
          "< . 1:0 12 t=-1; > . 12:0 1"}},
	{"a timestamp half the circle away",
         "RFC 7323 5.3: signed, in 32 bits",
         {"< P. 1:5 1 t=-2147483648", "< P. 1:5 1 t=-2147483648; > . 1:0 1",
          "< P. 1:5 1 t=-2147483648; > . 11:0 1", "< P. 6:5 11 t=-2147483648; > . 11:0 6",
          "< . 7:0 11 t=-2147483648; > . 11:0 7", "< . 1:0 12 t=-2147483648; > . 12:0 1"}},
	{"the same timestamp",
         "RFC 7323 5.3: not less",
         {"< P. 1:5 1 t=0", "< P. 1:5 1 t=0; !data 5; > . 1:0 6",
          "< P. 1:5 1 t=0; !data 5; > . 11:0 6", "< P. 6:5 11 t=0; > . 11:0 11; read; !data 5",
          "< . 7:0 11 t=0", "< . 1:0 12 t=0"}},
	{"a newer timestamp, and then the older one",
         "RFC 7323 4.3: TS.Recent follows",
         {NULL, "< P. 1:5 1 t=100; !data 5; > . 1:0 6; < P. 6:5 1 t=99; > . 1:0 6",
          "< P. 1:5 1 t=100; !data 5; > . 11:0 6; < P. 6:5 1 t=99; > . 11:0 6",
          "< . 6:0 11 t=100; < P. 6:5 11 t=99; > . 11:0 6", NULL,
          "< . 1:0 12 t=100; < . 1:0 12 t=99; > . 12:0 1"}},
	{"a newer timestamp out of order",
         "RFC 7323 4.3 (2): TS.Recent does not follow",
         {NULL, "< P. 6:5 1 t=100; > . 1:0 1 s=6-11; < P. 1:5 1 t=50; !data 10; > . 1:0 11",
          "< P. 6:5 1 t=100; > . 11:0 1 s=6-11; < P. 1:5 1 t=50; !data 10; > . 11:0 11", NULL, NULL,
          NULL}},
	{"no timestamp",
         "RFC 7323 3.2: dropped in silence",
         {"< P. 1:5 1 -t", "< P. 1:5 1 -t", "< P. 1:5 11 -t", "< P. 6:5 11 -t", "< F. 7:0 11 -t",
          "< . 1:0 12 -t"}},
	{"a RST without a timestamp, or with an old one",
         "RFC 7323 5.2: a RST is no matter of PAWS",
         {"< R 1:0 0 -t; !dead reset", "< R 1:0 0 t=-1; !dead reset",
          "< R 1:0 0 -t; !sent; !dead reset", "< R 6:0 0 t=-9; !dead reset",
          "< R 7:0 0 -t; !dead reset", "< R 1:0 0 t=-9; <x . 1:0 12"}},
	{"an ACK of everything",
         "RFC 9293 3.10.7.4, fifth",
         {"< . 1:0 1", "< . 1:0 1", "< . 1:0 11; !sent", "< . 6:0 11", "< . 7:0 11", "< . 1:0 12"}},
	{"an ACK of a part",
         "RFC 9293 3.10.7.4, fifth",
         {NULL, NULL, "< . 1:0 6; < . 1:0 10; < . 1:0 11; !sent", NULL, NULL, NULL}},
	{"an ACK of less than before",
         "RFC 9293 3.10.7.4, fifth: ignored",
         {NULL, NULL, "< . 1:0 6; < . 1:0 3; < . 1:0 11; !sent", "< . 6:0 7", "< . 7:0 7",
          "< . 1:0 7"}},
	{"a keep-alive",
         "RFC 9293 3.8.4: the number before the next; an ACK",
         {"< . 0:0 1", "< . 0:0 1; > . 1:0 1", "< . 0:0 11; > . 11:0 1", "< . 5:0 11; > . 11:0 6",
          "< . 6:0 11; > . 11:0 7", "< . 0:0 12; > . 12:0 1"}},
	{"a keep-alive with a byte",
         "RFC 9293 3.8.4",
         {"< . 0:1 1", "< . 0:1 1; > . 1:0 1", "< . 0:1 1; > . 11:0 1", "< . 5:1 11; > . 11:0 6",
          "< . 6:1 11; > . 11:0 7", "< . 0:1 12; > . 12:0 1"}},
	{"data of two segments in one burst of time",
         "RFC 9293 3.8.6.3: at least every second one",
         {NULL, "< . 1:5 1; !data 5; > . 1:0 6; < . 6:5 1; > . 1:0 11; read; !data 5",
          "< . 1:5 11; !sent; !data 5; > . 11:0 6; < . 6:5 11; > . 11:0 11; read; !data 5", NULL,
          NULL, NULL}},
	{"data after the end of the connection",
         "RFC 9293 3.10.7.1: nobody's",
         {"rst; > R. 1:0 1; <x P. 1:5 1", "rst; > R. 1:0 1; <x P. 1:5 1",
          "rst; > R. 11:0 1; !sent; <x P. 1:5 1", "rst; > R. 11:0 6; <x P. 6:5 11",
          "rst; > R. 11:0 7; <x . 7:0 11", NULL}},
};

enum { EVENTS = sizeof(events) / sizeof(events[0]) };

/* First sequence numbers: of the peer and ours. With the small ones all is plain; with the others they
 * wrap at 2^32, or change their sign at 2^31, inside the rows. */
static const struct {
	uint32_t irs, iss;
} firsts[] = {{1000, 5000},
              {0xfffffffc, 0xfffffff8},
              {0x7ffffffa, 0x7ffffff9},
              {0xffffffff, 0},
              {0, 0xffffffff}};

enum { FIRSTS = sizeof(firsts) / sizeof(firsts[0]) };

/* Whether a row holds for connections without timestamps or without SACK, too. */
static bool suits(const char *script, unsigned flags)
{
	if ((flags & BED_NO_TS) && (strstr(script, "t=") != NULL || strstr(script, "-t") != NULL))
		return false;
	return !(flags & BED_NO_SACK) || strstr(script, "s=") == NULL;
}

static void play_states(unsigned event, unsigned first, unsigned flags)
{
	char script[512];

	for (unsigned i = 0; i < STATES; i++) {
		const struct bed_config c = {
			.irs = firsts[first].irs, .iss = firsts[first].iss, .flags = flags};
		const char *then = events[event].then[i], *why;

		if (then == NULL || !suits(then, flags))
			continue;
		snprintf(script, sizeof(script), "%s; %s", states[i].script, then);
		why = bed_play(&c, script, NULL);
		ck_assert_msg(why == NULL, "%s in %s (%s), first %u, flags %u: %s",
		              events[event].what, states[i].name, events[event].source, first,
		              flags, why);
	}
}

START_TEST(each_state_answers_each_event_as_the_rfcs_say)
{
	play_states((unsigned)_i % EVENTS, (unsigned)_i / EVENTS, 0);
}
END_TEST

START_TEST(so_it_does_over_ipv6_and_without_options)
{
	static const unsigned kinds[] = {BED_V6, BED_NO_TS, BED_NO_SACK, BED_NO_TS | BED_NO_SACK};

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		play_states((unsigned)_i, 1, kinds[i]);
}
END_TEST

/* ---- courses of a connection ---- */

static const struct {
	const char *what, *script;
	unsigned flags;
	uint16_t mss, window;
} courses[] = {
	{"an offer that nobody takes is reset before the SYN-ACK comes again",
         "!offer; +880; +40; > R. 1:0 1; !dead late", 0, 0, 0},
	{"an offer that is refused is reset", "!offer; rst; > R. 1:0 1; <x S. 0:0 1", 0, 0, 0},
	{"the bare ACK is sent once more after a second", LISTEN "; +980; +40; > . 1:0 1; +9000", 0,
         0, 0},
	{"but not if the server has spoken", LISTEN "; < P. 1:5 1; !data 5; > . 1:0 6; +5000", 0, 0,
         0},
	{"words after a time of listening",
         LISTEN "; +500; say 10; > P. 1:10 1; < . 1:0 11; !sent; +9000", 0, 0, 0},
	{"RFC 8985 7: a tail loss probe, then RFC 6298 5.5: 1 s, 2 s, 4 s, 8 s, 16 s, 32 s, and R2",
         SAID
         "; +230; +20; > P. 1:10 1; +980; +40; > P. 1:10 1; +1960; +40; > P. 1:10 1; +3960; +40; > P. 1:10 1; "
         "+7960; +40; > P. 1:10 1; +15960; +40; > P. 1:10 1; +31960; +60; > P. 1:10 1; +59900; +200; > R. 11:0 1; "
         "!sent; !dead unanswered",
         0, 0, 0},
	{"without SACK no probe: RFC 6298 2.4, at least a second", SAID "; +980; +40; > P. 1:10 1",
         BED_NO_SACK, 0, 0},
	{"an ACK ends what is sent again", SAID "; +250; > P. 1:10 1; < . 1:0 11; !sent; +9000", 0,
         0, 0},
	{"an ACK of a part restarts the timer (RFC 6298 5.3)",
         SAID "; +900; < . 1:0 6; +900; +120; > P. 6:5 1; < . 1:0 11; !sent", BED_NO_SACK, 0, 0},
	{"data of the peer do not restart it",
         SAID "; +900; < P. 1:5 1; !data 5; > . 11:0 6; +120; > P. 1:10 6; < . 6:0 11; !sent",
         BED_NO_SACK, 0, 0},
	{"RFC 9293 3.8.6.1: a shut window is probed by a byte, after 1 s, 2 s, 4 s, for ever",
         SAID
         "; < . 1:0 11 w=0; !sent; say 5; +980; +40; > . 11:1 1; < . 1:0 11 w=0; +1960; +60; > . 11:1 1; "
         "+3960; +60; > . 11:1 1; < . 1:0 11; > P. 11:5 1; < . 1:0 16; !sent; +9000",
         0, 0, 0},
	{"the byte of a probe that is taken counts",
         SAID
         "; < . 1:0 11 w=0; !sent; say 5; +1020; > . 11:1 1; < . 1:0 12; > P. 12:4 1; < . 1:0 16; !sent",
         0, 0, 0},
	{"a window that opens is used at once",
         SAID "; < . 1:0 11 w=0; !sent; say 5; < . 1:0 11; > P. 11:5 1", 0, 0, 0},
	{"RFC 9293 3.10.7.4: an older segment does not set the window",
         SAID "; < P. 1:5 11 w=0; !sent; !data 5; > . 11:0 6; < . 1:0 11; > . 11:0 6; say 5", 0, 0,
         0},
	{"RFC 9293 3.8.6.2.1: no silly segment before the timer overrides",
         SAID "; < . 1:0 11 w=128; !sent; say 2000; +980; +40; > . 11:128 1", 0, 0, 0},
	{"more than the window waits",
         SAID "; < . 1:0 11 w=128; !sent; say 100; > P. 11:100 1; < . 1:0 111; !sent", 0, 0, 0},
	{"RFC 6691: MSS counts data and options", "!offer; say 2000; > . 1:1448 1; > P. 1449:552 1",
         0, 0, 0},
	{"  without options, data alone", "!offer; say 2000; > . 1:1460 1; > P. 1461:540 1",
         BED_NO_TS, 0, 0},
	{"  an MSS of 64", "!offer; say 120; > . 1:52 1; > . 53:52 1; > P. 105:16 1", 0, 64, 0},
	{"  one below is taken for 64", "!offer; say 120; > . 1:52 1; > . 53:52 1; > P. 105:16 1",
         0, 10, 0},
	{"RFC 9293 3.7.1: without the option 536", "!offer; say 600; > . 1:536 1; > P. 537:64 1",
         BED_NO_OPTIONS, 0, 0},
	{"  over IPv6 1220", "!offer; say 1300; > . 1:1220 1; > P. 1221:80 1",
         BED_NO_OPTIONS | BED_V6, 0, 0},
	{"RFC 8200 5: over IPv6 no packet is longer than any path takes",
         "!offer; say 1300; > . 1:1208 1; > P. 1209:92 1", BED_V6, 1440, 0},
	{"RFC 9293 3.9.1 (MUST-60): PSH on the last one", "!offer; say 1448; > P. 1:1448 1", 0, 0,
         0},
	{"RFC 6928: ten segments at first, and one more for each ACK",
         "!offer; say 620; > . 1:52 1; > . 53:52 1; > . 105:52 1; > . 157:52 1; > . 209:52 1; > . 261:52 1; > . 313:52 1; "
         "> . 365:52 1; > . 417:52 1; > . 469:52 1; < . 1:0 53; > . 521:52 1; < . 1:0 157; > P. 573:48 1; < . 1:0 621; !sent",
         0, 64, 0},
	{"after a loss one segment at a time",
         "!offer; say 156; > . 1:52 1; > . 53:52 1; > P. 105:52 1; +1020; > . 1:52 1; < . 1:0 53; > . 53:52 1; > P. 105:52 1; "
         "< . 1:0 157; !sent",
         BED_NO_SACK, 64, 0},
	{"a small window of the peer from the start", "!offer; say 100; > . 1:52 1; > P. 53:48 1",
         0, 64, 100},
	{"RFC 2018 4: the interval grows",
         LISTEN
         "; < P. 6:5 1; > . 1:0 1 s=6-11; < P. 11:5 1; > . 1:0 1 s=6-16; < P. 1:5 1; !data 15; > . 1:0 16",
         0, 0, 0},
	{"  and by what overlaps its end",
         LISTEN
         "; < P. 6:5 1; > . 1:0 1 s=6-11; < P. 9:7 1; > . 1:0 1 s=6-16; < P. 1:5 1; !data 15; > . 1:0 16",
         0, 0, 0},
	{"  a second one is not kept",
         LISTEN
         "; < P. 6:5 1; > . 1:0 1 s=6-11; < P. 21:5 1; > . 1:0 1 s=6-11; < P. 1:5 1; !data 10; > . 1:0 11",
         0, 0, 0},
	{"  nor what begins before it",
         LISTEN
         "; < P. 6:5 1; > . 1:0 1 s=6-11; < P. 4:5 1; > . 1:0 1 s=6-11; < P. 1:5 1; !data 10; > . 1:0 11",
         0, 0, 0},
	{"  a segment may cover it and go on",
         LISTEN "; < P. 6:5 1; > . 1:0 1 s=6-11; < P. 1:15 1; !data 15; > . 1:0 16", 0, 0, 0},
	{"  or reach into it",
         LISTEN "; < P. 6:5 1; > . 1:0 1 s=6-11; < P. 1:7 1; !data 10; > . 1:0 11", 0, 0, 0},
	{"  or fill the gap in two parts",
         LISTEN
         "; < P. 6:5 1; > . 1:0 1 s=6-11; < P. 1:2 1; !data 2; > . 1:0 3 s=6-11; < P. 3:3 1; > . 1:0 11; read; !data 8",
         0, 0, 0},
	{"of bytes that come twice the first ones count",
         LISTEN
         "; < P. 6:5 1; > . 1:0 1 s=6-11; < PX. 6:5 1; > . 1:0 1 s=6-11; < P. 1:5 1; !data 10; > . 1:0 11",
         0, 0, 0},
	{"  old ones do not count",
         LISTEN "; < P. 1:5 1; !data 5; > . 1:0 6; < PX. 1:5 1; > . 1:0 6", 0, 0, 0},
	{"without SACK no block",
         LISTEN "; < P. 6:5 1; > . 1:0 1; < P. 1:5 1; !data 10; > . 1:0 11", BED_NO_SACK, 0, 0},
	{"a FIN on an interval that was cut is not believed early",
         LISTEN
         "; < F. 11:0 1; > . 1:0 1; < P. 1:10 1; !data 10; > . 1:0 11; < F. 11:0 1; !fin; > . 1:0 12",
         0, 0, 0},
	{"the window: its right edge stays until the owner reads",
         LISTEN
         "; < P. 1:1400 1; !data 1400; > . 1:0 1401 w=64000; < P. 1401:1000 1; > . 1:0 2401 w=62976; read; !data 1000",
         0, 0, 0},
	{"the first window is that of the SYN, then ours", "!offer; listen; > . 1:0 1 w=65280", 0,
         0, 0},
	{"without scaling it fits into 16 bits", "!offer; listen; > . 1:0 1 w=65280", BED_NO_SCALE,
         0, 0},
	{"RFC 9293 3.6: a FIN of ours, acknowledged, and the peer's",
         LAST "; < . 1:0 12; < F. 1:0 12; > . 12:0 2; < F. 1:0 12; > . 12:0 2; +3010; <x F. 1:0 12",
         0, 0, 0},
	{"a FIN behind what was said",
         SAID "; fin; > F. 11:0 1; < . 1:0 12; !sent; +3010; <x . 1:0 12", 0, 0, 0},
	{"a FIN rides on what waits",
         SAID "; < . 1:0 11 w=0; !sent; say 5; fin; < . 1:0 11; > FP. 11:5 1; < . 1:0 17; !sent", 0,
         0, 0},
	{"a FIN is sent again, for three seconds",
         LAST "; +250; > F. 11:0 1; +1020; > F. 11:0 1; +2000; <x . 1:0 12", 0, 0, 0},
	{"a FIN after the peer's", ENDED "; fin; > F. 11:0 7; < . 7:0 12; +3010; <x . 7:0 12", 0, 0,
         0},
	{"RFC 2525 2.17: data that nobody read end in a RST",
         HEARD "; < P. 6:5 11; > . 11:0 11; fin; > R. 11:0 11; <x . 11:0 12", 0, 0, 0},
	{"a RST of ours has the number that the peer expects",
         SAID "; < . 1:0 11; !sent; rst; > R. 11:0 1", 0, 0, 0},
	{"RFC 1191: fragmentation needed makes segments smaller",
         "!offer; say 1400; > P. 1:1400 1; icmp 600 1; > . 1:548 1; > . 549:548 1; > P. 1097:304 1",
         0, 0, 0},
	{"RFC 5927: not if what it quotes is not in flight",
         "!offer; say 1400; > P. 1:1400 1; icmp 600 1401; icmp 600 0", 0, 0, 0},
	{"  never below 536, whatever it says",
         "!offer; say 1400; > P. 1:1400 1; icmp 0 1; > . 1:524 1; > . 525:524 1; > P. 1049:352 1",
         0, 0, 0},
	{"  and once only",
         "!offer; say 600; > P. 1:600 1; icmp 600 1; > . 1:548 1; > P. 549:52 1; icmp 580 1", 0, 0,
         0},
	{"  never makes them longer", "!offer; say 100; > P. 1:100 1; icmp 9000 1", 0, 0, 0},
	{"what is said to a connection that is gone comes back",
         SAID "; < R 1:0 0; !sent; !dead reset; say 5; !sent", 0, 0, 0},
};

START_TEST(courses_run_as_the_rfcs_say)
{
	for (unsigned first = 0; first < FIRSTS; first++) {
		const struct bed_config c = {.irs = firsts[first].irs,
		                             .iss = firsts[first].iss,
		                             .flags = courses[_i].flags,
		                             .mss = courses[_i].mss,
		                             .window = courses[_i].window};
		const char *why = bed_play(&c, courses[_i].script, NULL);

		ck_assert_msg(why == NULL, "%s, first %u: %s", courses[_i].what, first, why);
	}
}
END_TEST

START_TEST(a_syn_ack_with_a_shut_window_is_no_connection)
{
	const struct bed_config c = {.irs = 1, .iss = 1, .flags = BED_SHUT};
	bool accepted = true;

	ck_assert_ptr_null(bed_play(&c, "<x . 1:0 1", &accepted));
	ck_assert(!accepted);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, each_state_answers_each_event_as_the_rfcs_say, 0, EVENTS * FIRSTS);
	tcase_add_loop_test(tc, so_it_does_over_ipv6_and_without_options, 0, EVENTS);
	tcase_add_loop_test(tc, courses_run_as_the_rfcs_say, 0,
	                    (int)(sizeof(courses) / sizeof(courses[0])));
	tcase_add_test(tc, a_syn_ack_with_a_shut_window_is_no_connection);
	return suite_run("tcp", tc);
}
