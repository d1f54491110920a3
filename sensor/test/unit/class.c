/* SPDX-License-Identifier: Apache-2.0 */
/* `class --decide TABLE` prints the class number of each path on standard input, for the comparison with the toolchain. */
#include <errno.h>

#include "record.h"
#include "src/class.h"
#include "test/unit/unit.h"

#define D "digest\t0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
#define HEAD "detpack-classes\t1\n" D

static struct classes *parse(const char *text, char *problem, size_t size)
{
	char *exact = malloc(strlen(text) ? strlen(text) : 1);
	struct classes *classes;

	memcpy(exact, text, strlen(text));
	classes = classes_parse(exact, strlen(text), problem, size);
	free(exact);
	return classes;
}

static uint8_t class_of(const struct classes *classes, const char *path)
{
	char *exact = malloc(strlen(path) ? strlen(path) : 1);
	uint8_t number;

	memcpy(exact, path, strlen(path));
	number = classes_of(classes, exact, strlen(path));
	free(exact);
	return number;
}

static const char table[] = HEAD "home\t/root\nhome\t/home/*\n"
				 "class\t1\tcredential\tfollow\nclass\t2\tpersonal\tfollow\nclass\t3\taccount\tignore\n"
				 "match\t1\tbelow\t~/.ssh/\nmatch\t1\texact\t/etc/shadow\nmatch\t1\tname\t-\tid_rsa\n"
				 "match\t1\tsuffix\t-\t.pem\nmatch\t1\tsuffix\t/etc/ssl/\t.key\n"
				 "match\t1\tname\t~/.mozilla/\tlogins.json\nmatch\t1\texact\t~/.netrc\n"
				 "except\t1\tsuffix\t~/.ssh/\t.pub\nexcept\t1\tname\t-\tcert.pem\n"
				 "match\t2\tbelow\t~/\nmatch\t3\texact\t/etc/passwd\nmatch\t3\tbelow\t/etc/\n";

static void the_highest_class_without_an_exception_decides(void)
{
	static const struct {
		const char *path;
		uint8_t number;
	} cases[] = {
		{ "/etc/shadow", 1 },		 { "/etc/shadow/", 1 },	       { "/etc//./x/../shadow", 1 },
		{ "/etc/passwd", 3 },		 { "/etc", 0 },		       { "/etc/", 0 },
		{ "/root/.ssh/config", 1 },	 { "/root/.ssh", 2 },	       { "/root/.ssh/a.pub", 2 },
		{ "/home/alice/.ssh/a.pub", 2 }, { "/home/alice", 0 },	       { "/home/alice/x", 2 },
		{ "/srv/home/alice/.ssh/x", 0 }, { "/srv/id_rsa", 1 },	       { "id_rsa", 1 },
		{ "a/id_rsa", 1 },		 { "/srv/id_rsa2", 0 },	       { "/a/b.pem", 1 },
		{ "/a/b.pem.gz", 0 },		 { "/a/.pem", 1 },	       { "/a/cert.pem", 0 },
		{ "/etc/ssl/a/b.key", 1 },	 { "/etc/b.key", 3 },	       { "/root/.mozilla/a/logins.json", 1 },
		{ "/root/.mozilla/logins.json", 1 }, { "/root/.netrc", 1 },    { "/root/a/.netrc", 2 },
		{ "/", 0 },			 { "", 0 },		       { "..", 0 },
		{ "/root/../etc/shadow", 1 },	 { "/../../etc/shadow", 1 },   { "/home/../home/bob/.ssh/k", 1 },
	};
	char problem[200] = "";
	struct classes *classes = parse(table, problem, sizeof(problem));

	check_text(problem, strlen(problem), "");
	for (size_t i = 0; classes && i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t number = class_of(classes, cases[i].path);

		if (number != cases[i].number)
			fprintf(stderr, "\t%s: %u\n", cases[i].path, number);
		check(number == cases[i].number);
	}
	check(classes_count(classes) == 3 && classes_followed_set(classes) == 6);
	check(classes_followed(classes, 1) && !classes_followed(classes, 3) && !classes_followed(classes, 0));
	check(!strcmp(classes_name(classes, 2), "personal") && !classes_name(classes, 0) && !classes_name(classes, 4));
	check(!classes_name(classes, 255) && !classes_followed(classes, 255));
	check(strlen(classes_digest(classes)) == 64);
	classes_free(classes);
	classes_free(NULL);
}

