// Makes each system call that means something to the importer once, also by the 32-bit interface and in vain.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static long old_call(long number, long a, long b, long c, long d) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory", "r8", "r9", "r10", "r11");
    return result;
}

static struct sockaddr_in inet(const char *ip, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, ip, &address.sin_addr);
    return address;
}

static void files(void) {
    char text[] = "what may be read", back[64];
    int one = open("one", O_RDWR | O_CREAT | O_TRUNC, 0640);
    int fresh = openat(AT_FDCWD, "new file", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    close(fresh);
    fresh = creat("created", 0600);
    struct iovec piece = {text, sizeof text};
    write(fresh, text, sizeof text);
    writev(fresh, &piece, 1);
    close(fresh);
    pwrite(one, text, sizeof text, 0);
    pread(one, back, sizeof back, 0);
    read(one, back, sizeof back);
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC};
    int two = syscall(SYS_openat2, AT_FDCWD, "created", &how, sizeof how);
    readv(two, &piece, 1);
    int three = dup(two), four = fcntl(two, F_DUPFD_CLOEXEC, 40);
    dup2(two, 50);
    dup3(two, 51, O_CLOEXEC);
    lseek(two, 0, SEEK_SET);
    copy_file_range(two, NULL, one, NULL, 8, 0);
    sendfile(one, two, NULL, 4);
    close(three);
    syscall(SYS_close_range, four, 51, 0);
    open("missing", O_RDONLY);
    open("/etc/shadow", O_RDONLY | O_NOFOLLOW | O_DIRECTORY);
    ftruncate(one, 8);
    truncate("created", 4);
    chmod("one", 0600);
    fchmod(one, 0644);
    fchmodat(AT_FDCWD, "one", 0640, 0);
    chown("one", 1000, 1000);
    fchown(one, 0, 0);
    lchown("one", 0, -1);
    fchownat(AT_FDCWD, "created", 1000, -1, 0);
    setxattr("one", "user.note", "x", 1, 0);
    fsetxattr(one, "user.more", "x", 1, 0);
    removexattr("one", "user.note");
    utimensat(AT_FDCWD, "one", NULL, 0);
    mkdir("folder", 0700);
    mkdirat(AT_FDCWD, "folder/inner", 0700);
    mknod("pipe", S_IFIFO | 0600, 0);
    mknod("null", S_IFCHR | 0600, 0x103);
    link("one", "hard");
    linkat(AT_FDCWD, "one", AT_FDCWD, "folder/hard", 0);
    symlink("one", "soft");
    symlinkat("/srv/calls/one", AT_FDCWD, "folder/soft");
    rename("hard", "moved");
    renameat(AT_FDCWD, "moved", AT_FDCWD, "folder/moved");
    syscall(SYS_renameat2, AT_FDCWD, "folder/moved", AT_FDCWD, "back", 0);
    int folder = open("folder", O_RDONLY | O_DIRECTORY);
    int inside = openat(folder, "soft", O_RDONLY);
    close(inside);
    unlinkat(folder, "soft", 0);
    fchdir(folder);
    chdir("..");
    unlink("back");
    rmdir("folder/inner");
    unlink("never there");
    char *mapped = mmap(NULL, 8, PROT_READ, MAP_PRIVATE, one, 0);
    mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, one, 0);
    mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect((void *)((uintptr_t)mapped & ~4095UL), 4096, PROT_READ | PROT_EXEC);
    close(open("\xc3\xa4 name", O_WRONLY | O_CREAT, 0600));
    close(open("tab\there", O_WRONLY | O_CREAT, 0600));
}

static void descriptors(void) {
    int ends[2], pair[2];
    char text[8] = "moved";
    pipe(ends);
    write(ends[1], text, 5);
    read(ends[0], text, 5);
    pipe2(ends, O_CLOEXEC);
    int one = open("one", O_RDONLY);
    splice(one, NULL, ends[1], NULL, 4, 0);
    tee(ends[0], ends[1], 4, SPLICE_F_NONBLOCK);
    struct iovec piece = {text, 4};
    vmsplice(ends[1], &piece, 1, 0);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
    send(pair[0], text, 5, 0);
    recv(pair[1], text, 5, 0);
    int memory = memfd_create("scratch", MFD_CLOEXEC);
    write(memory, text, 5);
    eventfd(0, EFD_CLOEXEC);
    epoll_create1(EPOLL_CLOEXEC);
    syscall(SYS_signalfd4, -1, "\0\0\0\0\0\0\0", 8, 0);
    syscall(SYS_timerfd_create, 1, 0);
    syscall(SYS_inotify_init1, 0);
    int self = syscall(SYS_pidfd_open, getpid(), 0);
    syscall(SYS_pidfd_getfd, self, one, 0);
    syscall(SYS_io_uring_setup, 4, text);
}

