/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steam.c - servers of games on Valve's engine and others that answer its queries: decodes the
 * answer to A2S_INFO (Valve Developer Community, "Server queries"). How many play now and on which
 * map is no property of the server, and left out.
 */
#include "proto.h"

enum { HEAD = 5, INFO = 'I', CHALLENGE = 'A', BEHIND_NAMES = 9 };

/* Decode the information, or the challenge that servers give first since 2020. */
static bool steam_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const names[] = {"steam_a2s.server_name", NULL,
	                                    "steam_a2s.game_directory", "steam_a2s.game"};
	struct span rest = span_from(in, HEAD + 1);

	if (span_left(in) < HEAD + 4 || span_le32(in, 0) != UINT32_MAX)
		return false;
	if (in.at[4] == CHALLENGE && hinted && span_left(in) == HEAD + 4) {
		decode_add_text(out, "steam_a2s.answer", "challenge");
		return true;
	}
	if (in.at[4] != INFO || in.at[HEAD] == 0)
		return false;
	decode_add_text(out, "steam_a2s.answer", "info");
	vd_facts_addf(out, "steam_a2s.protocol", "%u", in.at[HEAD]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span text = span_text(&rest);

		if (names[i] != NULL)
			decode_add(out, names[i], text);
	}
	/* number of the game, players, most players, bots, kind, system, password, protection */
	if (span_left(rest) <= BEHIND_NAMES)
		return true;
	vd_facts_addf(out, "steam_a2s.app_id", "%u", span_le16(rest, 0));
	vd_facts_addf(out, "steam_a2s.max_players", "%u", rest.at[3]);
	decode_add(out, "steam_a2s.os", span_part(rest, 6, 7));
	decode_add_bool(out, "steam_a2s.password", rest.at[7] != 0);
	decode_add_bool(out, "steam_a2s.secure", rest.at[8] != 0);
	rest = span_from(rest, BEHIND_NAMES);
	decode_add(out, "steam_a2s.version", span_text(&rest));
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_steam = {
	.name = "steam",
	.udp_ports = PORTS(27015),
	.decode = steam_decode,
};