static void what_is_no_table_is_refused(void)
{
	static const char *const wrong[] = {
		"", "detpack-classes\t2\n", "detpack-classes\t1\n", HEAD "foo\n", HEAD "\n", HEAD "class\t0\ta\tfollow\n",
		HEAD "class\t31\ta\tfollow\n", HEAD "class\t1\t\tfollow\n", HEAD "class\t1\ta\tyes\n",
		HEAD "class\t1\ta\tfollow\nclass\t1\tb\tfollow\n", HEAD "match\t1\texact\tetc\n", HEAD "match\t1\tbelow\t/etc\n",
		HEAD "match\t1\tname\t-\t\n", HEAD "match\t1\tname\t-\ta/b\n", HEAD "match\t1\tsuffix\t-\tpem\n",
		HEAD "match\t1\texact\t-\n", HEAD "match\t1\tother\t/a\n", HEAD "home\troot\n", HEAD "home\t/root/\n",
		HEAD "match\t1\tname\t-\ta\tb\tc\td\n", "detpack-classes\t1\ndigest\tx\n",
	};
	char problem[200];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct classes *classes;

		problem[0] = '\0';
		classes = parse(wrong[i], problem, sizeof(problem));
		if (classes)
			fprintf(stderr, "\ttaken: %s\n", wrong[i]);
		check(!classes && problem[0]);
		classes_free(classes);
	}
	check(!classes_read("/nonexistent", problem, sizeof(problem)));
}

/* ---- what the kernel half is told ---- */

struct told {
	struct {
		int place;
		char name[64];
		size_t length;
		uint32_t classes;
	} rows[512];
	size_t count;
};

static int tell(void *context, int place, const char *name, size_t length, uint32_t classes)
{
	struct told *told = context;

	check(length > 0 && length <= 46 && place >= 0 && place < DP_CLASS_PLACES && told->count < 512);
	if (length > 46 || told->count == 512)
		return -1;
	told->rows[told->count].place = place;
	memcpy(told->rows[told->count].name, name, length);
	told->rows[told->count].length = length;
	told->rows[told->count++].classes = classes;
	return 0;
}

static uint32_t allowed(const struct told *told, int place, const char *name, size_t length)
{
	uint32_t set = 0;

	for (size_t i = 0; i < told->count; i++)
		if (told->rows[i].place == place && told->rows[i].length == length &&
		    !memcmp(told->rows[i].name, name, length))
			set |= told->rows[i].classes;
	return set;
}

/*
 * As the kernel half does with the names it meets on a walk; of a clean path. `names`: so many from the leaf on, the one above
 * the last of them not known; 0: all.
 */
static uint32_t allowed_by_some(const struct told *told, const char *path, size_t names)
{
	const char *leaf = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	size_t length = strlen(leaf), used = 0, below = 0;
	char walked[800];
	uint32_t set = 0;

	for (size_t i = length > 32 ? length - 32 : 0; i < length; i++)
		if (leaf[i] == '.')
			set |= allowed(told, DP_CLASS_SUFFIX, leaf + i, length - i);
	for (const char *end = path + strlen(path), *name; end > path; end = name - 1) {
		size_t at = used;
		uint8_t place;

		for (name = end; name > path && name[-1] != '/'; name--)
			;
		place = name < leaf ? DP_CLASS_ANCESTOR : DP_CLASS_LEAF;
		used += (size_t)snprintf(walked + at, sizeof(walked) - at, "%.*s", (int)(end - name), name) + 1;
		set |= allowed(told, place, name, (size_t)(end - name));
		if (name < leaf)
			set |= allowed(told, dp_class_pair(below ? DP_CLASS_ANCESTOR : DP_CLASS_LEAF), walked + below, used - 1 - below);
		if (names && !--names)
			return set | allowed(told, dp_class_alone(place), name, (size_t)(end - name));
		below = at;
		if (name == path)
			break;
	}
	return set;
}

static uint32_t allowed_by_names(const struct told *told, const char *path)
{
	return allowed_by_some(told, path, 0);
}

static const char *const parts[] = { "a", "b", "etc", "home", ".ssh", "root", "x.pem", "x.tar.gz", ".gz", "~",
				     "a-name-that-is-longer-than-the-forty-six-bytes-it-may-have",
				     "short.a-suffix-that-is-longer-than-thirty-two-bytes" };
static const char *const suffixes[] = { ".pem", ".gz", ".tar.gz", ".ssh", ".a-suffix-that-is-longer-than-thirty-two-bytes" };

static const char *part(void)
{
	return parts[unit_below(sizeof(parts) / sizeof(parts[0]))];
}

static void add_path(char *text, size_t size, const char *root)
{
	size_t length = (size_t)snprintf(text, size, "%s", root);

	for (size_t i = 1 + unit_below(4); i; i--)
		length += (size_t)snprintf(text + length, size - length, "%s%s", part(), i > 1 ? "/" : "");
}

