/* SPDX-License-Identifier: Apache-2.0 */
/* test_user_protocols.c - claims about the dialogs of mail, chat, files, desktops, voice, proxies and
 * games: what is asked, how an answer is recognised, and what it tells. The servers' bytes are the
 * fuzz corpus. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialog_bed.h"
#include "suite.h"
#include "user_corpus.h"

enum { NAME_MAX = 64 };

/* ---- the corpus ---- */

/* A server's part of a dialog: the name of the service, and its bytes in chunks. */
struct server {
	char service[NAME_MAX];
	uint8_t bytes[FILE_MAX];
	size_t at, len;
};

static void server_read(struct server *s, const char *file)
{
	uint8_t *end;

	s->len = corpus_read("proto", file, s->bytes);
	end = memchr(s->bytes, '\n', s->len);
	ck_assert(end != NULL && end - s->bytes < NAME_MAX);
	memcpy(s->service, s->bytes, (size_t)(end - s->bytes));
	s->service[end - s->bytes] = '\0';
	s->at = (size_t)(end - s->bytes) + 1;
}

/* The next chunk, of *@len bytes; NULL behind the last. */
static const uint8_t *server_next(struct server *s, size_t *len)
{
	const uint8_t *chunk = s->bytes + s->at + 1;

	if (s->at >= s->len)
		return NULL;
	*len = s->bytes[s->at];
	if (*len > s->len - s->at - 1)
		*len = s->len - s->at - 1;
	s->at += 1 + *len;
	return chunk;
}

/* ---- dialogs ---- */

/* Whether the client's words so far, which @said collects, contain some bytes. */
struct words {
	uint8_t bytes[8192];
	size_t len;
};

static void listen(struct words *said, struct vd_dialog *d)
{
	ck_assert_uint_le(d->out_len, sizeof(said->bytes) - said->len);
	memcpy(said->bytes + said->len, d->out, d->out_len);
	said->len += d->out_len;
	d->out_len = 0;
}

