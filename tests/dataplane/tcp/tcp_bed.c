/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_bed.c - plays scripts of segments against the core of TCP. */
#include "tcp_bed.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dp_addr.h"
#include "packet_sum.h"
#include "tcp_impl.h"

enum { FRAMES = 64, EVENTS = 64, LENT = 64, STEP_MS = 4, PEER_TS = 70000, SCALE = 7, RTT_MS = 20 };

struct frame {
	uint8_t bytes[TCP_FRAME_MAX];
	uint16_t len;
};

static struct {
	const struct bed_config *config;
	struct tcp *tcp;
	uint64_t now_us, start_us;
	uint32_t conn, said, heard; /* bytes so far */
	uint32_t next_tx;
	struct frame frame[FRAMES], building;
	unsigned first_frame, frames;
	struct tcp_event event[EVENTS];
	unsigned first_event, events;
	uint32_t lent[LENT];
	unsigned lent_count;
	uint8_t own[16], peer[16];
	char why[400];
} bed;

static const char *wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *wrong(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(bed.why, sizeof(bed.why), format, ap);
	va_end(ap);
	return bed.why;
}

static uint8_t byte_at(uint32_t position, bool own)
{
	return (uint8_t)(position * 31 + (position >> 8) * 7 + own * 101);
}

static uint8_t *take(void *arg)
{
	(void)arg;
	return bed.building.bytes;
}

static void give(void *arg, uint8_t *frame, uint16_t len)
{
	(void)arg;
	(void)frame;
	bed.building.len = len;
	if (bed.frames < FRAMES)
		bed.frame[(bed.first_frame + bed.frames++) % FRAMES] = bed.building;
}

static void event(void *arg, const struct tcp_event *e)
{
	(void)arg;
	if (e->kind == TCP_OFFER)
		bed.conn = e->conn;
	if (e->kind == TCP_DATA && bed.lent_count < LENT)
		bed.lent[bed.lent_count++] = e->slab;
	if (bed.events < EVENTS)
		bed.event[(bed.first_event + bed.events++) % EVENTS] = *e;
}

static const struct tcp_ops ops = {take, give, event};

static bool has(unsigned flag)
{
	return (bed.config->flags & (flag | (flag <= BED_NO_SCALE ? BED_NO_OPTIONS : 0))) != 0;
}

static size_t put_stamp(uint8_t *at, uint32_t value)
{
	at[0] = at[1] = 1;
	at[2] = 8;
	at[3] = 10;
	put_be32(at + 4, value);
	put_be32(at + 8, (uint32_t)(bed.now_us - RTT_MS * 1000));
	return 12;
}

/* A segment of the peer. */
struct given {
	char flags[8];
	int64_t seq, ack;
	unsigned len;
	int64_t window; /* -1: 65536 */
	int64_t stamp;  /* INT64_MAX: time goes on */
	bool bare;      /* without a timestamp */
};

static uint8_t flags_of(const char *text)
{
	static const char letters[] = "FSRP.";
	uint8_t flags = 0;

	for (; *text != '\0'; text++)
		if (strchr(letters, *text) != NULL)
			flags |= (uint8_t)(1u << (strchr(letters, *text) - letters));
	return flags;
}

static void fill(struct packet *p, const struct given *g, uint8_t *options, uint8_t *data)
{
	bool inverted = strchr(g->flags, 'X') != NULL;
	int64_t stamp = g->stamp;

	*p = (struct packet){.sport = 80,
	                     .dport = 61000,
	                     .seq = bed.config->irs + (uint32_t)g->seq,
	                     .ack = bed.config->iss + (uint32_t)g->ack,
	                     .flags = flags_of(g->flags),
	                     .options = options,
	                     .payload = data,
	                     .payload_len = (uint16_t)g->len};
	p->ip = (struct packet_ip){bed.peer, bed.own, has(BED_V6) ? 6 : 4, DP_TRANSPORT_TCP, 64};
	p->window =
		(uint16_t)((g->window < 0 ? 65535 : g->window) >> (has(BED_NO_SCALE) ? 0 : SCALE));
	for (unsigned i = 0; i < g->len; i++)
		data[i] = byte_at((uint32_t)g->seq + i, false) ^ (inverted ? 0xff : 0);
	if (stamp == INT64_MAX)
		stamp = (int64_t)(bed.now_us - bed.start_us) / 1000;
	if (!has(BED_NO_TS) && !g->bare)
		p->options_len = (uint8_t)put_stamp(options, PEER_TS + (uint32_t)stamp);
}

