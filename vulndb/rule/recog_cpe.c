/* SPDX-License-Identifier: Apache-2.0 */
/* recog_cpe.c - maps Recog's names of vendors and products to those of NVD. */
#include <ctype.h>
#include <string.h>

#include "ascii.h"
#include "recog_cpe.h"
#include "vulndb.h"

static const struct {
	const char *from, *to; /* PART:VENDOR:PRODUCT */
} names[] = {
	{"a:microsoft:iis", "a:microsoft:internet_information_services"},
	{"a:redis:redis", "a:redislabs:redis"},
	{"a:vsftpd_project:vsftpd", "a:beasts:vsftpd"},
	{"a:vsftpd:vsftpd", "a:beasts:vsftpd"},
	{"a:nginx:nginx", "a:f5:nginx"},
	{"a:apple:cups", "a:openprinting:cups"},
	{"a:pureftpd:pureftpd", "a:pureftpd:pure-ftpd"},
	{"a:pure-ftpd:pure-ftpd", "a:pureftpd:pure-ftpd"},
	{"a:matt_johnston:dropbear_ssh_server", "a:dropbear_ssh_project:dropbear_ssh"},
	{"a:mortbay:jetty", "a:eclipse:jetty"},
	{"a:mysql:mysql", "a:oracle:mysql"},
	{"a:sun:mysql", "a:oracle:mysql"},
	{"a:carnegie_mellon_university:cyrus_imap", "a:cyrus:imap"},
	{"a:cmu:cyrus_imap_server", "a:cyrus:imap"},
	{"a:igor_sysoev:nginx", "a:f5:nginx"},
	{"a:squid:squid", "a:squid-cache:squid"},
	{"a:university_of_washington:uw_imap", "a:uw:imapd"},
};

/* Copy one component, up to its ':'. A percent code becomes an escaped character; a reference
 * {name} is copied as it is, even with a ':' in it. Returns the length. */
static size_t component(const char **at, char *out, size_t size)
{
	size_t len = 0;
	bool reference = false;

	for (; **at != '\0' && (**at != ':' || reference) && len + 3 < size; (*at)++) {
		int high = **at == '%' ? ascii_hex((*at)[1]) : -1,
		    low = high >= 0 ? ascii_hex((*at)[2]) : -1;

		reference = **at == '{' || (reference && **at != '}');
		if (low < 0) {
			out[len++] = **at;
			continue;
		}
		if (!isalnum(high * 16 + low))
			out[len++] = '\\';
		out[len++] = (char)(high * 16 + low);
		*at += 2;
	}
	out[len] = '\0';
	return len;
}

static void rename_product(char *own, size_t size)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t from = strlen(names[i].from);
		char rest[VD_CPE_LEN];

		if (strncmp(own, names[i].from, from) != 0 ||
		    (own[from] != ':' && own[from] != '\0'))
			continue;
		snprintf(rest, sizeof(rest), "%s", own + from);
		snprintf(own, size, "%s%s", names[i].to, rest);
		return;
	}
}

bool recog_cpe(const char *uri, char *out, size_t size)
{
	const char *at = uri + 5;
	size_t len = 0;

	if (strncmp(uri, "cpe:/", 5) != 0 || strchr("aoh", uri[5]) == NULL || uri[6] != ':')
		return false;
	while (*at != '\0' && size - len > 8) {
		size_t part = component(&at, out + len, size - len - 2);

		if (part == 0)
			out[len++] = '*';
		len += part;
		if (*at != ':')
			break;
		at++;
		out[len++] = ':';
	}
	out[len] = '\0';
	if (*at != '\0')
		return false;
	rename_product(out, size);
	return true;
}