static const struct talk {
	const char *file;
	const char *hello; /* what the client says first, or its beginning */
	size_t hello_len;
	const char *says; /* what it says some time */
	enum vd_step step;
	const char *fact, *value;
} talks[] = {
	{"lmtp", BYTES(""), "LHLO probe.invalid\r\n", VD_DONE, "lmtp.lhlo",
         "mail.example.net\nPIPELINING\nCHUNKING"},
	{"sieve", BYTES(""), "STARTTLS\r\n", VD_DONE, "sieve.implementation", "Dovecot Pigeonhole"},
	{"spamd", BYTES("PING SPAMC/1.2\r\n\r\n"), "", VD_DONE, "spamd.pong", "true"},
	{"clamav", BYTES("nVERSION\n"), "", VD_DONE, "clamav.version", "1.0.7"},
	{"irc", BYTES("CAP LS 302\r\n"), "QUIT\r\n", VD_DONE, "irc.server", "irc.example.net"},
	{"irc", BYTES("CAP LS 302\r\n"), "", VD_DONE, "irc.capabilities",
         "away-notify cap-notify extended-join inspircd.org/poison inspircd.org/standard-replies "
         "sts=duration=1"},
	{"xmpp", BYTES("<?xml version='1.0'?><stream:stream to='h' xmlns='jabber:client'"),
         "<starttls", VD_DONE, "xmpp.from", "example.net"},
	{"xmpp_error", BYTES("<?xml"), "", VD_DONE, "xmpp.error", "host-unknown"},
	{"git", BYTES("0021git-upload-pack /\0host=h:102\0"), "", VD_DONE, "git.error",
         "access denied or repository not exported: /"},
	{"git_refs", BYTES("0021git-upload-pack"), "0000", VD_DONE, "git.agent", "git/2.39.5"},
	{"svn", BYTES(""), "", VD_DONE, "svn.max_version", "2"},
	{"9p",
         BYTES("\x13\0\0\0\x64\xff\xff\0\x20\0\0\6\0"
               "9P2000"),
         "", VD_DONE, "9p.version", "9P2000"},
	{"firebird_reject", BYTES("\0\0\0\1\0\0\0\x13"), "", VD_DONE, "firebird.rejected", "true"},
	{"9p_error", BYTES("\x13\0\0\0\x64"), "", VD_DONE, "9p.error", "5"},
	{"afp", BYTES("\0\3So\0\0\0\0\0\0\0\0\0\0\0\0"), "", VD_DONE, "afp.machine",
         "Netatalk3.1.12"},
	{"smb_ntlm", BYTES("\0\0\0\x45\xffSMB"), "NTLMSSP", VD_DONE, "smb.os",
         "Windows 10.0.20348"},
	{"smb_ntlm", BYTES("\0\0\0\x45\xffSMB"), "", VD_DONE, "smb.dialect", "3.1.1"},
	{"smb_ntlm", BYTES("\0\0\0\x45\xffSMB"), "", VD_DONE, "ntlm.dns_host",
         "files1.example.net"},
	{"smb_ntlm", BYTES("\0\0\0\x45\xffSMB"), "", VD_DONE, "smb.name", "EXAMPLE"},
	/* Samba states a version of Windows without a build */
	{"smb_ntlm_samba", BYTES("\0"), "NTLMSSP", VD_DONE, "smb.os", NULL},
	{"smb_ntlm_samba", BYTES("\0"), "NTLMSSP", VD_DONE, "ntlm.host", "FILES1"},
	{"rdp_nla", BYTES("\3\0\0\x13\x0e\xe0"), "NTLMSSP", VD_DONE, "ntlm.build", "10.0.17763"},
	{"rdp_nla", BYTES("\3\0\0\x13\x0e\xe0"), "", VD_DONE, "rdp.nla", "true"},
	{"vnc_types", BYTES(""), "RFB 003.008\n", VD_DONE, "vnc.security", "vnc,vencrypt"},
	{"vnc_open", BYTES(""), "RFB 003.008\n", VD_DONE, "vnc.security", "none,vnc,tight"},
	{"vnc_old", BYTES(""), "RFB 003.003\n", VD_DONE, "vnc.security", "none"},
	{"vnc_refused", BYTES(""), "RFB 003.008\n", VD_DONE, "vnc.error",
         "Too many security failures"},
	{"x11", BYTES("l\0\x0b\0\0\0\0\0\0\0\0\0"), "", VD_DONE, "x11.vendor",
         "The X.Org Foundation"},
	{"x11", BYTES("l"), "", VD_DONE, "x11.open", "true"},
	{"x11_refused", BYTES("l"), "", VD_DONE, "x11.open", "false"},
	{"spice", BYTES("REDQ\2\0\0\0\2\0\0\0\x12\0\0\0\0\0\0\0\1\0"), "", VD_DONE, "spice.version",
         "2.2"},
	{"adb", BYTES("CNXN\0\0\0\1\0\x10\0\0\7\0\0\0\x32\2\0\0\xbc\xb1\xa7\xb1host::\0"), "",
         VD_DONE, "adb.model", "Phone X"},
	{"adb_auth", BYTES("CNXN"), "", VD_DONE, "adb.auth", "true"},
	{"rtmp", BYTES("\3\0\0\0\0\0\0\0\0"), "", VD_DONE, "rtmp.version", "3.5.1.1"},
	{"stun", BYTES("\0\1\0\0\x21\x12\xa4\x42"), "", VD_DONE, "stun.software",
         "Coturn-4.6.1 'Gorst'"},
	{"socks5", BYTES("\5\2\0\2"), "", VD_DONE, "socks.auth_required", "true"},
	{"quassel", BYTES("\x42\xb3\x3f\0\x80\0\0\2"), "", VD_DONE, "quassel.protocol",
         "datastream"},
	{"sphinx", BYTES("\0\0\0\1\0\5\1\0\0\0\0\4\0\0\0\1"), "", VD_DONE, "sphinx.protocol", "1"},
	{"gemini", BYTES("gemini://h:102/\r\n"), "", VD_DONE, "gemini.meta",
         "No proxying to other hosts or ports!"},
	{"pptp", BYTES("\0\x9c\0\1\x1a\x2b\x3c\x4d\0\1\0\0\1\0"), "", VD_DONE, "pptp.vendor",
         "linux"},
	{"pptp", BYTES("\0\x9c"), "", VD_DONE, "pptp.hostname", "local"},
	{"openvpn", BYTES("\0\x0e\x38Sonde\1\2\3\0\0\0\0\0"), "", VD_DONE, "openvpn.reset", "v2"},
	{"ipp", BYTES("POST /ipp/print HTTP/1.1\r\nHost: h:102\r\n"), "requested-attributes",
         VD_DONE, "ipp.make_and_model", "Brother HL-L2350DW series"},
	{"ipp", BYTES("POST"), "ipp://h:102/ipp/print", VD_DONE, "ipp.state", "idle"},
	{"ipp_other", BYTES("POST"), "", VD_FOREIGN, NULL, NULL},
	{"ipp_cups", BYTES("POST"), "", VD_FOREIGN, NULL, NULL},
	{"ipp_refused", BYTES("POST"), "", VD_FOREIGN, NULL, NULL},
	{"minecraft", BYTES("\x07\0\0\1h\x63\xdd\1\1\0"), "", VD_DONE, "minecraft.version",
         "Paper 1.20.4"},
	{"teamspeak", BYTES(""), "version\n", VD_DONE, "teamspeak.version", "3.13.7"},
	{"mpd", BYTES(""), "", VD_DONE, "mpd.version", "0.23.5"},
	{"snapcast", BYTES("{\"id\":5360736,"), "Server.GetRPCVersion", VD_DONE,
         "snapcast.rpc_version", "2.0.0"},
	{"daytime", BYTES(""), "", VD_DONE, NULL, NULL},
	{"time", BYTES(""), "", VD_DONE, "time.answered", "true"},
	{"qotd", BYTES(""), "", VD_MORE, "qotd.quote", "\"All is well.\" - nobody"},
	{"finger", BYTES("\r\n"), "", VD_MORE, "finger.banner",
         "Login     Name       Tty      Idle  Login Time"},
	{"ident", BYTES("0, 0\r\n"), "", VD_DONE, "ident.error", "INVALID-PORT"},
	{"gopher", BYTES("\r\n"), "", VD_DONE, "gopher.menu", "Welcome\nFiles"},
	{"dict", BYTES(""), "QUIT\r\n", VD_DONE, "dict.banner",
         "dict.example.net dictd 1.13.0/rf on Linux 6.1.0-18-amd64 <auth.mime> "
         "<11.22.33@dict.example.net>"},
	{"whois", BYTES(""), "", VD_MORE, "whois.banner", "% This is the whois server of EXAMPLE"},
	{"varnish", BYTES(""), "", VD_DONE, "varnish.version", "7.1.1"},
	{"varnish_auth", BYTES(""), "", VD_DONE, "varnish.auth_required", "true"},
	{"vmware-auth", BYTES(""), "", VD_STARTTLS, "vmware.auth_version", "1.10"},
	{"ndmp", BYTES(""), "", VD_DONE, "ndmp.version", "4"},
	{"btest", BYTES(""), "", VD_DONE, NULL, NULL},
};

