/* SPDX-License-Identifier: Apache-2.0 */
/* What is taken for a secret in arguments: the one list of names, shapes and options of programs. */
#ifndef DETPACK_REDACT_TABLE_H
#define DETPACK_REDACT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A name whose value is a secret: of an option, a variable, a header, a key of JSON. Names are compared in lower case and
 * without `-`, `_` and `.`, so `apikey` is --api-key, API_KEY and apiKey.
 */
enum name_place {
	NAME_ENDS,  /* the name ends so: db_password */
	NAME_WORD,  /* the last of the words that - _ . part it into is this: smtp-pass, not bypass */
	NAME_WHOLE, /* the name is this */
	NAME_HEADER, /* like NAME_ENDS, and what follows goes on to the end of the line */
};

struct secret_name {
	const char *text;
	enum name_place place;
};

/* A secret that is known by what it begins with. `least`: letters, digits, `_` and `-` that must follow. */
struct secret_shape {
	const char *prefix;
	unsigned int least;
	unsigned int most; /* 0: all that follow, with `.` `/` `+` `=` `~` `%` as well */
};

/* Options of one program, where the name says nothing. */
enum option_value {
	OPTION_ATTACHED, /* -pSECRET; -p alone asks for it */
	OPTION_VALUE,	 /* -p SECRET or -pSECRET */
	OPTION_COLON,	 /* -u name:SECRET */
	OPTION_PERCENT,	 /* -U name%SECRET */
	OPTION_LATER,	 /* no option: the words from the second on */
};

struct secret_option {
	const char *program; /* base name; with `*` at the end: all that begin so */
	char letter;
	enum option_value value;
	const char *only_after; /* a word that must stand before, NULL: none */
};

extern const struct secret_name secret_names[];
extern const size_t secret_name_count;
extern const struct secret_shape secret_shapes[];
extern const size_t secret_shape_count;
extern const struct secret_option secret_options[];
extern const size_t secret_option_count;

#endif
