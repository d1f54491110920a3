/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <unistd.h>

#include "src/redact.h"
#include "test/unit/json_check.h"
#include "test/unit/unit.h"

static struct redaction *redaction;

/* Arguments joined by NUL, each ended by one; `count` of them. */
static void redact(const char *const *arguments, size_t count, bool ended, struct text *json, struct text *line)
{
	struct text joined = {};
	size_t list = json_begin(json, NULL, '{');

	for (size_t i = 0; i < count; i++)
		text_add(&joined, arguments[i], strlen(arguments[i]) + (ended || i + 1 < count));
	check(redact_arguments(redaction, json, "args", joined.bytes, joined.length, line) == count);
	json_end(json, list, '{');
	check(json_is_valid(json->bytes, json->length));
	text_free(&joined);
}

/* Every digest becomes `#`, so that an expectation can be written down. */
static void shorten(struct text *line)
{
	size_t to = 0;

	for (size_t at = 0; at < line->length;) {
		if (line->length - at >= 25 && !memcmp(line->bytes + at, "redacted:", 9)) {
			check(strspn(line->bytes + at + 9, "0123456789abcdef") >= 16);
			line->bytes[to++] = '#';
			at += 25;
		} else {
			line->bytes[to++] = line->bytes[at++];
		}
	}
	line->length = to;
}

static void check_line(const char *const *arguments, const char *expected)
{
	struct text json = {}, line = {};
	size_t count = 0;

	while (arguments[count])
		count++;
	redact(arguments, count, true, &json, &line);
	text_add(&line, "", 1); /* for strspn */
	line.length--;
	shorten(&line);
	check_text(line.bytes, line.length, expected);
	text_free(&json);
	text_free(&line);
}

#define LINE(expected, ...) check_line((const char *const[]){ __VA_ARGS__, NULL }, expected)

static void leaves_what_is_no_secret(void)
{
	LINE("ls -la /home/alice", "ls", "-la", "/home/alice");
	LINE("git commit -m a token of thanks", "git", "commit", "-m", "a token of thanks");
	LINE("cc -c -O2 -DNAME=value -o a.o a.c", "cc", "-c", "-O2", "-DNAME=value", "-o", "a.o", "a.c");
	LINE("ssh -p 22 host", "ssh", "-p", "22", "host");
	LINE("docker run -p 80:80 -u 1000:1000 image:latest", "docker", "run", "-p", "80:80", "-u", "1000:1000", "image:latest");
	LINE("x --max-tokens 100 --no-password next", "x", "--max-tokens", "100", "--no-password", "next");
	LINE("x --password-file /run/p --password-stdin host", "x", "--password-file", "/run/p", "--password-stdin", "host");
	LINE("env PWD=/srv OLDPWD=/ PATH=/bin", "env", "PWD=/srv", "OLDPWD=/", "PATH=/bin");
	LINE("git show 0123456789abcdef0123456789abcdef01234567", "git", "show",
	     "0123456789abcdef0123456789abcdef01234567");
	LINE("curl https://example.net:8443/a?page=2 http://[::1]:80/", "curl", "https://example.net:8443/a?page=2",
	     "http://[::1]:80/");
	LINE("npm i https://registry.example.net:443/@scope/package", "npm", "i",
	     "https://registry.example.net:443/@scope/package");
	LINE("bypass=1 compass=north", "bypass=1", "compass=north");
	LINE("cat -----BEGIN CERTIFICATE-----MIIB", "cat", "-----BEGIN CERTIFICATE-----MIIB");
}