enum { TALKS = sizeof(talks) / sizeof(talks[0]) };

/*
 * Let the server say all of its bytes, at most @piece at once, but for the last @less. Where TLS
 * starts, the bytes go on inside it.
 */
static enum vd_step run(struct bed *bed, struct server *s, struct words *said, size_t piece,
                        size_t less)
{
	enum vd_step step = VD_MORE;
	const uint8_t *chunk;
	size_t len;

	listen(said, &bed->dialog);
	while ((step == VD_MORE || step == VD_STARTTLS) && (chunk = server_next(s, &len)) != NULL) {
		if (s->at >= s->len)
			len -= len < less ? len : less;
		if (len == 0 && bed->dialog.in_len == 0)
			continue;
		for (size_t at = 0; at == 0 || at < len;) {
			size_t n = len - at < piece ? len - at : piece;

			bed->dialog.tls |= step == VD_STARTTLS;
			step = bed_hear(bed, chunk + at, n);
			if (step != VD_FOREIGN)
				listen(said, &bed->dialog);
			at += n > 0 ? n : 1;
			if (step != VD_MORE && step != VD_STARTTLS)
				break;
		}
	}
	return step;
}

/* A dialog over the whole of talk @t, in pieces. */
static void hold(const struct talk *t, size_t piece)
{
	struct vd_facts *facts = vd_facts_new();
	struct words said = {.len = 0};
	struct server s;
	struct bed bed;
	enum vd_step step;

	server_read(&s, t->file);
	bed_begin(&bed, s.service);
	ck_assert_uint_ge(bed.dialog.out_len, t->hello_len);
	ck_assert_mem_eq(bed.dialog.out, t->hello, t->hello_len);
	ck_assert_int_eq(bed.dialog.out_len == 0, t->hello_len == 0);
	step = run(&bed, &s, &said, piece, 0);
	ck_assert_msg(step == t->step, "%s: step %d", t->file, step);
	ck_assert_msg(memmem(said.bytes, said.len, t->says, strlen(t->says)) != NULL, "%s: %s",
	              t->file, t->says);
	ck_assert_msg(bed.dialog.known == (t->step != VD_FOREIGN), "%s", t->file);
	if (bed.dialog.known) {
		const char *service = vd_dialog_facts(bed.proto, &bed.dialog, facts);

		ck_assert_msg(service != NULL, "%s", t->file);
		ck_assert_str_eq(service, vd_proto_name(bed.proto));
		check_fact(facts, t->fact, t->value);
	}
	bed_end(&bed);
	vd_facts_free(facts);
}

