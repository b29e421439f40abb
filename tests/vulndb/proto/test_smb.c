/* SPDX-License-Identifier: Apache-2.0 */
/* test_smb.c - claims about the versions of SMB: how a server is led to the best one that it has. */
#include <stdlib.h>
#include <string.h>

#include "dialog_bed.h"
#include "suite.h"

enum { HEAD = 4, SMB2 = 64, SMB1 = 32 };

struct message {
	uint8_t bytes[512];
	size_t len;
};

static void put(struct message *m, const void *bytes, size_t len)
{
	memcpy(m->bytes + m->len, bytes, len);
	m->len += len;
}

/* Write the length of the message before it. */
static struct message sealed(struct message m)
{
	m.bytes[2] = (uint8_t)((m.len - HEAD) >> 8);
	m.bytes[3] = (uint8_t)(m.len - HEAD);
	return m;
}

/* A response to a negotiation in the second version that settles @dialect. */
static struct message negotiated(uint16_t dialect)
{
	struct message m = {.len = HEAD + SMB2 + 65};
	uint8_t *body = m.bytes + HEAD + SMB2;

	memcpy(m.bytes + HEAD, "\xfeSMB\x40", 5);
	body[0] = 65;
	body[2] = 1;
	body[4] = (uint8_t)dialect;
	body[5] = (uint8_t)(dialect >> 8);
	body[8] = 0xab;
	return sealed(m);
}

/* A response in the first version. @security: 0x80 = it is negotiated. */
static struct message negotiated_1(uint8_t index, uint8_t security)
{
	struct message m = {.len = HEAD + SMB1 + 1 + 34 + 2};
	uint8_t *words = m.bytes + HEAD + SMB1 + 1;

	memcpy(m.bytes + HEAD, "\xffSMB\x72", 5);
	m.bytes[HEAD + 11] = 0x80; /* Unicode */
	words[-1] = 17;
	words[0] = index;
	words[1] = index == 0xff ? 0xff : 0;
	words[2] = 8 | 4;
	words[22] = security;
	words[33] = security != 0 ? 0 : 2;
	if (security != 0)
		put(&m, "0123456789abcdef", 16);
	else
		put(&m, "xxW\0G\0\0\0S\0\0\0", 12);
	return sealed(m);
}

/* A response to the set-up of a session in the first version: a challenge of NTLM, and names. */
static struct message set_up_1(void)
{
	static const uint8_t challenge[] = "NTLMSSP\0\2\0\0\0\2\0\2\0\x38\0\0\0\x05\x82\x02\x02"
					   "12345678\0\0\0\0\0\0\0\0\0\0\0\0\x3a\0\0\0"
					   "\5\1\x28\x0a\0\0\0\x0fX\0";
	struct message m = {.len = HEAD + SMB1 + 1 + 8 + 2};

	memcpy(m.bytes + HEAD, "\xffSMB\x73\x16\0\0\xc0", 9);
	m.bytes[HEAD + 11] = 0x80;
	m.bytes[HEAD + SMB1] = 4;
	m.bytes[HEAD + SMB1 + 7] = sizeof(challenge) - 1;
	put(&m, challenge, sizeof(challenge) - 1);
	if ((m.len - HEAD) % 2 != 0)
		put(&m, "", 1);
	put(&m, "W\0i\0n\0\0\0L\0M\0\0\0D\0\0\0", 18);
	return sealed(m);
}

static bool said(struct bed *bed, const void *bytes, size_t len)
{
	struct vd_dialog *d = &bed->dialog;
	bool found = memmem(d->out, d->out_len, bytes, len) != NULL;

	d->out_len = 0;
	return found;
}

static enum vd_step hear(struct bed *bed, struct message m)
{
	return bed_hear(bed, m.bytes, m.len);
}

static void check(const struct vd_facts *facts, const char *name, const char *value)
{
	const struct vd_fact *f = vd_facts_get(facts, name);

	ck_assert_msg((f != NULL) == (value != NULL), "%s", name);
	if (f != NULL)
		ck_assert_str_eq(f->value, value);
}

static size_t count(const struct vd_facts *facts, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < vd_facts_count(facts); i++)
		n += strcmp(vd_facts_at(facts, i)->name, name) == 0;
	return n;
}