static bool syn_ack(void)
{
	uint8_t options[40] = {2, 4}, data[4], len = 4;
	struct given g = {.flags = "S.", .ack = 1, .window = -1, .stamp = 0, .bare = true};
	struct packet p;

	put_be16(options + 2, bed.config->mss != 0 ? bed.config->mss : 1460);
	if (!has(BED_NO_SCALE)) {
		memcpy(options + len, (const uint8_t[]){1, 3, 3, SCALE}, 4);
		len += 4;
	}
	if (!has(BED_NO_SACK)) {
		memcpy(options + len, (const uint8_t[]){1, 1, 4, 2}, 4);
		len += 4;
	}
	if (!has(BED_NO_TS))
		len += (uint8_t)put_stamp(options + len, PEER_TS);
	fill(&p, &g, options, data);
	p.options = options;
	p.options_len = has(BED_NO_OPTIONS) ? 0 : len;
	p.window = bed.config->window != 0 ? bed.config->window : 65535;
	if (has(BED_SHUT))
		p.window = 0;
	return tcp_accept(bed.tcp, &p, 3, bed.now_us);
}

static bool parse_given(const char *text, struct given *g)
{
	char rest[4][24] = {""};
	long long seq, ack;
	int n;

	*g = (struct given){.window = -1, .stamp = INT64_MAX};
	n = sscanf(text, "%7s %lld:%u %lld %23s %23s %23s", g->flags, &seq, &g->len, &ack, rest[0],
	           rest[1], rest[2]);
	g->seq = seq;
	g->ack = ack;
	for (int i = 0; i < n - 4; i++) {
		if (strncmp(rest[i], "w=", 2) == 0)
			g->window = atoll(rest[i] + 2);
		else if (strncmp(rest[i], "t=", 2) == 0)
			g->stamp = atoll(rest[i] + 2);
		else
			g->bare = true;
	}
	return n >= 4 && g->len <= 2000;
}

static const char *inject(const char *text, bool known)
{
	uint8_t options[40], data[2000];
	struct given g;
	struct packet p;

	if (!parse_given(text, &g))
		return wrong("no segment: %s", text);
	fill(&p, &g, options, data);
	if (tcp_input(bed.tcp, &p, bed.now_us) != known)
		return wrong("the segment %s belongs to %s connection", text, known ? "no" : "a");
	return NULL;
}

static bool sack_of(const struct packet *p, uint32_t *from, uint32_t *to)
{
	const uint8_t *o = p->options;

	for (unsigned i = 0; i + 1 < p->options_len && o[i] != 0;) {
		if (o[i] == 1) {
			i++;
			continue;
		}
		if (o[i] == 5 && o[i + 1] == 10) {
			*from = packet_be32(o + i + 2) - bed.config->irs;
			*to = packet_be32(o + i + 6) - bed.config->irs;
			return true;
		}
		i += o[i + 1];
	}
	return false;
}

static const char *check_data(const struct packet *p, uint32_t seq)
{
	for (unsigned i = 0; i < p->payload_len; i++)
		if (p->payload[i] != byte_at(seq + i, true))
			return wrong("byte %u is not what was said", seq + i);
	return NULL;
}

/* What a script says of a frame of ours beside its numbers. */
static const char *check_more(const char *text, const struct packet *p)
{
	const char *w = strstr(text, "w="), *s = strstr(text, "s=");
	uint32_t from = 0, to = 0, window = (uint32_t)p->window << (has(BED_NO_SCALE) ? 0 : SCALE);
	bool sacks = sack_of(p, &from, &to);
	char block[32] = "";

	if (w != NULL && window != (uint32_t)atol(w + 2))
		return wrong("%s: the window is %u", text, window);
	if (sacks)
		snprintf(block, sizeof(block), "s=%u-%u", from, to);
	if (sacks != (s != NULL) || (sacks && strcmp(s, block) != 0))
		return wrong("%s: the block is '%s'", text, block);
	return NULL;
}