START_TEST(dialog_asks_ends_and_tells_as_its_protocol_demands)
{
	hold(&talks[_i], SIZE_MAX);
}
END_TEST

START_TEST(dialog_does_not_mind_how_bytes_are_cut)
{
	/* Where TLS may begin, the server waits for it. */
	if (talks[_i].step != VD_STARTTLS)
		hold(&talks[_i], 1);
}
END_TEST

/* Dialogs that may end before the last byte of the file: TLS is up, or the first line tells all. */
static bool ends_early(const char *file)
{
	static const char *const files[] = {"sieve", "xmpp", "xmpp_error", "git_refs", "svn"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(files[i], file) == 0)
			return true;
	return false;
}

START_TEST(an_answer_without_its_last_byte_is_not_whole)
{
	struct words said = {.len = 0};
	struct server s;
	struct bed bed;
	enum vd_step step;

	server_read(&s, talks[_i].file);
	bed_begin(&bed, s.service);
	step = run(&bed, &s, &said, SIZE_MAX, 1);
	ck_assert_msg(step != VD_DONE || ends_early(talks[_i].file), "%s", talks[_i].file);
	bed_end(&bed);
}
END_TEST

/* Protocols whose answer may be any text at all. */
static bool takes_any_text(const char *service)
{
	return strcmp(service, "finger") == 0 || strcmp(service, "qotd") == 0;
}

START_TEST(other_bytes_are_not_taken_for_an_answer)
{
	for (size_t i = 0; i < STRANGERS; i++) {
		struct vd_facts *facts = vd_facts_new();
		struct server s;
		struct bed bed;
		bool text = strangers[i].bytes[0] == '$' || (uint8_t)strangers[i].bytes[0] == 0xff;

		server_read(&s, talks[_i].file);
		bed_begin(&bed, s.service);
		bed_hear(&bed, strangers[i].bytes, strangers[i].len);
		if (!text || !takes_any_text(s.service))
			ck_assert_msg(!bed.dialog.known, "%s: stranger %zu", s.service, i);
		bed_end(&bed);
		vd_facts_free(facts);
	}
}
END_TEST

/* Each byte of what a server says may be another one. */
START_TEST(a_wrong_byte_is_survived)
{
	static const uint8_t others[] = {0x00, 0x7f, 0xff};
	struct server s;

	server_read(&s, talks[_i].file);
	for (size_t at = s.at; at < s.len; at++)
		for (size_t o = 0; o < sizeof(others); o++) {
			struct vd_facts *facts = vd_facts_new();
			struct words said = {.len = 0};
			struct server wrong = s;
			struct bed bed;

			wrong.bytes[at] = others[o];
			bed_begin(&bed, s.service);
			run(&bed, &wrong, &said, SIZE_MAX, 0);
			if (bed.dialog.in_len > 0)
				vd_dialog_facts(bed.proto, &bed.dialog, facts);
			bed_end(&bed);
			vd_facts_free(facts);
		}
}
END_TEST

/* ---- single claims ---- */

/* Servers greet each other in another name space than their clients (RFC 6120, 4.8.2). */
START_TEST(xmpp_speaks_to_port_5269_as_a_server)
{
	bool tls;
	const struct vd_proto *p = vd_proto_find("xmpp", &tls);
	struct vd_dialog d = {.authority = "192.0.2.5:5269", .user_agent = "agent"};

	vd_dialog_greet(p, &d);
	ck_assert(span_has(span_of(d.out, d.out_len), "to='192.0.2.5' xmlns='jabber:server'"));
}
END_TEST

