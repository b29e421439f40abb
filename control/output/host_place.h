/* SPDX-License-Identifier: Apache-2.0 */
/* host_place.h - owner, network and location of a host, in a document and on a page. */
#ifndef SONDE_HOST_PLACE_H
#define SONDE_HOST_PLACE_H

#include "json.h"
#include "page.h"
#include "place.h"

/* Write the members asset, network and location of a document, those of which anything is known. */
void host_place_json(struct json *j, const struct place_info *place);
/* Print the same as lines of a page. */
void host_place_lines(struct page *p, const struct place_info *place);

#endif