static void network(void) {
    char text[16] = "sent";
    int yes = 1;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in here = inet("127.0.0.1", 4800);
    bind(server, (void *)&here, sizeof here);
    listen(server, 4);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connect(client, (void *)&here, sizeof here);
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    int made = accept4(server, (void *)&peer, &size, SOCK_CLOEXEC);
    sendto(client, text, 4, 0, NULL, 0);
    recvfrom(made, text, 4, 0, NULL, NULL);
    write(made, text, 4);
    read(client, text, 4);
    int datagram = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in other = inet("127.0.0.1", 4801);
    bind(datagram, (void *)&other, sizeof other);
    sendto(datagram, text, 4, 0, (void *)&other, sizeof other);
    size = sizeof peer;
    recvfrom(datagram, text, 16, 0, (void *)&peer, &size);
    struct iovec piece = {text, 4};
    struct msghdr message = {.msg_name = &other, .msg_namelen = sizeof other, .msg_iov = &piece, .msg_iovlen = 1};
    sendmsg(datagram, &message, 0);
    message.msg_namelen = sizeof other;
    recvmsg(datagram, &message, 0);
    struct mmsghdr many = {.msg_hdr = message};
    sendmmsg(datagram, &many, 1, 0);
    recvmmsg(datagram, &many, 1, 0, NULL);
    struct sockaddr_in low = inet("127.0.0.1", 81);
    bind(socket(AF_INET, SOCK_STREAM, 0), (void *)&low, sizeof low);
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(4802)};
    inet_pton(AF_INET6, "::1", &six.sin6_addr);
    connect(socket(AF_INET6, SOCK_STREAM, 0), (void *)&six, sizeof six);
    struct sockaddr_un named = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int unix_server = socket(AF_UNIX, SOCK_STREAM, 0), unix_client = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(unix_server, (void *)&named, sizeof named);
    listen(unix_server, 1);
    connect(unix_client, (void *)&named, sizeof named);
    named.sun_path[0] = 0;
    memcpy(named.sun_path + 1, "hidden", 6);
    connect(socket(AF_UNIX, SOCK_DGRAM, 0), (void *)&named, 9);
    socket(AF_NETLINK, SOCK_RAW, 0);
    socket(AF_PACKET, SOCK_RAW, 0);
    struct sockaddr_in away = inet("203.0.113.9", 443);
    int refused = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(refused, (void *)&away, sizeof away);
}

// Asks for no change, and is not allowed to.
static void ask_audit(void) {
    struct {
        struct nlmsghdr head;
        struct audit_status status;
    } message = {.head = {.nlmsg_len = sizeof message, .nlmsg_type = AUDIT_SET, .nlmsg_flags = NLM_F_REQUEST}};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    int link = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
    sendto(link, &message, sizeof message, 0, (void *)&kernel, sizeof kernel);
}

