/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml.h - reads hostile XML of any size as a stream of elements, with bounded memory.
 *
 * Entities are not expanded, and what lies outside of the file is not read: a file that needs either
 * is refused. Names lose their prefix, and the text of an element is cut to XML_TEXT. One thread.
 */
#ifndef SONDE_VULNDB_XML_H
#define SONDE_VULNDB_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { XML_DEPTH_MAX = 64, XML_NAME = 32, XML_TEXT = 512 };

struct xml_event {
	bool end;            /* the element ends; else it begins */
	const char *element; /* its name */
	const char *parent;  /* that of the element around it; "" around the root */
	/* at its end: what stands directly in it behind its last child, without white space around
	 * it; "" at its beginning */
	const char *text;
	const char *const *attributes; /* at its beginning: name, value, ..., NULL */
};

/* 0 to go on, or -errno to stop. */
typedef int (*xml_handler)(void *arg, const struct xml_event *e);

struct xml;

/* A reader that calls @handler with @arg for each event; NULL: no memory. One thread. */
struct xml *xml_new(xml_handler handler, void *arg);
void xml_free(struct xml *x); /* NULL is fine */
/* Read the next bytes. 0, the handler's error, or -EINVAL (no XML, too deep, entities). */
int xml_feed(struct xml *x, const char *data, size_t len);
/* End the input. 0, the handler's error, or -EINVAL where the input ends too early. */
int xml_end(struct xml *x);
/* The line of the last error, from 1, and what is wrong: a static text, or NULL. */
uint64_t xml_line(const struct xml *x);
const char *xml_why(const struct xml *x);
/* The value of an attribute of @e; "": it has none. */
const char *xml_attribute(const struct xml_event *e, const char *name);

/* The name of the root of a text that begins with @head, without its prefix, and in *@len its length;
 * NULL: it is no XML. Pure. */
const char *xml_root(const char *head, size_t size, size_t *len);

#endif
