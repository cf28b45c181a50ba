import koffi from "koffi";
import { AMBIENT, CAPABILITY_VERSION_3, PRCTL } from "./credential-numbers.ts";
import { lastErrno, loadLibc } from "./syscall.ts";

/** Resource limits by their number (asm-generic/resource.h), the same on x86-64 and arm64. */
const RESOURCES = {
  fileBytes: 1,
  dataBytes: 2,
  coreBytes: 4,
  processes: 6,
  files: 7,
  lockedBytes: 8,
  addressBytes: 9,
  queueBytes: 12,
} as const;
export type Resource = keyof typeof RESOURCES;

export interface Confining {
  /** Becomes the root of this process's file system. */
  readonly root: string;
  readonly uid: number;
  readonly gid: number;
  /** Soft and hard. */
  readonly limits: Readonly<Partial<Record<Resource, number>>>;
  /** A program for seccomp(2); left out, there is none. */
  readonly filter?: Uint8Array;
}

const SIGKILL = 9;
const SECCOMP_SET_MODE_FILTER = 1;
/** Refused and killed calls go to the audit log (seccomp(2)). */
const SECCOMP_FILTER_FLAG_LOG = 2;
const SECCOMP_NUMBER: Readonly<Record<string, number>> = { x64: 317, arm64: 277 };

type Call = (...args: (number | bigint | string | Uint8Array | null)[]) => number | bigint;

/**
 * Takes everything from the calling thread, and user and group from the process, in the order in which each step is
 * still allowed. Only a process that starts another program right after (execve(2) ends its other threads) is confined as
 * a whole. Throws where a step fails: a half-confined process must not go on.
 */
export function confine({ root, uid, gid, limits, filter }: Confining): void {
  const libc = loadLibc();
  const call = (prototype: string): Call => libc.func(prototype) as Call;
  const chroot = call("int chroot(const char *)");
  const setrlimit = call("int setrlimit(int, const void *)");
  const prctl = call("int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)");
  const capset = call("int capset(const void *, const void *)");
  const setgroups = call("int setgroups(size_t, const void *)");
  const setresgid = call("int setresgid(unsigned int, unsigned int, unsigned int)");
  const setresuid = call("int setresuid(unsigned int, unsigned int, unsigned int)");

  const setFilter = filter === undefined ? undefined : filterSetter(filter);
  const limited = (Object.entries(limits) as [Resource, number][]).map(
    ([name, value]) => [name, new Uint8Array(BigUint64Array.of(BigInt(value), BigInt(value)).buffer)] as const,
  );

  must(chroot(root), "chroot");
  process.chdir("/");
  // Until the kernel says that there is no such capability.
  for (let bit = 0; bit < 64 && prctl(PRCTL.dropFromBoundingSet, bit, 0, 0, 0) === 0; bit++);
  prctl(PRCTL.ambientCapabilities, AMBIENT.clearAll, 0, 0, 0);
  must(setgroups(0, null), "setgroups");
  must(setresgid(gid, gid, gid), "setresgid");
  must(setresuid(uid, uid, uid), "setresuid");
  const header = new Uint8Array(Uint32Array.of(CAPABILITY_VERSION_3, 0).buffer);
  must(capset(header, new Uint8Array(24)), "capset");
  // A new user id takes back what unshare(1) --kill-child had set (PR_SET_PDEATHSIG(2const)): its end must still be ours.
  must(prctl(PRCTL.parentDeathSignal, SIGKILL, 0, 0, 0), "pdeathsig");
  must(prctl(PRCTL.noNewPrivileges, 1, 0, 0, 0), "no_new_privs");
  // Last, since this process may have more than the program will be allowed (WebAssembly alone reserves 8 GB of addresses, and strips
  // the types of sources): from here on not a page more can be had, and a collection would end it.
  for (const [name, limit] of limited) must(setrlimit(RESOURCES[name], limit), `setrlimit ${name}`);
  setFilter?.();
}

/** Sets it for the calling thread, and for whatever that becomes and starts; for good. */
function filterSetter(filter: Uint8Array): () => void {
  const number = SECCOMP_NUMBER[process.arch];
  if (number === undefined) throw new Error(`seccomp has no number here on ${process.arch}`);
  koffi.struct("swarms_sock_fprog", { len: "uint16_t", filter: "const void *" });
  const parameters = ["long", "unsigned long", "unsigned long", "swarms_sock_fprog *"];
  const seccomp = loadLibc().func("syscall", "long", parameters) as (...args: unknown[]) => number | bigint;
  const program = { len: filter.length / 8, filter };
  return () => {
    if (Number(seccomp(number, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, program)) === 0) return;
    // Before 4.14 there is no log of it.
    must(seccomp(number, SECCOMP_SET_MODE_FILTER, 0, program), "seccomp");
  };
}

function must(value: number | bigint, what: string): void {
  if (Number(value) !== 0) throw new Error(`${what}: ${lastErrno()}`);
}