static void random_table(char *text, size_t size)
{
	static const char *const homes[] = { "/root", "/home/*", "/a/*/b", "/*/*", "/*", "/etc/home", "/a/b/*" };
	size_t length = (size_t)snprintf(text, size, HEAD "class\t1\tone\tfollow\nclass\t2\ttwo\tfollow\n");

	for (size_t i = unit_below(3); i; i--)
		length += (size_t)snprintf(text + length, size - length, "home\t%s\n", homes[unit_below(7)]);
	for (size_t i = 1 + unit_below(8); i; i--) {
		const char *root = unit_below(2) ? "/" : "~/";
		char place[400];

		add_path(place, sizeof(place), root);
		length += (size_t)snprintf(text + length, size - length, "%s\t%u\t", unit_below(4) ? "match" : "except",
					   1 + (unsigned int)unit_below(2));
		switch (unit_below(6)) {
		case 0:
			length += (size_t)snprintf(text + length, size - length, "exact\t%s\n", place);
			break;
		case 1:
			length += (size_t)snprintf(text + length, size - length, "below\t%s/\n", place);
			break;
		case 2:
			length += (size_t)snprintf(text + length, size - length, "name\t%s%s\t%s\n",
						   unit_below(2) ? "-" : place, "", part());
			break;
		case 3:
			length += (size_t)snprintf(text + length, size - length, "name\t%s/\t%s\n", place, part());
			break;
		case 4:
			length += (size_t)snprintf(text + length, size - length, "suffix\t%s\t%s\n", unit_below(2) ? "-" : "~/",
						   suffixes[unit_below(5)]);
			break;
		default:
			length += (size_t)snprintf(text + length, size - length, "below\t%s\n", unit_below(2) ? "~/" : "/etc/");
		}
	}
}

/* What is told must allow every class that the whole path has, or the kernel half would not see the use as classed. */
static void no_classed_path_is_missed_by_its_names(void)
{
	static struct told told;
	unsigned int tables = 0, hits = 0;

	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		char text[8192], problem[200] = "";
		struct classes *classes;

		random_table(text, sizeof(text));
		classes = parse(text, problem, sizeof(problem));
		told.count = 0;
		/* A place without `/` at its end is refused; a name that is too long everywhere cannot be told. */
		if (classes && !classes_tell(classes, tell, &told)) {
			tables++;
			for (int i = 0; i < 20; i++) {
				char path[400];
				uint8_t number;

				add_path(path, sizeof(path), unit_below(8) ? "/" : "/home/a/");
				number = class_of(classes, path);
				hits += number != 0;
				if (number && !(allowed_by_names(&told, path) >> number & 1)) {
					check(!"the names of a classed path do not allow its class");
					fprintf(stderr, "\t%s: %u\n%s", path, number, text);
				}
			}
		}
		classes_free(classes);
	}
	check(tables > 10 && hits > 10);
}

static void names_too_long_are_told_by_an_ancestor_or_refused(void)
{
	static const char name[] = "a-name-that-is-longer-than-the-forty-six-bytes-it-may-have";
	static struct told told;
	char text[1000], problem[200];
	struct classes *classes;

	snprintf(text, sizeof(text), HEAD "class\t1\tone\tfollow\nmatch\t1\texact\t/srv/%s\n", name);
	classes = parse(text, problem, sizeof(problem));
	told.count = 0;
	check(classes_tell(classes, tell, &told) == 0 && told.count == 1 && told.rows[0].place == 1);
	check_text(told.rows[0].name, told.rows[0].length, "srv");
	classes_free(classes);
	snprintf(text, sizeof(text), HEAD "class\t1\tone\tfollow\nmatch\t1\tname\t-\t%s\n", name);
	classes = parse(text, problem, sizeof(problem));
	check(classes_tell(classes, tell, &told) == -ENAMETOOLONG);
	classes_free(classes);
}

/* Or whatever lies in a folder `private` would count as a key until user space has looked, also in what a process holds. */
static void a_name_of_two_classes_tells_the_higher_by_another_directory(void)
{
	static const char text[] = HEAD "home\t/root\nclass\t1\tone\tfollow\nclass\t2\ttwo\tfollow\n"
					"match\t1\tbelow\t/etc/ssl/private/\nmatch\t2\tbelow\t~/private/\n";
	static struct told told;
	char problem[200];
	struct classes *classes = parse(text, problem, sizeof(problem));

	told.count = 0;
	check(classes && classes_tell(classes, tell, &told) == 0);
	check(allowed_by_names(&told, "/root/private/note") == 1u << 2);
	check(allowed_by_names(&told, "/etc/ssl/private/key") & 1u << 1);
	classes_free(classes);
}