static void processes(char *self) {
    char buffer[8];
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    struct iovec here = {buffer, 8}, there = {self, 1};
    process_vm_readv(child, &here, 1, &there, 1, 0);
    process_vm_writev(child, &here, 1, &here, 1, 0);
    if (ptrace(PTRACE_ATTACH, child, 0, 0) == 0) {
        waitpid(child, NULL, WUNTRACED);
        ptrace(PTRACE_DETACH, child, 0, 0);
    }
    int pidfd = syscall(SYS_pidfd_open, child, 0);
    syscall(SYS_pidfd_send_signal, pidfd, SIGUSR2, NULL, 0);
    kill(child, 0);
    kill(child, SIGKILL);
    syscall(SYS_tgkill, child, child, SIGTERM);
    waitpid(child, NULL, 0);
    struct clone_args asked = {.exit_signal = SIGCHLD};
    child = syscall(SYS_clone3, &asked, sizeof asked);
    if (child == 0) {
        setresuid(1000, 1000, 1000);
        setuid(0);
        ask_audit();
        mknod("device", S_IFCHR | 0600, 0x103);
        mkdir("/denied", 0700);
        _exit(3);
    }
    waitpid(child, NULL, 0);
    child = fork();
    if (child == 0) {
        setreuid(0, 1000);
        setreuid(-1, 0);
        setgid(1000);
        setgroups(0, NULL);
        prctl(PR_SET_KEEPCAPS, 1);
        prctl(PR_CAPBSET_DROP, CAP_SYS_TIME);
        struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
        struct __user_cap_data_struct sets[2];
        syscall(SYS_capget, &head, sets);
        sets[0].effective = 1 << CAP_NET_RAW;
        sets[0].inheritable = sets[0].permitted;
        syscall(SYS_capset, &head, sets);
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    child = fork();
    if (child == 0) {
        unshare(CLONE_NEWNS | CLONE_NEWUTS);
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
        mount("scratch", "folder", "tmpfs", MS_NOSUID | MS_NODEV, NULL);
        mount("one", "created", NULL, MS_BIND, NULL);
        umount2("created", MNT_DETACH);
        umount("folder");
        setns(open("/proc/self/ns/net", O_RDONLY), CLONE_NEWNET);
        union bpf_attr attribute = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1, .map_name = "notes"};
        syscall(SYS_bpf, BPF_MAP_CREATE, &attribute, sizeof attribute);
        syscall(SYS_init_module, "no module", 9, "");
        syscall(SYS_finit_module, open("one", O_RDONLY), "", 0);
        syscall(SYS_delete_module, "no_such_module", 0);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    child = vfork();
    if (child == 0) {
        char *long_one = self, *arguments[] = {"other name", "plain", "with blank", "\xc3\xa4", "", long_one, NULL};
        char *environment[] = {NULL};
        execve("/proc/self/exe", arguments, environment);
        _exit(9);
    }
    waitpid(child, NULL, 0);
    child = fork();
    if (child == 0) {
        int memory = memfd_create("copy", 0), own = open("/proc/self/exe", O_RDONLY);
        sendfile(memory, own, NULL, 1 << 24);
        char *arguments[] = {"copy", "-", NULL};
        syscall(SYS_execveat, memory, "", arguments, NULL, AT_EMPTY_PATH);
        _exit(9);
    }
    waitpid(child, NULL, 0);
    char *nothing[] = {"nothing", NULL};
    execv("/srv/calls/nothing", nothing);
    child = fork();
    if (child == 0) {
        child = fork();
        if (child > 0) waitpid(child, NULL, 0);
        abort();
    }
    waitpid(child, NULL, 0);
}

static void compat(void) {
    char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    strcpy(low, "one");
    long file = old_call(5, (long)low, O_RDONLY, 0, 0);             // open
    old_call(3, file, (long)(low + 64), 4, 0);                      // read
    old_call(6, file, 0, 0, 0);                                     // close
    uint32_t *words = (uint32_t *)(low + 128);
    words[0] = AF_INET, words[1] = SOCK_STREAM, words[2] = 0;
    long made = old_call(102, 1, (long)words, 0, 0);                // socketcall: socket
    struct sockaddr_in away = inet("127.0.0.1", 4800);
    memcpy(low + 256, &away, sizeof away);
    words[0] = made, words[1] = (uint32_t)(uintptr_t)(low + 256), words[2] = sizeof away;
    old_call(102, 3, (long)words, 0, 0);                            // socketcall: connect
    strcpy(low + 64, "over the old interface");
    words[0] = made, words[1] = (uint32_t)(uintptr_t)(low + 64), words[2] = 8, words[3] = 0;
    old_call(102, 9, (long)words, 0, 0);                            // socketcall: send
    old_call(207, 1, -1, -1, 0);                                    // fchown32
    old_call(200, 0, 0, 0, 0);                                      // getgid32
}

int main(int count, char **arguments) {
    if (count > 1) return 0;
    static char longest[9001];
    memset(longest, 'x', sizeof longest - 1);
    memcpy(longest, "\xc3\xa4 ", 3);
    chdir("/srv/calls");
    files();
    descriptors();
    network();
    processes(longest);
    compat();
    return 0;
}
