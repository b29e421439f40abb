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

/* The greeting is exchange 0: nothing is said. The others follow in order; the last one is the
 * farewell. */
struct script {
	bool (*greets)(struct span in);
	struct script_exchange exchanges[SCRIPT_EXCHANGES_MAX + 1];
	uint8_t count;
	const char *offer;   /* this in what the server can do means that TLS can be had */
	const char *upgrade; /* by saying this */
	char go[8];          /* and then the server's line begins so */
};

/* The hear() of a row: go on with the script as far as whole replies have come. */
enum vd_step script_hear(struct vd_dialog *d, const struct script *s);

/* Do the bytes begin like a reply with a code, "220 " or "220-"? */
bool script_code_starts(struct span in);
/* The same for a line without its end, which may be the code alone. */
bool script_code_line(struct span line);
/* Does any of the words stand in the first bytes, ASCII case aside? The last word is NULL. */
bool script_says(struct span in, const char *const *words);

/* The text of the reply to exchange @i, if its code is @code: its lines without code and blanks,
 * joined by line feeds. Empty: another code, or no reply. It lies in @text. */
struct span script_reply(const struct vd_dialog *d, size_t i, const char *code,
                         char text[SCRIPT_TEXT_MAX]);
/* Add a greeting with codes (RFC 959, 4.2; RFC 5321, 4.2): its lines without the codes. */
void script_add_greeting(struct vd_facts *out, const char *name, struct span in);

#endif
