/* SPDX-License-Identifier: Apache-2.0 */
/* grab_config.h - the defaults of grabs. */
#ifndef SONDE_GRAB_CONFIG_H
#define SONDE_GRAB_CONFIG_H

#include "grab.h"

/* Give each setting that is 0 or NULL its default. Pure. */
void grab_config_fill(struct grab_config *c);

#endif
