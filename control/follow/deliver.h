/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver.h - hands one event to a command or to a web server, once.
 *
 * A webhook goes to the host of its URL only: no redirect is followed, no proxy is used. It is signed
 * as "Standard Webhooks" has it: webhook-signature is "v1," and the base64 of the HMAC-SHA-256 over
 * "ID.TIMESTAMP.BODY" by the secret.
 */
#ifndef SONDE_DELIVER_H
#define SONDE_DELIVER_H

#include "event.h"
#include "monitor.h"

/* Deliver the event @e. Blocks for at most the monitor's time limit. 0, or -EIO with @why: it was not
 * taken, and another attempt may help. */
int deliver(const struct monitor *m, const struct event *e, char why[MONITOR_ERROR]);

/* The two ways, for deliver(). */
int deliver_exec(const struct monitor *m, const struct event *e, char why[MONITOR_ERROR]);
int deliver_web(const struct monitor *m, const struct event *e, char why[MONITOR_ERROR]);

enum { DELIVER_SIGNATURE = 64 };
/* Write the signature of an event, with its "v1,". Pure. 0 or -EIO. */
int deliver_sign(const char *secret, size_t len, const struct event *e, int64_t seconds,
                 char out[DELIVER_SIGNATURE]);

/* How long to wait, in milliseconds, before attempt @n + 1 after @n failures: from 1 s on it doubles,
 * at most 5 minutes. Pure. */
uint32_t deliver_pause_ms(unsigned failures);

#endif
