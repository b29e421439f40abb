/* SPDX-License-Identifier: Apache-2.0 */
/* rtsp.c - RTSP: sends OPTIONS (RFC 2326, 10.1). */
#include "reply.h"

static const char sign[] = "RTSP/1.";

static bool rtsp_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step rtsp_hear(struct vd_dialog *d)
{
	return reply_hear_head(d, sign);
}

static bool rtsp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct reply r;

	(void)hinted;
	if (!reply_read(in, "RTSP/", &r))
		return false;
	decode_add(out, "rtsp.status", span_first(r.status, 3));
	decode_add(out, "rtsp.server", reply_header(&r, "Server"));
	decode_add(out, "rtsp.public", reply_header(&r, "Public"));
	decode_add(out, "rtsp.www_authenticate", reply_header(&r, "WWW-Authenticate"));
	return true;
}

const struct vd_proto vd_proto_rtsp = {
	.name = "rtsp",
	.secure = "rtsps",
	.ports = PORTS(554, 8554),
	.starts = rtsp_starts,
	HELLO_TEXT("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
	.hear = rtsp_hear,
	.decode = rtsp_decode,
};
