/* SPDX-License-Identifier: Apache-2.0 */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/account.h"

static bool fill(const struct passwd *entry, struct account *account)
{
	account->uid = entry->pw_uid;
	account->gid = entry->pw_gid;
	/* Half a path would be another one. */
	return snprintf(account->name, sizeof(account->name), "%s", entry->pw_name) < (int)sizeof(account->name) &&
	       snprintf(account->home, sizeof(account->home), "%s", entry->pw_dir) < (int)sizeof(account->home) &&
	       snprintf(account->shell, sizeof(account->shell), "%s", entry->pw_shell) < (int)sizeof(account->shell);
}

static bool find_user(const char *user, struct account *account)
{
	FILE *file = fopen("/etc/passwd", "re");
	char *end;
	unsigned long number = strtoul(user, &end, 10);
	bool is_number = *user >= '0' && *user <= '9' && !*end, found = false;
	struct passwd *entry;

	/* A name may be all digits; it comes before a number. */
	for (int by_number = 0; file && !found && by_number <= is_number; by_number++) {
		rewind(file);
		while (!found && (entry = fgetpwent(file)))
			found = (by_number ? entry->pw_uid == number : !strcmp(entry->pw_name, user)) && fill(entry, account);
	}
	if (file)
		fclose(file);
	return found;
}

static bool has_member(const struct group *group, const char *name)
{
	for (char **member = group->gr_mem; *member; member++)
		if (!strcmp(*member, name))
			return true;
	return false;
}

bool account_find(const char *user, struct account *account)
{
	struct group *group;
	FILE *file;
	bool fits = true;

	memset(account, 0, sizeof(*account));
	if (!find_user(user, account))
		return false;
	account->groups[account->group_count++] = account->gid;
	file = fopen("/etc/group", "re");
	while (file && fits && (group = fgetgrent(file))) {
		if (group->gr_gid == account->gid || !has_member(group, account->name))
			continue;
		fits = account->group_count < ACCOUNT_GROUPS;
		if (fits)
			account->groups[account->group_count++] = group->gr_gid;
	}
	if (file)
		fclose(file);
	return fits;
}