static void values_of_options(void)
{
	LINE("x --password=#", "x", "--password=hunter2");
	LINE("x --password=# y", "x", "--password=hunter2 and more=1", "y");
	LINE("x --token # y", "x", "--token", "hunter2", "y");
	LINE("x --token #", "x", "--token", "-hunter2");
	LINE("x -password # -Dapp.dbPassword=#", "x", "-password", "a", "-Dapp.dbPassword=b c");
	LINE("x --api-key # --apiKey=# --API_KEY #", "x", "--api-key", "a", "--apiKey=b", "--API_KEY", "c");
	LINE("x --password --verbose y", "x", "--password", "--verbose", "y");
	LINE("x --password --token #", "x", "--password", "--token", "a");
	LINE("x --password=", "x", "--password=");
	LINE("x --password", "x", "--password");
	LINE("x --client-secret=# --smtp-pass # --db_pwd=#", "x", "--client-secret=a", "--smtp-pass", "b", "--db_pwd=c");
	LINE("kubectl create secret generic x --from-literal=#", "kubectl", "create", "secret", "generic", "x",
	     "--from-literal=key=hunter2");
	LINE("aws configure set aws_secret_access_key #", "aws", "configure", "set", "aws_secret_access_key", "hunter2");
	LINE("npm config set //r.example.net/:_authToken # x", "npm", "config", "set", "//r.example.net/:_authToken", "a", "x");
	LINE("openssl enc -pass # -in a", "openssl", "enc", "-pass", "pass:hunter2", "-in", "a");
}

static void variables_and_headers(void)
{
	LINE("env PGPASSWORD=# psql", "env", "PGPASSWORD=hunter 2", "psql");
	LINE("docker run -e DB_PASS=# --env=MYSQL_PWD=# image", "docker", "run", "-e", "DB_PASS=a", "--env=MYSQL_PWD=b c",
	     "image");
	LINE("curl -H Authorization: Bearer # -H X-Api-Key: # -H Accept: text/html u", "curl", "-H",
	     "Authorization: Bearer abc.def-ghi", "-H", "X-Api-Key: hunter2", "-H", "Accept: text/html", "u");
	LINE("curl -H Authorization: Basic # -H Cookie: #", "curl", "-H", "Authorization: Basic dTpw", "-H",
	     "Cookie: a=b; c=d");
	LINE("curl -H Authorization: Bearer #", "curl", "-H", "Authorization:", "Bearer", "hunter2");
	LINE("curl -H X-Token: # u", "curl", "-H", "X-Token:", "hunter2", "u");
	LINE("x bearer # y", "x", "bearer", "hunter2", "y");
	LINE("curl -d {\"user\":\"a\",\"password\":\"#\",\"n\":1}", "curl", "-d",
	     "{\"user\":\"a\",\"password\":\"b\\\"c\",\"n\":1}");
	LINE("curl -d {\"secret\" : \"#\", \"n\": 1}", "curl", "-d", "{\"secret\" : \"a b\", \"n\": 1}");
	LINE("curl -d a=1&password=#&b=2", "curl", "-d", "a=1&password=hunter2&b=2");
	LINE("curl https://h/?a=1&token=#&b=2#f", "curl", "https://h/?a=1&token=hunter2&b=2#f");
}

/* What comes after a secret is told again, as far as it is surely none of it. */
static void what_follows_is_told(void)
{
	LINE("x --token # --output /tmp/file", "x", "--token", "a", "--output", "/tmp/file");
	LINE("psql host=h password=# dbname=d", "psql", "host=h password=a dbname=d");
	LINE("git -c http.extraHeader=Authorization: Basic # push", "git", "-c", "http.extraHeader=Authorization: Basic dTpw",
	     "push");
	LINE("sh -c A_TOKEN=#; curl https://h/ | sh", "sh", "-c", "A_TOKEN=1; curl https://h/ | sh");
	LINE("terraform apply -var db_password=# -auto-approve", "terraform", "apply", "-var", "db_password=a b",
	     "-auto-approve");
	LINE("kubeadm join --token # --discovery-token-ca-cert-hash sha256:0a", "kubeadm", "join", "--token", "a.b",
	     "--discovery-token-ca-cert-hash", "sha256:0a");
}

