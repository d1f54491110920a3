/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/cgroup.h"
#include "src/cgroup_root.h"
#include "test/unit/unit.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define POD "12345678-90ab-cdef-1234-567890abcdef"
#define POD_ "12345678_90ab_cdef_1234_567890abcdef"

static void check_path(const char *path, const char *unit_name, const char *container, const char *pod)
{
	struct cgroup cgroup = {};

	snprintf(cgroup.path, sizeof(cgroup.path), "%s", path);
	cgroup_read_path(&cgroup);
	check_text(cgroup.unit, strlen(cgroup.unit), unit_name);
	check_text(cgroup.container, strlen(cgroup.container), container);
	check_text(cgroup.pod, strlen(cgroup.pod), pod);
}

static void the_unit_is_that_of_the_hosts_manager(void)
{
	check_path("", "", "", "");
	check_path("/", "", "", "");
	check_path("/init.scope", "init.scope", "", "");
	check_path("/system.slice/ssh.service", "ssh.service", "", "");
	check_path("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service", "", "");
	check_path("/system.slice/systemd-fsck@dev-disk-by\\x2duuid.service/sub",
		   "systemd-fsck@dev-disk-by\\x2duuid.service", "", "");
	check_path("/system.slice/_cgroup.service", "cgroup.service", "", "");
	check_path("/user.slice/user-1000.slice/session-3.scope", "session-3.scope", "", "");
	/* what a user's manager calls ssh.service is not the host's */
	check_path("/user.slice/user-1000.slice/user@1000.service/app.slice/ssh.service", "user@1000.service", "", "");
	check_path("/made-by-hand/ssh.service", "", "", "");
	check_path("/system.slice/no unit.service", "", "", "");
	check_path("/system.slice/.service", "", "", "");
	check_path("/x.slice", "", "", "");
}

static void containers_are_known_by_their_runtime(void)
{
	check_path("/system.slice/docker-" ID ".scope", "docker-" ID ".scope", ID, "");
	check_path("/docker/" ID, "", ID, "");
	check_path("/docker/buildkit/" ID, "", ID, "");
	check_path("/machine.slice/libpod-" ID ".scope/container", "libpod-" ID ".scope", ID, "");
	check_path("/machine.slice/libpod-conmon-" ID ".scope", "libpod-conmon-" ID ".scope", "", "");
	check_path("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope/container",
		   "user@1000.service", ID, "");
	/* what runs inside a container cannot choose its id */
	check_path("/docker/" ID "/docker/" ID2, "", ID, "");
	check_path("/docker/" ID "/system.slice/nginx.service", "", ID, "");
	/* nearly */
	check_path("/docker/0" ID, "", "", "");
	check_path("/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", "", "", "");
	check_path("/system.slice/docker.service", "docker.service", "", "");
}

static void pods_are_known_with_either_driver(void)
{
	check_path("/kubepods/burstable/pod" POD "/" ID, "", ID, POD);
	check_path("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_ ".slice/cri-containerd-" ID ".scope",
		   "cri-containerd-" ID ".scope", ID, POD);
	check_path("/kubepods.slice/kubepods-pod" POD_ ".slice/crio-" ID ".scope", "crio-" ID ".scope", ID, POD);
	check_path("/kubepods.slice/kubepods-pod" POD_ ".slice:cri-containerd:" ID, "", ID, "");
	/* a cluster whose nodes are containers: the container in the pod */
	check_path("/docker/" ID "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" POD_ ".slice/cri-containerd-" ID2
		   ".scope",
		   "", ID2, POD);
	check_path("/elsewhere/pod" POD "/" ID, "", ID, "");
	check_path("/kubepods/podcast", "", "", "");
}

static uint64_t make(const char *root, const char *name)
{
	char path[600];

	snprintf(path, sizeof(path), "%s%s", root, name);
	check(mkdir(path, 0700) == 0 || errno == EEXIST);
	return cgroup_id_of(path);
}

static void drop(const char *root, const char *name)
{
	char path[600];

	snprintf(path, sizeof(path), "%s%s", root, name);
	check(rmdir(path) == 0);
}

