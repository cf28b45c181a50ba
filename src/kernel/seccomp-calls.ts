/** A system call by its number in asm/unistd_64.h and asm-generic/unistd.h; undefined where an architecture has none. */
export interface CallNumbers {
  readonly x64?: number;
  readonly arm64?: number;
}

type Numbers = readonly [x64: number | undefined, arm64: number | undefined];

/** What a confined process needs, by purpose. A name that two lists share is allowed with either. */
export interface CallGroup {
  readonly why: string;
  readonly calls: Readonly<Record<string, Numbers>>;
}

const NONE = undefined;

/** Node and what it is made of (V8, libuv, glibc), with a database in its folder and no network. */
export const RUNTIME_CALLS: readonly CallGroup[] = [
  {
    why: "memory of the heap, of compiled code and of threads' stacks",
    calls: {
      brk: [12, 214],
      mmap: [9, 222],
      mprotect: [10, 226],
      munmap: [11, 215],
      mremap: [25, 216],
      madvise: [28, 233],
      pkey_alloc: [330, 289],
      pkey_free: [331, 290],
      pkey_mprotect: [329, 288],
    },
  },
  {
    why: "threads: V8 collects and compiles, libuv reads files",
    calls: {
      futex: [202, 98],
      set_robust_list: [273, 99],
      set_tid_address: [218, 96],
      rseq: [334, 293],
      membarrier: [324, 283],
      sched_yield: [24, 124],
      sched_getaffinity: [204, 123],
      sched_getparam: [143, 121],
      sched_getscheduler: [145, 120],
      getcpu: [309, 168],
      gettid: [186, 178],
      exit: [60, 93],
      exit_group: [231, 94],
      arch_prctl: [158, NONE],
    },
  },
  {
    why: "signals: handlers, and a process that ends itself with an assertion",
    calls: {
      rt_sigaction: [13, 134],
      rt_sigprocmask: [14, 135],
      rt_sigreturn: [15, 139],
      sigaltstack: [131, 132],
      restart_syscall: [219, 128],
      tgkill: [234, 131],
    },
  },
  {
    why: "time and chance",
    calls: {
      clock_gettime: [228, 113],
      clock_getres: [229, 114],
      clock_nanosleep: [230, 115],
      nanosleep: [35, 101],
      gettimeofday: [96, 169],
      times: [100, 153],
      getrandom: [318, 278],
    },
  },
  {
    why: "who it is and what it may use",
    calls: {
      getpid: [39, 172],
      getppid: [110, 173],
      getuid: [102, 174],
      geteuid: [107, 175],
      getgid: [104, 176],
      getegid: [108, 177],
      getgroups: [115, 158],
      getresuid: [118, 148],
      getresgid: [120, 150],
      capget: [125, 90],
      getrlimit: [97, 163],
      getrusage: [98, 165],
      sysinfo: [99, 179],
      uname: [63, 160],
      getcwd: [79, 17],
      umask: [95, 166],
    },
  },
  {
    why: "the loop: waits for what can be read",
    calls: {
      epoll_create1: [291, 20],
      epoll_ctl: [233, 21],
      epoll_wait: [232, NONE],
      epoll_pwait: [281, 22],
      epoll_pwait2: [441, 441],
      poll: [7, NONE],
      ppoll: [271, 73],
      eventfd2: [290, 19],
      pipe2: [293, 59],
    },
  },
  {
    why: "its code, its folder and its database; who may open what is for the file system to say",
    calls: {
      read: [0, 63],
      readv: [19, 65],
      pread64: [17, 67],
      preadv: [295, 69],
      write: [1, 64],
      writev: [20, 66],
      pwrite64: [18, 68],
      pwritev: [296, 70],
      open: [2, NONE],
      openat: [257, 56],
      close: [3, 57],
      dup: [32, 23],
      dup3: [292, 24],
      fcntl: [72, 25],
      flock: [73, 32],
      lseek: [8, 62],
      stat: [4, NONE],
      lstat: [6, NONE],
      fstat: [5, 80],
      newfstatat: [262, 79],
      statx: [332, 291],
      statfs: [137, 43],
      fstatfs: [138, 44],
      access: [21, NONE],
      faccessat: [269, 48],
      faccessat2: [439, 439],
      readlink: [89, NONE],
      readlinkat: [267, 78],
      getdents64: [217, 61],
      fsync: [74, 82],
      fdatasync: [75, 83],
      ftruncate: [77, 46],
      fallocate: [285, 47],
      fadvise64: [221, 223],
      rename: [82, NONE],
      renameat: [264, 38],
      renameat2: [316, 276],
      unlink: [87, NONE],
      unlinkat: [263, 35],
      mkdir: [83, NONE],
      mkdirat: [258, 34],
      rmdir: [84, NONE],
      chmod: [90, NONE],
      fchmod: [91, 52],
      fchmodat: [268, 53],
    },
  },
  {
    why: "the socket that it serves, and its channel to the warden; which families is limited below",
    calls: {
      connect: [42, 203],
      bind: [49, 200],
      listen: [50, 201],
      accept: [43, 202],
      accept4: [288, 242],
      sendto: [44, 206],
      sendmsg: [46, 211],
      recvfrom: [45, 207],
      recvmsg: [47, 212],
      shutdown: [48, 210],
      getsockname: [51, 204],
      getpeername: [52, 205],
      getsockopt: [55, 209],
      setsockopt: [54, 208],
    },
  },
  // The launcher becomes Node by it; without a fork it can only ever replace itself, under the same filter.
  { why: "becoming Node", calls: { execve: [59, 221] } },
];