/* Else every file called `config` would take a place among what a process holds. */
static void two_literal_names_at_the_end_count_together(void)
{
	static const char text[] = HEAD "home\t/root\nclass\t1\tone\tfollow\n"
					"match\t1\texact\t~/.kube/config\nmatch\t1\texact\t/etc/shadow\nmatch\t1\texact\t~/.netrc\n"
					"match\t1\tbelow\t~/.aws/sso/cache/\nmatch\t1\tbelow\t~/.ssh/\n";
	static const struct {
		const char *path;
		bool is_allowed;
	} cases[] = {
		{ "/root/.kube/config", true },	    { "/srv/config", false },	       { "/srv/.kube/other/config", false },
		{ "/config", false },		    { "/srv/config/.kube", false },    { "/srv/.kube/config/x", false },
		{ "/etc/shadow", true },	    { "/jail/etc/shadow", true },      { "/srv/shadow", false },
		{ "/root/.aws/sso/cache/x", true }, { "/root/.aws/sso/cache", false }, { "/srv/sso/cache/a/b", true },
		{ "/srv/cache/x", false },	    { "/srv/sso/x", false },	       { "/srv/.netrc", true },
		{ "/srv/.ssh/x", true },	    { "/srv/.ssh", false },
	};
	static struct told told;
	char problem[200];
	struct classes *classes = parse(text, problem, sizeof(problem));

	told.count = 0;
	check(classes && classes_tell(classes, tell, &told) == 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool is_allowed = allowed_by_names(&told, cases[i].path) == 1u << 1;

		if (is_allowed != cases[i].is_allowed)
			fprintf(stderr, "\t%s\n", cases[i].path);
		check(is_allowed == cases[i].is_allowed);
	}
	/* Where what stands above a name is not known, it may be the other. */
	check(allowed_by_some(&told, "/srv/config", 1) == 1u << 1);
	check(allowed_by_some(&told, "/srv/config", 2) == 0);
	check(allowed_by_some(&told, "/srv/cache/x", 1) == 0);
	check(allowed_by_some(&told, "/srv/cache/x", 2) == 1u << 1);
	classes_free(classes);
}

/* Two that are too long together are told by the lower, as any name. */
static void a_pair_without_room_is_one_name(void)
{
	static const char upper[] = "a-folder-of-forty-bytes-of-a-name-inside";
	static struct told told;
	char text[1000], path[200], problem[200];
	struct classes *classes;

	snprintf(text, sizeof(text), HEAD "class\t1\tone\tfollow\nmatch\t1\texact\t/%s/secret\nmatch\t1\tbelow\t/%s/folder/\n", upper,
		 upper);
	classes = parse(text, problem, sizeof(problem));
	told.count = 0;
	check(classes && classes_tell(classes, tell, &told) == 0);
	snprintf(path, sizeof(path), "/%s/secret", upper);
	check(allowed_by_names(&told, path) == 1u << 1);
	check(allowed_by_names(&told, "/srv/secret") == 1u << 1);
	check(allowed_by_names(&told, "/srv/folder/x") == 1u << 1);
	classes_free(classes);
}

static void mutations_are_survived(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		size_t length = sizeof(table) - 1;
		char *copy = malloc(length), problem[200] = "";
		static struct told told;
		struct classes *classes;

		memcpy(copy, table, length);
		for (size_t i = 1 + unit_below(4); i; i--)
			copy[unit_below(length)] = unit_below(2) ? "\t\n-\0~/*."[unit_below(8)] : (char)unit_random();
		length -= unit_below(3) ? 0 : unit_below(length);
		classes = classes_parse(copy, length, problem, sizeof(problem));
		free(copy);
		check((classes == NULL) == (problem[0] != '\0'));
		told.count = 0;
		if (classes)
			classes_tell(classes, tell, &told);
		if (classes) {
			char path[64];
			size_t size = unit_below(sizeof(path));

			for (size_t i = 0; i < size; i++)
				path[i] = unit_below(3) ? "/.a~"[unit_below(4)] : (char)unit_random();
			classes_of(classes, path, size);
		}
		classes_free(classes);
	}
}

static int decide(const char *file)
{
	char problem[300], *line = NULL;
	struct classes *classes = classes_read(file, problem, sizeof(problem));
	size_t room = 0;
	ssize_t got;

	if (!classes) {
		fprintf(stderr, "%s\n", problem);
		return 2;
	}
	while ((got = getline(&line, &room, stdin)) > 0)
		printf("%u\n", classes_of(classes, line, (size_t)got - (line[got - 1] == '\n')));
	free(line);
	classes_free(classes);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--decide"))
		return decide(argv[2]);
	return unit_run((const struct unit_case[]){
		CASE(the_highest_class_without_an_exception_decides), CASE(what_is_no_table_is_refused),
		CASE(no_classed_path_is_missed_by_its_names),
		CASE(a_name_of_two_classes_tells_the_higher_by_another_directory), CASE(names_too_long_are_told_by_an_ancestor_or_refused),
		CASE(two_literal_names_at_the_end_count_together), CASE(a_pair_without_room_is_one_name), CASE(mutations_are_survived), {} });
}
