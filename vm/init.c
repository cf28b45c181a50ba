// SPDX-License-Identifier: Apache-2.0
// First process of the test machine: mounts what a host has, runs one command, reports how it ended, ends the machine.
// Static and without a shell: under an emulated CPU every program started costs time.
//   /vm/command   argument vector of the command, each argument ended by NUL
//   output port   standard output and standard error of the command
//   status port   one line: "exit N", "signal N" or "init REASON"
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char OUTPUT_PORT[] = "/dev/vport0p1"; // in the order of the ports on QEMU's command line
static const char STATUS_PORT[] = "/dev/vport0p2";

#define SESSION "/sys/fs/cgroup/session.scope"

static const struct {
	const char *type, *dir, *options;
	int required;
} MOUNTS[] = {
	{ "proc", "/proc", "", 1 },
	{ "sysfs", "/sys", "", 1 },
	{ "devtmpfs", "/dev", "", 1 },
	{ "devpts", "/dev/pts", "", 0 },
	{ "tmpfs", "/dev/shm", "mode=1777", 1 },
	{ "tmpfs", "/tmp", "mode=1777", 1 },
	{ "tmpfs", "/run", "mode=0755", 1 },
	{ "cgroup2", "/sys/fs/cgroup", "nsdelegate", 1 },
	{ "bpf", "/sys/fs/bpf", "mode=0700", 1 },
	{ "securityfs", "/sys/kernel/security", "", 1 },
	{ "tracefs", "/sys/kernel/tracing", "", 0 },
};

// One write each: a controller that this kernel lacks must not take the others with it.
static const char *const CONTROLLERS[] = { "+cpu", "+memory", "+io", "+pids" };

static char *const ENVIRONMENT[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"LANG=C.UTF-8",
	"SWARMS_VM=1",
	"SWARMS_TEST_PROGRAMS=/vm/programs",
	"NODE_COMPILE_CACHE=/vm/compile",
	"NODE_COMPILE_CACHE_PORTABLE=1",
	NULL,
};

static char text[65536];
static char *arguments[4096];

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void report(const char *what, int number, const char *detail)
{
	char line[256];
	int status = open(STATUS_PORT, O_WRONLY);
	int length = snprintf(line, sizeof line, detail ? "%s %d (%s)\n" : "%s %d\n", what, number, detail);

	if (status < 0 || write(status, line, length) != length)
		dprintf(2, "vm: status not delivered: %s", line);
	power_off();
}

static void need(int succeeded, const char *what)
{
	if (!succeeded)
		report("init", errno, what);
}

static void enable_controllers(void)
{
	int fd = open("/sys/fs/cgroup/cgroup.subtree_control", O_WRONLY);

	need(fd >= 0, "cgroup.subtree_control");
	for (unsigned i = 0; i < sizeof CONTROLLERS / sizeof *CONTROLLERS; i++)
		if (write(fd, CONTROLLERS[i], strlen(CONTROLLERS[i])) < 0)
			dprintf(2, "vm: controller %s: %s\n", CONTROLLERS[i], strerror(errno));
	close(fd);
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	need(fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0, "loopback");
	close(fd);
}

static void read_command(void)
{
	int fd = open("/vm/command", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	unsigned count = 0;

	need(length > 0, "/vm/command");
	for (char *at = text; at < text + length && count < sizeof arguments / sizeof *arguments - 1; at += strlen(at) + 1)
		arguments[count++] = at;
	close(fd);
}

// Not in the root group: no host runs anything of its users there.
static int enter_session(void)
{
	int fd;

	if (mkdir(SESSION, 0755) < 0 || (fd = open(SESSION "/cgroup.procs", O_WRONLY | O_CLOEXEC)) < 0)
		return -1;
	return write(fd, "0", 1) == 1 ? close(fd) : -1;
}

static void run_command(void)
{
	int out = open(OUTPUT_PORT, O_WRONLY);

	if (enter_session() < 0 || out < 0 || setsid() < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || chdir("/swarms") < 0)
		_exit(127);
	close(out);
	execve(arguments[0], arguments, ENVIRONMENT);
	dprintf(2, "vm: %s: %s\n", arguments[0], strerror(errno));
	_exit(127);
}

int main(void)
{
	const struct rlimit files = { 4096, 65536 };
	pid_t command, ended;
	int status;

	for (unsigned i = 0; i < sizeof MOUNTS / sizeof *MOUNTS; i++) {
		mkdir(MOUNTS[i].dir, 0755);
		if (mount(MOUNTS[i].type, MOUNTS[i].dir, MOUNTS[i].type, 0, MOUNTS[i].options) < 0 && errno != EBUSY)
			need(!MOUNTS[i].required, MOUNTS[i].dir);
	}
	// What devtmpfs lacks and shells expect.
	need(symlink("/proc/self/fd", "/dev/fd") == 0, "/dev/fd");
	sethostname("swarms-vm", 9);
	setrlimit(RLIMIT_NOFILE, &files);
	enable_controllers();
	loopback_up();
	read_command();
	command = fork();
	need(command >= 0, "fork");
	if (command == 0)
		run_command();
	// Orphans of the tests are this process's to reap, as on any host.
	do
		ended = wait(&status);
	while (ended != command && !(ended < 0 && errno == ECHILD));
	need(ended == command, "wait");
	if (WIFSIGNALED(status))
		report("signal", WTERMSIG(status), NULL);
	report("exit", WEXITSTATUS(status), NULL);
}
