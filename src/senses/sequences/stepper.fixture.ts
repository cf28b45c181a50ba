import type { StaticProgram } from "../static-program.fixture.ts";

/**
 * stepper WORD...: makes, for each letter of each word, one system call: a getppid, b getuid, c getgid, d geteuid, e getegid, f gettid,
 * g umask(022), h getpid; F forks, and the child goes on while its parent waits and ends; T does the same in a thread; X executes
 * itself with the words that are left; N makes a call of the 32-bit table (getuid, 24).
 * A word such as 500:abc is made so often. Nothing else is called in between.
 */
export const STEPPER: StaticProgram = {
  name: "stepper",
  source: `
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static const long CALLS[] = { SYS_getppid, SYS_getuid, SYS_getgid, SYS_geteuid, SYS_getegid, SYS_gettid, SYS_umask, SYS_getpid };
static char **words;
static void narrow(void)
{
#ifdef __x86_64__
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(24L) : "memory", "r8", "r9", "r10", "r11");
#endif
}
static void word(const char *text)
{
	long times = 1;
	const char *colon = strchr(text, ':');
	if (colon) {
		times = atol(text);
		text = colon + 1;
	}
	for (long n = 0; n < times; n++)
		for (const char *at = text; *at; at++) {
			if (*at == 'F') {
				int status;
				pid_t child = fork();
				if (child > 0) {
					waitpid(child, &status, 0);
					_exit(WEXITSTATUS(status));
				}
			} else if (*at == 'N') {
				narrow();
			} else if (*at == 'X') {
				execv("/proc/self/exe", words);
				_exit(1);
			} else {
				syscall(CALLS[*at - 'a'], 022);
			}
		}
}
static void *rest(void *unused)
{
	for (words++; *words; words++) {
		if (strcmp(*words, "T") == 0) {
			pthread_t thread;
			pthread_create(&thread, 0, rest, 0);
			pthread_join(thread, 0);
			_exit(0);
		}
		word(*words);
	}
	_exit(0);
}
int main(int argc, char **argv)
{
	words = argv;
	rest(0);
}
`,
};
