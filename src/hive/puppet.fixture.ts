import type { StaticProgram } from "../senses/static-program.fixture.ts";

/**
 * Harmless stand-ins, by their first argument: `dup2 PORT PROGRAM` becomes a program at a connection to loopback, `pipes PORT` relays
 * one to a shell, `memfd PROGRAM` runs a copy in memory, `tree` is 127 copies of itself for two seconds, `pool` 120 in one
 * generation. All end by themselves.
 */
export const PUPPET: StaticProgram = {
  name: "puppet",
  source: `
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static int dial(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) _exit(8);
	return fd;
}
static void copy(int from, int to)
{
	static char bytes[1 << 16];
	int n;
	while ((n = read(from, bytes, sizeof(bytes))) > 0) if (write(to, bytes, n) != n) break;
}
static void put(int fd, int at) { if (fd != at) { dup2(fd, at); } }
static void tree(int depth)
{
	for (int i = 0; i < 2 && depth > 0; i++) if (fork() == 0) tree(depth - 1);
	sleep(2);
	_exit(0);
}
int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "";
	alarm(10);
	if (!strcmp(way, "dup2")) {
		int fd = dial(argv[2]);
		for (int at = 0; at < 3; at++) put(fd, at);
		execl(argv[3], "worker", NULL);
		_exit(9);
	}
	if (!strcmp(way, "pipes")) {
		int fd = dial(argv[2]), in[2], out[2];
		pipe(in);
		pipe(out);
		if (fork() == 0) {
			put(in[0], 0); put(out[1], 1); put(out[1], 2);
			for (int other = 3; other < 16; other++) close(other);
			execl("/bin/sh", "sh", NULL);
			_exit(9);
		}
		close(in[0]);
		close(out[1]);
		if (fork() == 0) { close(out[0]); copy(fd, in[1]); _exit(0); }
		close(in[1]);
		copy(out[0], fd);
		shutdown(fd, SHUT_RDWR);
		while (wait(0) > 0) {}
	}
	if (!strcmp(way, "memfd")) {
		int to = memfd_create("cache", 0);
		copy(open(argv[2], O_RDONLY), to);
		syscall(SYS_execveat, to, "", (char *[]){ "cache", 0 }, (char *[]){ 0 }, AT_EMPTY_PATH);
		_exit(9);
	}
	if (!strcmp(way, "tree")) { if (fork() == 0) tree(6); wait(0); }
	if (!strcmp(way, "pool")) {
		for (int i = 0; i < 120; i++) if (fork() == 0) { usleep(500000); _exit(0); }
		while (wait(0) > 0) {}
	}
	return 0;
}
`,
};