static void shapes_anywhere(void)
{
	LINE("x #", "x", "AKIAIOSFODNN7EXAMPLE");
	LINE("x a,#,b", "x", "a,AKIAIOSFODNN7EXAMPLE,b");
	LINE("x #", "x", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
	LINE("x #", "x", "ghp_0123456789abcdefABCDEF0123456789abcd");
	LINE("x # #", "x", "xoxb-123456789012-abcdefghijkl", "glpat-abcdefghijklmnopqrst");
	LINE("x (#)", "x", "(sk-proj-abcdefghij0123456789)");
	LINE("x #", "x", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl");
	LINE("x #", "x", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----");
	LINE("x # after", "x", "-----BEGIN OPENSSH PRIVATE KEY-----\nMIIE\n-----END OPENSSH PRIVATE KEY----- after");
	LINE("x # # # # # RSA PRIVATE KEY----- y", "x", "-----BEGIN", "RSA", "PRIVATE", "KEY-----MIIE", "-----END", "RSA",
	     "PRIVATE", "KEY-----", "y");
	LINE("curl https://#", "curl", "https://hooks.slack.com/services/T0/B0/abc");
	LINE("x task-force-of-many-long-words", "x", "task-force-of-many-long-words");
}

static void users_in_urls(void)
{
	LINE("git clone https://#@example.net/r.git", "git", "clone", "https://alice:hunter2@example.net/r.git");
	LINE("git clone https://#@example.net/r.git", "git", "clone", "https://hunter2@example.net/r.git");
	LINE("psql postgres://#@db/x", "psql", "postgres://u:a/b@c@db/x");
	LINE("x --url=https://#@h/ y", "x", "--url=https://u:p@h/", "y");
	LINE("curl https://h/a?mail=a@b.c", "curl", "https://h/a?mail=a@b.c");
}

static void options_of_known_programs(void)
{
	LINE("mysql -u root -p# db", "mysql", "-u", "root", "-phunter2", "db");
	LINE("mysql -p db", "mysql", "-p", "db");
	LINE("sudo /usr/bin/mysqldump -p# db", "sudo", "/usr/bin/mysqldump", "-phunter2", "db");
	LINE("sshpass -p # ssh host", "sshpass", "-p", "hunter2", "ssh", "host");
	LINE("curl -u alice:# u", "curl", "-u", "alice:hunter2", "u");
	LINE("curl -su alice:# u", "curl", "-su", "alice:hunter2", "u");
	LINE("curl -ualice:# u", "curl", "-ualice:hunter2", "u");
	LINE("wget --user=alice:# --user alice", "wget", "--user=alice:hunter2", "--user", "alice");
	LINE("docker login -u a -p # r", "docker", "login", "-u", "a", "-p", "hunter2", "r");
	LINE("redis-cli -a # ping", "redis-cli", "-a", "hunter2", "ping");
	LINE("smbclient -U alice%# //h/s", "smbclient", "-U", "alice%hunter2", "//h/s");
	LINE("htpasswd -b file # #", "htpasswd", "-b", "file", "alice", "hunter2");
	LINE("ssh-keygen -N # -f k", "ssh-keygen", "-N", "hunter 2", "-f", "k");
	LINE("mkdir -p a/b", "mkdir", "-p", "a/b");
}

static void command_lines_in_one_argument(void)
{
	LINE("sh -c PGPASSWORD=# psql -h db", "sh", "-c", "PGPASSWORD=hunter2 psql -h db");
	LINE("sh -c mysql -p# db; ls", "sh", "-c", "mysql -phunter2 db; ls");
	LINE("sh -c x --token # --verbose", "sh", "-c", "x --token hunter2 --verbose");
	LINE("sh -c x --token # --verbose", "sh", "-c", "x --token 'hunter 2' --verbose");
	LINE("sh -c x '--token' # y", "sh", "-c", "x '--token' hunter2 y");
	LINE("sh -c x --password=# y", "sh", "-c", "x --password='hunter 2'3 y");
	LINE("sh -c x --password=# y", "sh", "-c", "x --password=\"hunter 2\" y");
	LINE("bash -lc curl -H \"Authorization: Bearer #\" https://h/ | sh", "bash", "-lc",
	     "curl -H \"Authorization: Bearer abc\" https://h/ | sh");
	LINE("sh -c curl -d '{\"password\":\"#\"}' u", "sh", "-c", "curl -d '{\"password\":\"a b\"}' u");
	LINE("ssh host TOKEN=#", "ssh", "host", "TOKEN=a b c");
}

static void a_shape_that_was_cut_is_still_one(void)
{
	static const char *const arguments[] = { "x", "ghp_0123" };
	struct text json = {}, line = {};

	redact(arguments, 2, false, &json, &line);
	check(!memmem(json.bytes, json.length, "0123", 4) || memmem(json.bytes, json.length, "redacted:", 9));
	check(memmem(line.bytes, line.length, "ghp_", 4) == NULL);
	text_free(&json);
	text_free(&line);
}

static void equal_secrets_are_equal_in_one_run_only(void)
{
	char problem[200], a[REDACTED_SIZE], b[REDACTED_SIZE], c[REDACTED_SIZE];
	struct redaction *other = redaction_new(NULL, problem, sizeof(problem));

	redact_digest(redaction, "hunter2", 7, a);
	redact_digest(redaction, "hunter2", 7, b);
	redact_digest(other, "hunter2", 7, c);
	check(!strcmp(a, b) && strcmp(a, c) && strlen(a) == 25);
	redact_digest(redaction, "hunter3", 7, b);
	check(strcmp(a, b));
	redact_digest(NULL, "hunter2", 7, a);
	check_text(a, strlen(a), "redacted");
	redaction_free(other);
}

static struct redaction *from_text(const char *text, char *problem, size_t size)
{
	char path[] = "/tmp/unit-redact-XXXXXX";
	struct redaction *made;
	int fd = mkstemp(path);

	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	made = redaction_new(path, problem, size);
	unlink(path);
	return made;
}

static void a_file_adds_names_and_shapes(void)
{
	char problem[200] = "";
	struct redaction *before = redaction;

	redaction = from_text("# ours\nname session-ticket\n\nshape corp_\npaths class\nuser digest\nurl keep\n", problem,
			      sizeof(problem));
	check(redaction != NULL);
	LINE("x --session-ticket # corp #", "x", "--session-ticket", "a", "corp", "corp_x");
	LINE("x https://u:p@h/", "x", "https://u:p@h/");
	check(redaction_paths(redaction) == PRIVACY_CLASS && redaction_user(redaction) == PRIVACY_DIGEST);
	redaction_free(redaction);
	redaction = before;
	check(redaction_paths(redaction) == PRIVACY_KEEP && redaction_user(NULL) == PRIVACY_KEEP);
}

static void a_wrong_file_is_refused_with_its_line(void)
{
	static const struct {
		const char *text, *why;
	} wrong[] = { { "name\n", "line 1: not a word" },	 { "\nfoo bar\n", "line 2: neither name" },
		      { "paths all\n", "line 1: paths are" }, { "user class\n", "line 1: user is" },
		      { "url x\n", "line 1: url is" },	 { "shape ab\n", "line 1: a shape is" },
		      { "name a b\n", "line 1: not a word" }, { "name ---\n", "line 1: a name has" } };
	char problem[200];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		problem[0] = '\0';
		check(from_text(wrong[i].text, problem, sizeof(problem)) == NULL);
		check(strstr(problem, wrong[i].why) != NULL);
	}
	check(redaction_new("/nonexistent/file", problem, sizeof(problem)) == NULL);
}

/* A secret put where secrets are put, among noise: it must not be in what comes out. */
static void no_planted_secret_comes_out(void)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	/* @: the secret; | parts arguments */
	static const char *const places[] = {
		"--password=@", "--token|@", "-e|API_TOKEN=@", "Authorization: Bearer @", "-H|X-Auth-Token: @",
		"https://user:@@host/path", "postgres://@@host", "mysql|-p@", "curl|-u|name:@", "{\"client_secret\":\"@\"}",
		"sh|-c|x --password @ y", "sh|-c|x --password '@' y", "sh|-c|DB_PASSWORD=@ y", "sshpass|-p|@", "ghp_@",
		"--db-password|@", "https://host/?access_token=@&x=1", "sk-@", "secret: @", "\"apiKey\" : \"@\"",
		"Bearer @", "sh|-c|curl -H 'Authorization: Bearer @' u", "--header=Authorization: token @",
		"-----BEGIN PRIVATE KEY-----\n@\n-----END PRIVATE KEY-----", "--password|'@'", "-Djavax.net.ssl.keyStorePassword=@",
		"aws|configure|set|aws_secret_access_key|@", "Cookie: session=@; other=1",
	};
	static const char *const noise[] = { "a", "-v", "--x=y", "'", "\"", "a b c", "=", ":", "://", "{", "x@y", "set", "-c", "\\",
					     "--", "&", "\xff\xfe", "user=", "Bearer", "it's", "-----BEGIN CERTIFICATE-----" };

	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		const char *place = places[unit_below(sizeof(places) / sizeof(places[0]))];
		struct text joined = {}, json = {}, line = {};
		char secret[25];
		size_t length = 20 + unit_below(5), list;
		bool planted = false;

		for (size_t i = 0; i < length; i++)
			secret[i] = letters[unit_below(sizeof(letters) - 1)];
		for (size_t i = unit_below(4); i; i--) {
			const char *piece = noise[unit_below(sizeof(noise) / sizeof(noise[0]))];

			text_add(&joined, piece, strlen(piece) + 1);
		}
		for (const char *at = place; *at; at++) {
			if (*at == '@' && !planted && (at[1] == '@' || !strchr(at + 1, '@'))) {
				text_add(&joined, secret, length);
				planted = true;
			} else {
				text_add(&joined, *at == '|' ? "" : at, 1);
			}
		}
		text_add(&joined, "", 1);
		for (size_t i = unit_below(4); i; i--) {
			const char *piece = noise[unit_below(sizeof(noise) / sizeof(noise[0]))];

			text_add(&joined, piece, strlen(piece) + 1);
		}
		list = json_begin(&json, NULL, '{');
		redact_arguments(redaction, &json, "args", joined.bytes, joined.length, &line);
		json_end(&json, list, '{');
		check(json_is_valid(json.bytes, json.length));
		if (memmem(json.bytes, json.length, secret, length) || memmem(line.bytes, line.length, secret, length)) {
			check(!"the secret came out");
			fprintf(stderr, "\t%s: %.*s\n", place, (int)line.length, line.bytes);
		}
		text_free(&joined);
		text_free(&json);
		text_free(&line);
	}
}

