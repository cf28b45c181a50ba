import { loadLibc } from "../kernel/syscall.ts";

/** SYS_exit, which ends one thread; exit_group is what ends a process. */
const SYS_EXIT: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 60, arm64: 93 };

// A process whose first thread has ended while Node's others go on. SIGALRM ends it, should its test not.
const number = SYS_EXIT[process.arch];
if (number === undefined) process.exit(1);
loadLibc().func("unsigned int alarm(unsigned int seconds)")(60);
loadLibc().func("long syscall(long number, long status)")(number, 0);
