/* SPDX-License-Identifier: Apache-2.0 */
/* score.h - the tables of score model exposure/1. */
#ifndef SONDE_VULNDB_SCORE_H
#define SONDE_VULNDB_SCORE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SCORE_BASE_KEV = 82,
	SCORE_BASE_TOP = 70,      /* CVSS >= 9.0, EPSS >= 0.5, end of life */
	SCORE_BASE_HIGH = 50,
	SCORE_BASE_MEDIUM = 30,
	SCORE_BASE_SERVICE = 10,
	SCORE_POSSIBLE_LESS = 20, /* possible instead of affected */
	SCORE_NEW_PORT_MORE = 10,
	SCORE_FURTHER_FROM = 61,  /* further findings count from this base on */
	SCORE_FURTHER_EACH = 2,
	SCORE_FURTHER_MAX = 10,
	SCORE_MAX = 100,
	SCORE_NEW_PORT_DAYS = 7,
};

/* The port numbers a service is customarily found on: true where @service may be expected there. */
bool score_usual_port(uint16_t port, uint8_t transport);

#endif