static void random_bytes_are_survived(void)
{
	static const char alphabet[] = "ab-=:'\"/@ \\&?{}-pP\0 BEARERbearer token";

	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		size_t length = unit_below(200);
		char *bytes = malloc(length ? length : 1);
		struct text json = {}, line = {};
		size_t list = json_begin(&json, NULL, '{');

		for (size_t i = 0; i < length; i++)
			bytes[i] = unit_below(8) ? alphabet[unit_below(sizeof(alphabet))] : (char)unit_random();
		redact_arguments(unit_below(2) ? redaction : NULL, &json, "args", bytes, length, &line);
		json_end(&json, list, '{');
		check(json_is_valid(json.bytes, json.length));
		text_free(&json);
		text_free(&line);
		free(bytes);
	}
}

/* What a sender of arguments could do to the sensor: 64 KiB of what is looked at most. A quadratic scan shows as a wait. */
static void long_arguments_are_read_once(void)
{
	static const char *const pieces[] = { "user=", "://", "://a:b", "-----BEGIN CERTIFICATE", "password", "bearer", "token:", "\"", "\\" };
	static char much[65535];

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct text json = {};
		size_t step = strlen(pieces[i]), list = json_begin(&json, NULL, '{');

		for (size_t at = 0; at < sizeof(much); at++)
			much[at] = pieces[i][at % step];
		redact_arguments(redaction, &json, "args", much, sizeof(much), NULL);
		json_end(&json, list, '{');
		check(json_is_valid(json.bytes, json.length));
		text_free(&json);
	}
}

int main(void)
{
	char problem[200];
	int result;

	redaction = redaction_new(NULL, problem, sizeof(problem));
	result = unit_run((const struct unit_case[]){
		CASE(leaves_what_is_no_secret), CASE(values_of_options), CASE(variables_and_headers), CASE(what_follows_is_told),
		CASE(shapes_anywhere),
		CASE(users_in_urls), CASE(options_of_known_programs), CASE(command_lines_in_one_argument),
		CASE(a_shape_that_was_cut_is_still_one), CASE(equal_secrets_are_equal_in_one_run_only),
		CASE(a_file_adds_names_and_shapes), CASE(a_wrong_file_is_refused_with_its_line),
		CASE(no_planted_secret_comes_out), CASE(random_bytes_are_survived), CASE(long_arguments_are_read_once), {} });
	redaction_free(redaction);
	return result;
}