START_TEST(server_of_the_second_version_names_its_dialect)
{
	struct vd_facts *facts = vd_facts_new();
	struct bed bed;

	bed_begin(&bed, "smb");
	ck_assert(said(&bed, "\2NT LM 0.12\0\2SMB 2.002\0\2SMB 2.???", 34));
	ck_assert_int_eq(hear(&bed, negotiated(0x02ff)), VD_MORE);
	/* the second message of the connection is a negotiation with number 1 */
	ck_assert_uint_eq(bed.dialog.out[HEAD + 12], 0);
	ck_assert_uint_eq(bed.dialog.out[HEAD + 24], 1);
	ck_assert(said(&bed, "\x02\x02\x10\x02\x00\x03\x02\x03\x11\x03", 10));
	ck_assert_int_eq(hear(&bed, negotiated(0x0302)), VD_MORE);
	ck_assert_uint_eq(bed.dialog.out[HEAD + 12], 1);
	ck_assert_uint_eq(bed.dialog.out[HEAD + 24], 2);
	ck_assert(said(&bed, "NTLMSSP", 8));
	ck_assert_int_eq(bed_hear(&bed, "\0\0\0\4\xfeSMB", 8), VD_DONE);
	ck_assert_str_eq(vd_dialog_facts(bed.proto, &bed.dialog, facts), "smb");
	check(facts, "smb.dialect", "3.0.2");
	check(facts, "smb.smb_version", "3");
	check(facts, "smb.signing", "enabled");
	ck_assert_uint_eq(count(facts, "smb.dialect"), 1);
	ck_assert_uint_eq(count(facts, "smb.signing"), 1);
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

/* A server that has nothing newer than 2.0.2 says so at once. */
START_TEST(server_that_knows_one_dialect_is_not_asked_again)
{
	struct bed bed;

	bed_begin(&bed, "smb");
	bed.dialog.out_len = 0;
	ck_assert_int_eq(hear(&bed, negotiated(0x0202)), VD_MORE);
	ck_assert_uint_eq(bed.dialog.out[HEAD + 24], 1);
	ck_assert(said(&bed, "NTLMSSP", 8));
	bed_end(&bed);
}
END_TEST

/* A server that never settles a dialect is asked for one once. */
START_TEST(server_that_settles_nothing_is_left)
{
	enum vd_step step = VD_MORE;
	unsigned answers = 0;
	struct bed bed;

	bed_begin(&bed, "smb");
	for (; step == VD_MORE && answers < 10; answers++) {
		bed.dialog.out_len = 0;
		step = hear(&bed, negotiated(0x02ff));
	}
	ck_assert_int_eq(step, VD_DONE);
	ck_assert_uint_le(answers, 3);
	bed_end(&bed);
}
END_TEST

START_TEST(server_of_the_first_version_names_itself)
{
	struct vd_facts *facts = vd_facts_new();
	struct bed bed;

	bed_begin(&bed, "smb");
	bed.dialog.out_len = 0;
	ck_assert_int_eq(hear(&bed, negotiated_1(0, 0x80)), VD_MORE);
	ck_assert_uint_eq(bed.dialog.out[3], bed.dialog.out_len - HEAD);
	ck_assert_uint_eq(bed.dialog.out[HEAD + 4], 0x73);
	ck_assert(said(&bed, "NTLMSSP", 8));
	ck_assert_int_eq(hear(&bed, set_up_1()), VD_DONE);
	ck_assert_str_eq(vd_dialog_facts(bed.proto, &bed.dialog, facts), "smb");
	check(facts, "smb.dialect", "1");
	check(facts, "smb.signing", "required");
	check(facts, "smb.guid", "30313233343536373839616263646566");
	check(facts, "smb.os", "Win");
	check(facts, "smb.lanman", "LM");
	check(facts, "smb.domain", "D");
	check(facts, "ntlm.os", "Windows 5.1.2600");
	check(facts, "smb.name", "X");
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

/* Security that is not negotiated would take a log-in: the dialog ends. */
START_TEST(server_without_negotiated_security_is_not_logged_in_to)
{
	struct vd_facts *facts = vd_facts_new();
	struct bed bed;

	bed_begin(&bed, "smb");
	bed.dialog.out_len = 0;
	ck_assert_int_eq(hear(&bed, negotiated_1(_i == 0 ? 0 : 0xff, 0)), VD_DONE);
	ck_assert_uint_eq(bed.dialog.out_len, 0);
	vd_dialog_facts(bed.proto, &bed.dialog, facts);
	check(facts, "smb.dialect", "1");
	check(facts, "smb.domain", _i == 0 ? "WG" : NULL);
	check(facts, "smb.name", _i == 0 ? "S" : NULL);
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

/* Every cut of every answer: no read beyond the bytes, which a sanitizer would see. */
START_TEST(cut_answers_are_survived)
{
	const struct message answers[] = {negotiated(0x0311), negotiated_1(0, 0x80),
	                                  negotiated_1(0, 0), set_up_1()};

	for (size_t a = 0; a < 4; a++)
		for (size_t n = 1; n < answers[a].len; n++) {
			struct vd_facts *facts = vd_facts_new();
			struct message cut = answers[a];
			struct bed bed;

			cut.len = n;
			if (n >= HEAD)
				cut = sealed(cut);
			bed_begin(&bed, "smb");
			hear(&bed, cut);
			vd_dialog_facts(bed.proto, &bed.dialog, facts);
			bed_end(&bed);
			vd_facts_free(facts);
		}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, server_of_the_second_version_names_its_dialect);
	tcase_add_test(tc, server_that_knows_one_dialect_is_not_asked_again);
	tcase_add_test(tc, server_that_settles_nothing_is_left);
	tcase_add_test(tc, server_of_the_first_version_names_itself);
	tcase_add_loop_test(tc, server_without_negotiated_security_is_not_logged_in_to, 0, 2);
	tcase_add_test(tc, cut_answers_are_survived);
	return suite_run("smb", tc);
}
