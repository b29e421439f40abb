/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_icon.h - the hashes of a site's icon.
 */
#ifndef VULNDB_PROTO_HTTP_ICON_H
#define VULNDB_PROTO_HTTP_ICON_H

#include "http.h"

/*
 * Add the hashes of the icon that is the body of @r: "http.favicon", MurmurHash3 (x86, 32 bits, seed
 * 0) of its base64 in lines of 76 characters, as a signed number, which search engines for devices
 * index, and "http.favicon_md5". Adds nothing for a body that is empty.
 */
void http_icon_facts(const struct reply *r, struct vd_facts *out);

#endif
