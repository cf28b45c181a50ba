import type { StaticProgram } from "./static-program.fixture.ts";

/**
 * Runs `target` with the argument `tag` in the way that `way` names; as `target` it only ends. Exit code 7: not possible here.
 */
export const EVADER: StaticProgram = {
  name: "evader",
  source: `
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static char *target, *tag;
static void run(const char *path) { execv(path, (char *[]){ "[kworker/0:0]", tag, 0 }); _exit(9); }
static void *in_thread(void *unused) { run(target); return 0; }
static int in_memory(void)
{
	static char bytes[1 << 16];
	int from = open(target, O_RDONLY), to = memfd_create("innocent", 0), n;
	while ((n = read(from, bytes, sizeof(bytes))) > 0) if (write(to, bytes, n) != n) _exit(8);
	return to;
}
static void by_fd(int fd, int empty)
{
	char path[64];
	if (empty) syscall(SYS_execveat, fd, "", (char *[]){ "x", tag, 0 }, (char *[]){ 0 }, AT_EMPTY_PATH);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	run(path);
}
static int is(const char *way, const char *name) { return !strcmp(way, name); }
int main(int argc, char **argv)
{
	if (argc < 4) return 0;
	const char *way = argv[1];
	pthread_t thread;
	target = argv[2];
	tag = argv[3];
	if (is(way, "plain")) run(target);
	if (is(way, "lie")) { prctl(PR_SET_NAME, "sshd"); memset(argv[0], 'z', 4); run(target); }
	if (is(way, "memfd")) by_fd(in_memory(), 1);
	if (is(way, "fd")) by_fd(open(target, O_RDONLY), 0);
	if (is(way, "unlinked")) { int fd = open(target, O_RDONLY); unlink(target); by_fd(fd, 1); }
	if (is(way, "thread")) { pthread_create(&thread, 0, in_thread, 0); for (;;) pause(); }
	if (is(way, "bind") || is(way, "overlay")) {
		if (unshare(CLONE_NEWNS) || mount(0, "/", 0, MS_REC | MS_PRIVATE, 0)) return 7;
		if (is(way, "bind") && mount(argv[4], target, 0, MS_BIND, 0)) return 7;
		if (is(way, "overlay") && mount("overlay", argv[4], "overlay", 0, argv[5])) return 7;
		run(target);
	}
	if (is(way, "orphan")) {
		/* The middle one is gone before the last one executes. */
		if (fork() == 0) {
			int pipes[2];
			pipe(pipes);
			if (fork() == 0) { char c; close(pipes[1]); read(pipes[0], &c, 1); usleep(20000); run(target); }
			_exit(0);
		}
		wait(0);
		usleep(100000);
	}
	if (is(way, "sibling")) {
		int pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
		if (pid == 0) run(target);
		usleep(100000);
	}
	if (is(way, "reuse")) {
		pid_t pid = fork();
		if (pid == 0) run(target);
		waitpid(pid, 0, 0);
		usleep(30000);
		struct clone_args again = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1 };
		int same = syscall(SYS_clone3, &again, sizeof(again));
		if (same == 0) run(target);
		if (same < 0) return 7;
		wait(0);
	}
	if (is(way, "deep")) {
		char name[201] = { 0 };
		memset(name, 'd', 200);
		int fd = open(target, O_RDONLY);
		chdir(argv[4]);
		/* 30 times 200 bytes: longer than PATH_MAX. */
		for (int i = 0; i < 30; i++) if (mkdir(name, 0700) || chdir(name)) return 7;
		int to = open("t", O_CREAT | O_WRONLY, 0700), n;
		static char bytes[1 << 16];
		while ((n = read(fd, bytes, sizeof(bytes))) > 0) write(to, bytes, n);
		close(to);
		run("./t");
	}
	return 0;
}
`,
};
