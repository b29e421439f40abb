/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.h - the line protocols, whose dialogs are a list of commands: FTP, SMTP, POP3, IMAP, NNTP.
 */
#ifndef VULNDB_PROTO_SCRIPT_H
#define VULNDB_PROTO_SCRIPT_H

#include "proto.h"

/* How a reply ends. */
enum script_reply {
	SCRIPT_CODE, /* at a line of three digits and a blank, RFC 5321 4.2, RFC 959 4.2 */
	/* a refusal is one line, all else ends with a line of one dot, RFC 1939 3, RFC 3977 3.1 */
	SCRIPT_DOT,
	SCRIPT_TAG, /* at a line that begins with our tag, "a", RFC 9051 2.2 */
	SCRIPT_LINE,
};

struct script_exchange {
	const char *say;
	enum script_reply reply;
};

enum { SCRIPT_EXCHANGES_MAX = 3, SCRIPT_TEXT_MAX = 4096 };

/* Exchange 0 is the server's greeting, before which the client sends nothing. The others follow in
 * order; the last one is the farewell. */
struct script {
	bool (*greets)(struct span in);
	struct script_exchange exchanges[SCRIPT_EXCHANGES_MAX + 1];
	uint8_t count;
	const char *offer;   /* the server can do TLS where its replies contain this */
	const char *upgrade; /* the command that begins TLS */
	char go[8];          /* how the reply to it begins where the server agrees */
};

/* The hear() of a row: advances the script as far as whole replies have come. */
enum vd_step script_hear(struct vd_dialog *d, const struct script *s);

/* Do the bytes begin like a reply with a code, "220 " or "220-"? */
bool script_code_starts(struct span in);
/* The same for a line without its end, which may be the code alone. */
bool script_code_line(struct span line);
/* Do the first 512 bytes contain any of @words? ASCII case does not count; NULL ends the list. */
bool script_says(struct span in, const char *const *words);

/* The text of the reply to exchange @i, which is not 0: its lines without code and leading blanks,
 * joined by line feeds in @text. Empty where the reply has another code than @code, or there is
 * none. */
struct span script_reply(const struct vd_dialog *d, size_t i, const char *code,
                         char text[SCRIPT_TEXT_MAX]);
/* Add a greeting of lines with codes (RFC 959, 4.2; RFC 5321, 4.2), without the codes. */
void script_add_greeting(struct vd_facts *out, const char *name, struct span in);

#endif