/* Windows hears SMB on port 139 only inside a session of NetBIOS (RFC 1002, 4.3). */
START_TEST(smb_calls_a_session_on_port_139)
{
	struct vd_facts *facts = vd_facts_new();
	struct server s;
	struct bed bed;
	const uint8_t *chunk;
	enum vd_step step;
	size_t len;

	server_read(&s, "smb_ntlm");
	bed_begin(&bed, "smb");
	bed.dialog.authority = "h:139";
	bed.dialog.out_len = 0;
	vd_dialog_greet(bed.proto, &bed.dialog);
	ck_assert_uint_eq(bed.dialog.out_len, 4 + 0x44);
	bed.dialog.out_len = 0;
	ck_assert_int_eq(bed_hear(&bed, BYTES("\x82\0")), VD_MORE);
	ck_assert_uint_eq(bed.dialog.out_len, 0);
	step = bed_hear(&bed, BYTES("\0\0"));
	ck_assert(span_has(span_of(bed.dialog.out, bed.dialog.out_len), "\xffSMB"));
	while ((chunk = server_next(&s, &len)) != NULL && step == VD_MORE)
		step = bed_hear(&bed, chunk, len);
	ck_assert_int_eq(step, VD_DONE);
	ck_assert_str_eq(vd_dialog_facts(bed.proto, &bed.dialog, facts), "smb");
	check_fact(facts, "smb.dialect", "3.1.1");
	check_fact(facts, "ntlm.host", "FILES1");
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

START_TEST(smb_takes_no_other_answer_for_a_session)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum vd_step step;
	} calls[] = {
		{BYTES("\x83\0\0\1"), VD_DONE},
		{BYTES("\x82\0\0\1"), VD_FOREIGN},
		{BYTES("\x83\0\1\0"), VD_FOREIGN},
		{BYTES("\x81\0\0\0"), VD_FOREIGN},
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct bed bed;

		bed_begin(&bed, "smb");
		bed.dialog.authority = "h:139";
		vd_dialog_greet(bed.proto, &bed.dialog);
		ck_assert_int_eq(bed_hear(&bed, calls[i].bytes, calls[i].len), calls[i].step);
		ck_assert_int_eq(bed.dialog.known, calls[i].step == VD_DONE);
		bed_end(&bed);
	}
}
END_TEST

/* A server of SMTP on the port of LMTP refuses LHLO; then it is none of LMTP. */
START_TEST(lmtp_does_not_believe_a_server_that_refuses_lhlo)
{
	struct bed bed;

	bed_begin(&bed, "lmtp");
	ck_assert_int_eq(bed_hear(&bed, BYTES("220 mx ready\r\n")), VD_MORE);
	ck_assert_int_eq(bed_hear(&bed, BYTES("500 unrecognised command\r\n")), VD_FOREIGN);
	ck_assert(!bed.dialog.known);
	bed_end(&bed);
}
END_TEST

/* Mumble begins inside TLS; in the clear its bytes mean something else. */
START_TEST(mumble_greets_inside_tls_only)
{
	uint8_t bytes[FILE_MAX];
	size_t len = corpus_read("decode", "mumble", bytes);
	struct bed bed;

	bed_begin(&bed, "mumble");
	ck_assert_int_eq(bed_hear(&bed, bytes, len), VD_FOREIGN);
	bed_end(&bed);
	bed_begin(&bed, "mumble");
	bed.dialog.tls = true;
	ck_assert_int_eq(bed_hear(&bed, bytes, len), VD_DONE);
	bed_end(&bed);
}
END_TEST

/* Where TLS is not wanted, nothing asks for it. */
START_TEST(plain_dialogs_do_not_ask_for_tls)
{
	static const char *const files[] = {"sieve", "xmpp", "vmware-auth"};
	struct words said = {.len = 0};
	struct server s;
	struct bed bed;

	server_read(&s, files[_i]);
	bed_begin(&bed, s.service);
	bed.dialog.plain = true;
	ck_assert_int_eq(run(&bed, &s, &said, SIZE_MAX, 0), VD_DONE);
	ck_assert(memmem(said.bytes, said.len, "STARTTLS", 8) == NULL &&
	          memmem(said.bytes, said.len, "<starttls", 9) == NULL);
	bed_end(&bed);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, dialog_asks_ends_and_tells_as_its_protocol_demands, 0, TALKS);
	tcase_add_loop_test(tc, dialog_does_not_mind_how_bytes_are_cut, 0, TALKS);
	tcase_add_loop_test(tc, an_answer_without_its_last_byte_is_not_whole, 0, TALKS);
	tcase_add_loop_test(tc, other_bytes_are_not_taken_for_an_answer, 0, TALKS);
	tcase_add_loop_test(tc, a_wrong_byte_is_survived, 0, TALKS);
	tcase_add_test(tc, xmpp_speaks_to_port_5269_as_a_server);
	tcase_add_test(tc, smb_calls_a_session_on_port_139);
	tcase_add_test(tc, smb_takes_no_other_answer_for_a_session);
	tcase_add_test(tc, lmtp_does_not_believe_a_server_that_refuses_lhlo);
	tcase_add_test(tc, mumble_greets_inside_tls_only);
	tcase_add_loop_test(tc, plain_dialogs_do_not_ask_for_tls, 0, 3);
	return suite_run("user_protocols", tc);
}
