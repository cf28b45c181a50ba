/** System calls by number, by process.arch (asm/unistd.h). */
const NUMBERS: Readonly<Record<string, { readonly connect: number; readonly openat: number }>> = {
  x64: { connect: 42, openat: 257 },
  arm64: { connect: 203, openat: 56 },
};
const { connect, openat } = NUMBERS[process.arch] ?? { connect: -1, openat: -1 };

/** bpftrace that prints a line for each of the events which the layer takes: less of each than the layer knows. */
export const PRINTING_PROCESSES = `
tracepoint:sched:sched_process_exec { printf("exec %d %s %s\\n", pid, comm, str(args->filename)); }
tracepoint:sched:sched_process_fork { printf("fork %d %s %d\\n", pid, comm, args->child_pid); }
tracepoint:sched:sched_process_exit /pid == tid/ { printf("exit %d %s\\n", pid, comm); }
tracepoint:raw_syscalls:sys_enter /args->id == ${connect}/ {
  $to = (struct sockaddr_in *)uptr(args->args[1]);
  printf("connect %d %s %s %d\\n", pid, comm, ntop(2, $to->sin_addr.s_addr), $to->sin_port);
}`;

export const PRINTING_FILES = `${PRINTING_PROCESSES}
tracepoint:raw_syscalls:sys_enter /args->id == ${openat}/ {
  printf("open %d %s %s %d\\n", pid, comm, str(uptr(args->args[1])), args->args[2]);
}`;