/** More, for a process that has the host's network: the resolver sends two questions at once. */
export const NETWORK_CALLS: readonly CallGroup[] = [
  { why: "asking for addresses", calls: { sendmmsg: [307, 269], recvmmsg: [299, 243] } },
];

/** Whoever asks for one of these is not Node: it is ended. Everything else that is not allowed is refused with EPERM. */
export const DEADLY_CALLS: Readonly<Record<string, Numbers>> = {
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  pidfd_getfd: [438, 438],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  move_mount: [429, 429],
  open_tree: [428, 428],
  fsopen: [430, 430],
  fsmount: [432, 432],
  mount_setattr: [442, 442],
  unshare: [272, 97],
  setns: [308, 268],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  open_by_handle_at: [304, 265],
  reboot: [169, 142],
  swapon: [167, 224],
  acct: [163, 89],
};

/** What one argument of a call must be; compared by its lower 32 bits unless it must be zero as a whole. */
export type ArgumentRule =
  | { readonly argument: number; readonly oneOf: readonly number[] }
  | { readonly argument: number; readonly with: number; readonly without: number }
  | { readonly argument: number; readonly zero: true };

export interface GuardedCall {
  readonly name: string;
  readonly numbers: Numbers;
  readonly rule: ArgumentRule;
  readonly why: string;
}

/** CLONE_THREAD, and every CLONE_NEW* with the flags of a traced or stopped child (linux/sched.h). */
const CLONE_THREAD = 0x10000;
const CLONE_NEW = 0x7e020080;
const CLONE_PTRACE_UNTRACED = 0x802000;

/** Address families (linux/socket.h). */
export const FAMILIES = { unix: 1, inet: 2, inet6: 10 } as const;

/** Calls that are allowed with some arguments only. */
export function guardedCalls(families: readonly (keyof typeof FAMILIES)[]): readonly GuardedCall[] {
  return [
    {
      name: "socket",
      numbers: [41, 198],
      rule: { argument: 0, oneOf: families.map((family) => FAMILIES[family]) },
      why: "no other family: packet, netlink, vsock and the rest are the kernel's oldest doors",
    },
    {
      name: "socketpair",
      numbers: [53, 199],
      rule: { argument: 0, oneOf: [FAMILIES.unix] },
      why: "libuv's own channels",
    },
    {
      name: "clone",
      numbers: [56, 220],
      rule: { argument: 0, with: CLONE_THREAD, without: CLONE_NEW | CLONE_PTRACE_UNTRACED },
      why: "threads, and no process: nothing is started, nothing forks without end",
    },
    {
      name: "prctl",
      numbers: [157, 167],
      // PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_CAPBSET_READ, PR_SET_VMA (linux/prctl.h).
      rule: { argument: 0, oneOf: [3, 15, 16, 23, 0x53564d41] },
      why: "names of threads and of memory",
    },
    {
      name: "ioctl",
      numbers: [16, 29],
      // TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX (asm-generic/ioctls.h).
      rule: { argument: 1, oneOf: [0x5401, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451] },
      why: "whether it waits, how much there is, whether it is a terminal; never a character typed for its owner",
    },
    {
      name: "prlimit64",
      numbers: [302, 261],
      rule: { argument: 2, zero: true },
      why: "to read a limit, not to set one",
    },
    {
      name: "kill",
      numbers: [62, 129],
      rule: { argument: 1, oneOf: [0] },
      why: "whether a process lives",
    },
  ];
}

/** glibc begins threads with clone3, whose flags no filter can see, and falls back to clone where there is none. */
export const ABSENT_CALLS: Readonly<Record<string, Numbers>> = { clone3: [435, 435] };