/* A plain directory stands for the hierarchy: it is walked. */
static void an_id_is_found_by_walking(void)
{
	char root[] = "/tmp/unit-cgroup-XXXXXX";
	struct cgroups *cgroups;
	uint64_t service, inner, later;

	check(mkdtemp(root) != NULL);
	make(root, "/system.slice");
	service = make(root, "/system.slice/a.service");
	inner = make(root, "/system.slice/a.service/inner");
	cgroups = cgroups_new_at(root);
	check_text(cgroups_find(cgroups, inner)->path, strlen(cgroups_find(cgroups, inner)->path),
		   "/system.slice/a.service/inner");
	check_text(cgroups_find(cgroups, service)->unit, 9, "a.service");
	check(cgroups_find(cgroups, cgroup_id_of(root))->path[0] == '/');
	/* one that is not there is looked for again, but not at once */
	later = make(root, "/later.slice");
	check(cgroups_find(cgroups, later)->path[0] == '\0');
	check(cgroups_find(cgroups, later)->id == later);
	usleep(1100000);
	check_text(cgroups_find(cgroups, later)->path, strlen(cgroups_find(cgroups, later)->path), "/later.slice");
	cgroups_free(cgroups);
	drop(root, "/later.slice");
	drop(root, "/system.slice/a.service/inner");
	drop(root, "/system.slice/a.service");
	drop(root, "/system.slice");
	drop(root, "");
}

static void nobody_is_asked_about_recorded_ids(void)
{
	struct cgroups *cgroups = cgroups_new(false);

	for (uint64_t id = 0; id < 3000; id++)
		check(cgroups_find(cgroups, id)->id == id && cgroups_find(cgroups, id)->path[0] == '\0');
	cgroups_free(cgroups);
	cgroups_free(NULL);
}

static void an_id_of_the_running_kernel_is_found(void)
{
	char root[512], name[64];
	struct cgroups *cgroups = cgroups_new(true);
	uint64_t id;

	snprintf(name, sizeof(name), "/unit-%d.slice", (int)getpid());
	if (geteuid() || cgroup_root(root, sizeof(root))) {
		unit_skip("needs root and the unified hierarchy of cgroups");
	} else {
		id = make(root, name);
		check(id != 0);
		check_text(cgroups_find(cgroups, id)->path, strlen(cgroups_find(cgroups, id)->path), name);
		drop(root, name);
		/* what was known stays known: its last events come after its end */
		check_text(cgroups_find(cgroups, id)->path, strlen(cgroups_find(cgroups, id)->path), name);
		check(cgroups_find(cgroups, id + 1000000)->path[0] == '\0');
		check_text(cgroups_find(cgroups, cgroup_id_of(root))->path, 1, "/");
	}
	cgroups_free(cgroups);
}

static void any_path_can_be_read(void)
{
	static const char *const pieces[] = { "/", ".slice", ".scope", ".service", "kubepods", "pod", ID, POD, POD_, "docker-", "_",
					      "libpod-conmon-", "x", "-", "\xff", "user@1" };

	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		struct cgroup cgroup = {};
		size_t length = 0;

		for (size_t i = unit_below(14); i; i--) {
			const char *piece = pieces[unit_below(sizeof(pieces) / sizeof(pieces[0]))];

			if (length + strlen(piece) + 1 > sizeof(cgroup.path))
				break;
			memcpy(cgroup.path + length, piece, strlen(piece));
			length += strlen(piece);
		}
		cgroup_read_path(&cgroup);
		check(strlen(cgroup.container) == 0 || strlen(cgroup.container) == 64);
		check(strlen(cgroup.pod) == 0 || strlen(cgroup.pod) == 36);
		check(strstr(cgroup.path, cgroup.unit) != NULL && strstr(cgroup.path, cgroup.container) != NULL);
	}
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(the_unit_is_that_of_the_hosts_manager), CASE(containers_are_known_by_their_runtime),
		CASE(pods_are_known_with_either_driver), CASE(an_id_is_found_by_walking),
		CASE(nobody_is_asked_about_recorded_ids), CASE(an_id_of_the_running_kernel_is_found),
		CASE(any_path_can_be_read), {} });
}