static const char *expect_frame(const char *text)
{
	struct packet p;
	long long seq, ack;
	unsigned len;
	char flags[8];
	const struct frame *f = &bed.frame[bed.first_frame % FRAMES];
	const char *why;

	if (sscanf(text, "%7s %lld:%u %lld", flags, &seq, &len, &ack) != 4)
		return wrong("no frame: %s", text);
	if (bed.frames == 0)
		return wrong("> %s: no frame came", text);
	bed.first_frame++;
	bed.frames--;
	if (packet_parse(f->bytes, f->len, &p) != PACKET_TCP || !packet_sums_fit(&p))
		return wrong("> %s: the frame or a checksum is wrong", text);
	if (p.flags != flags_of(flags) || p.seq - bed.config->iss != (uint32_t)seq ||
	    p.payload_len != len || p.ack - bed.config->irs != (uint32_t)ack)
		return wrong("> %s: got flags %02x, %d:%u, ack %d", text, p.flags,
		             (int)(p.seq - bed.config->iss), p.payload_len,
		             (int)(p.ack - bed.config->irs));
	why = check_more(text, &p);
	return why != NULL ? why : check_data(&p, (uint32_t)seq);
}

static const char *check_heard(const struct tcp_event *e, unsigned want)
{
	const struct tcp_slab *s = tcp_slab(bed.tcp, e->slab);

	if (s->len != want)
		return wrong("!data %u: got %u", want, s->len);
	for (unsigned i = 0; i < s->len; i++)
		if (s->bytes[i] != byte_at(1 + bed.heard + i, false))
			return wrong("byte %u of the peer is wrong", 1 + bed.heard + i);
	bed.heard += s->len;
	return NULL;
}

static const char *expect_event(const char *text)
{
	static const char *const kinds[] = {NULL, "offer", "data", "sent", "fin", "dead"};
	static const char *const ends[] = {NULL, "reset", "unanswered", "late", "overflow"};
	const struct tcp_event *e = &bed.event[bed.first_event % EVENTS];
	char kind[16], more[16] = "";
	int n = sscanf(text, "%15s %15s", kind, more);

	if (bed.events == 0)
		return wrong("!%s: no event came", text);
	bed.first_event++;
	bed.events--;
	if (strcmp(kinds[e->kind], kind) != 0)
		return wrong("!%s: got %s", text, kinds[e->kind]);
	if (e->conn != bed.conn)
		return wrong("!%s: of another connection", text);
	if (e->kind == TCP_DEAD && (n < 2 || strcmp(ends[e->end], more) != 0))
		return wrong("!%s: got %s", text, ends[e->end]);
	return e->kind == TCP_DATA ? check_heard(e, (unsigned)atoi(more)) : NULL;
}

static void say(unsigned len)
{
	while (len > 0) {
		uint32_t number = bed.next_tx++;
		struct tcp_slab *s = tcp_slab(bed.tcp, number);
		unsigned n = len < TCP_SLAB_BYTES ? len : TCP_SLAB_BYTES;

		for (unsigned i = 0; i < n; i++)
			s->bytes[i] = byte_at(1 + bed.said + i, true);
		s->len = (uint16_t)n;
		bed.said += n;
		len -= n;
		tcp_say(bed.tcp, bed.conn, number, bed.now_us);
	}
}

static void wait_ms(unsigned ms)
{
	uint64_t end = bed.now_us + ms * 1000ull;

	while (bed.now_us < end) {
		bed.now_us += end - bed.now_us < STEP_MS * 1000 ? end - bed.now_us : STEP_MS * 1000;
		tcp_tick(bed.tcp, bed.now_us);
		tcp_flush(bed.tcp, bed.now_us);
	}
}

static void icmp(unsigned mtu, unsigned seq)
{
	uint8_t message[8 + 28] = {3, 4, [8] = 0x45};
	struct packet p = {.icmp_type = 3, .icmp_code = 4, .inner_sport = 61000, .inner_dport = 80};

	put_be16(message + 6, (uint16_t)mtu);
	memcpy(message + 8 + 12, bed.own, 4);
	memcpy(message + 8 + 16, bed.peer, 4);
	p.ip.version = 4;
	p.inner = (struct packet_ip){message + 20, message + 24, 4, DP_TRANSPORT_TCP, 64};
	p.inner_seq = bed.config->iss + seq;
	tcp_icmp(bed.tcp, &p, bed.now_us);
}

static const char *order(const char *text)
{
	unsigned n = 0, seq = 0;

	if (sscanf(text, "say %u", &n) == 1) {
		say(n);
	} else if (strcmp(text, "listen") == 0) {
		tcp_listen(bed.tcp, bed.conn, bed.now_us);
	} else if (strcmp(text, "rst") == 0 || strcmp(text, "fin") == 0) {
		tcp_close(bed.tcp, bed.conn, text[0] == 'f', bed.now_us);
	} else if (strcmp(text, "read") == 0) {
		while (bed.lent_count > 0)
			tcp_return(bed.tcp, bed.conn, bed.lent[--bed.lent_count], bed.now_us);
	} else if (sscanf(text, "icmp %u %u", &n, &seq) == 2) {
		icmp(n, seq);
	} else if (sscanf(text, "+%u", &n) == 1) {
		wait_ms(n);
	} else {
		return wrong("no statement: %s", text);
	}
	return NULL;
}

static const char *run(const char *text)
{
	const char *why;

	if (text[0] == '>')
		return expect_frame(text + 2);
	if (text[0] == '!')
		return expect_event(text + 1);
	if (text[0] != '<')
		why = order(text);
	else
		why = inject(text + (text[1] == 'x' ? 3 : 2), text[1] != 'x');
	tcp_flush(bed.tcp, bed.now_us);
	return why;
}

/* Nothing but what the script names; and all slabs are there again when the connection is gone. */
static const char *check_end(void)
{
	struct tcp_stats stats;

	if (bed.frames > 0)
		return wrong("a frame is left: %u", bed.frames);
	if (bed.events > 0)
		return wrong("an event is left: kind %u", bed.event[bed.first_event % EVENTS].kind);
	tcp_close(bed.tcp, bed.conn, false, bed.now_us);
	while (bed.lent_count > 0)
		tcp_return(bed.tcp, bed.conn, bed.lent[--bed.lent_count], bed.now_us);
	bed.now_us += 4000000;
	tcp_tick(bed.tcp, bed.now_us);
	tcp_flush(bed.tcp, bed.now_us);
	tcp_read_stats(bed.tcp, &stats);
	if (stats.live != 0)
		return wrong("the connection does not end");
	if (bed.tcp->spare_count != bed.tcp->rx_slabs)
		return wrong("%u slabs are lost", bed.tcp->rx_slabs - bed.tcp->spare_count);
	return NULL;
}

static const char *play(const char *script)
{
	const char *why = NULL;
	char text[128];

	while (why == NULL && *script != '\0') {
		size_t n = strcspn(script, ";");

		if (n >= sizeof(text))
			return wrong("too long: %s", script);
		memcpy(text, script, n);
		text[n] = '\0';
		script += n;
		script += strspn(script, "; ");
		why = run(text);
	}
	return why != NULL ? why : check_end();
}

const char *bed_play(const struct bed_config *c, const char *script, bool *accepted)
{
	struct dp_addr own = dp_addr_v4(0xc6120001), own6, peer6;
	struct tcp_config tcp = {.conns = 16,
	                         .rx_slabs = c->rx_slabs != 0 ? c->rx_slabs : 64,
	                         .tx_slabs = 64,
	                         .own = c->flags & BED_V6 ? &own6 : &own,
	                         .own_count = 1,
	                         .syn_wscale = SCALE,
	                         .ops = &ops};
	const char *why;
	bool is_accepted;

	memset(&bed, 0, sizeof(bed));
	bed.config = c;
	dp_addr_parse("2001:db8::1", &own6);
	dp_addr_parse("2001:db8::5", &peer6);
	memcpy(bed.own, c->flags & BED_V6 ? own6.b : own.b + 12, c->flags & BED_V6 ? 16 : 4);
	memcpy(bed.peer, c->flags & BED_V6 ? peer6.b : (const uint8_t[]){198, 18, 1, 1},
	       c->flags & BED_V6 ? 16 : 4);
	bed.tcp = tcp_new(&tcp);
	bed.next_tx = tcp.rx_slabs + 1;
	bed.now_us = bed.start_us = 1000000000000;
	is_accepted = syn_ack();
	if (accepted != NULL)
		*accepted = is_accepted;
	why = play(script);
	tcp_free(bed.tcp);
	return why;
}
