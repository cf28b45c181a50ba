import type { Confinement } from "../kernel/confinement.ts";
import { KEPT_MASK } from "./capabilities.ts";

/** A running layer as it can be looked at from outside. */
export interface LookedAt {
  readonly warden: Confinement | undefined;
  readonly hive: Confinement | undefined;
  readonly sentinel: Confinement | undefined;
  /** There are some only while something is to be delivered: each is looked at by itself. */
  readonly sender: Confinement | undefined;
  /** Modes and owners, undefined where there is no such file. */
  readonly files: Readonly<Record<"journal" | "key" | "control" | "config" | "hive", FileMode | undefined>>;
  /** 0 means that everybody may load eBPF (kernel.unprivileged_bpf_disabled). */
  readonly unprivilegedBpfDisabled: number | undefined;
}

export interface FileMode {
  readonly uid: number;
  /** Permission bits. */
  readonly mode: number;
}

export interface Claim {
  readonly about: "warden" | "hive" | "sentinel" | "sender" | "files" | "host";
  /** What holds where it holds. */
  readonly says: string;
  /** What an attacker gains where it does not. */
  readonly otherwise: string;
  /** Undefined where it cannot be told. */
  holds(at: LookedAt): boolean | undefined;
}

const NO_ONE_ELSE = 0o077;

/** Hard limits of room-limits.ts and of the unit, by the kernel's names. */
const BOUNDED: readonly (readonly [name: string, most: number])[] = [
  ["Max address space", 3 * 2 ** 30],
  ["Max data size", 1.5 * 2 ** 30],
  ["Max file size", 320 * 2 ** 20],
  ["Max open files", 1024],
  ["Max core file size", 0],
];

/** What is said of the layer's own security, each checked against the living processes and files. */
export const CLAIMS: readonly Claim[] = [
  {
    about: "warden",
    says: "has no capability beside the few that it needs",
    otherwise: "a fault in it could load modules, reboot or reach raw hardware",
    holds: ({ warden }) => warden && (warden.bounding & ~KEPT_MASK) === 0n,
  },
  {
    about: "warden",
    says: "can gain no new privileges",
    otherwise: "a program that it starts could use set-uid files",
    holds: ({ warden }) => warden?.noNewPrivileges,
  },
  {
    about: "hive",
    says: "runs as an unprivileged user",
    otherwise: "whatever takes it over is root",
    holds: ({ hive }) => hive && hive.uid !== 0,
  },
  {
    about: "hive",
    says: "has no capability, and no way to any",
    otherwise: "whatever takes it over could use them",
    holds: ({ hive }) => hive && hive.effective === 0n && hive.bounding === 0n && hive.noNewPrivileges,
  },
  {
    about: "hive",
    says: "has a root of its own: code and state, and no other file of the host",
    otherwise: "whatever takes it over can read what everybody may read",
    holds: ({ hive, warden }) =>
      hive && warden && hive.namespaces.mnt !== warden.namespaces.mnt && hive.root !== "" && hive.root !== warden.root,
  },
  {
    about: "hive",
    says: "sees no process but its own, and takes its children with it",
    otherwise: "what it starts could outlive it",
    // A unit's processes end with it (KillMode=control-group of systemd.kill(5)).
    holds: ({ hive, warden }) => hive && warden && (hive.namespaces.pid !== warden.namespaces.pid || hive.othersHidden),
  },
  {
    about: "hive",
    says: "has no network",
    otherwise: "whatever takes it over could call out",
    holds: ({ hive, warden }) => hive && warden && hive.namespaces.net !== warden.namespaces.net,
  },
  {
    about: "hive",
    says: "gets no system call through but those that Node needs",
    otherwise: "faults of the whole kernel are in reach",
    holds: ({ hive }) => hive?.filtered,
  },
  {
    about: "hive",
    says: "is held by the kernel to bounds of memory, of open files and of the size of a file, and leaves no core",
    otherwise: "it could take what others need",
    holds: ({ hive }) => hive && BOUNDED.every(([name, most]) => (hive.limits[name] ?? Infinity) <= most),
  },
  {
    about: "hive",
    says: "keeps what it learned to itself",
    otherwise: "others could read or change it",
    holds: ({ files, hive }) =>
      files.hive && hive && files.hive.uid === hive.uid && (files.hive.mode & NO_ONE_ELSE) === 0,
  },
  {
    about: "sentinel",
    says: "has no capability beside the warden's, and can gain no new privileges",
    otherwise: "a fault in it is a fault of root",
    holds: ({ sentinel }) => sentinel && (sentinel.bounding & ~KEPT_MASK) === 0n && sentinel.noNewPrivileges,
  },
  {
    about: "sentinel",
    says: "stands guard: every change is taken back if the warden ends or hangs",
    otherwise: "a frozen group could stay frozen",
    holds: ({ sentinel, warden }) => (warden === undefined ? undefined : sentinel !== undefined),
  },
  {
    about: "sender",
    says: "runs as a user of its own, without capabilities, and without a way to any",
    otherwise: "a server that it calls could take over more than it",
    holds: ({ sender, hive }) =>
      sender &&
      sender.uid !== 0 &&
      sender.uid !== hive?.uid &&
      sender.effective === 0n &&
      sender.bounding === 0n &&
      sender.noNewPrivileges,
  },
  {
    about: "sender",
    says: "has a root of its own, with its code and no other file, and sees no other process",
    otherwise: "whatever takes it over could send away what everybody may read",
    holds: ({ sender, warden }) =>
      sender &&
      warden &&
      sender.namespaces.mnt !== warden.namespaces.mnt &&
      sender.root !== "" &&
      sender.root !== warden.root &&
      (sender.namespaces.pid !== warden.namespaces.pid || sender.othersHidden),
  },
  {
    about: "sender",
    says: "gets no system call through but those that Node and its sockets need",
    otherwise: "faults of the whole kernel are in reach of the servers that it calls",
    holds: ({ sender }) => sender?.filtered,
  },
  {
    about: "files",
    says: "the journal is root's alone",
    otherwise: "others could read what was changed and why",
    holds: ({ files }) => ownedByRoot(files.journal),
  },
  {
    about: "files",
    says: "the key that signs the journal is root's alone",
    otherwise: "a forged journal could not be told from a true one",
    holds: ({ files }) => ownedByRoot(files.key),
  },
  {
    about: "files",
    says: "only root may approve, undo and restore",
    otherwise: "others could",
    holds: ({ files }) => ownedByRoot(files.control),
  },
  {
    about: "files",
    says: "only root may write the configuration, or the folder where it would be",
    otherwise: "whoever may write it decides what the layer may touch",
    holds: ({ files }) => files.config && files.config.uid === 0 && (files.config.mode & 0o022) === 0,
  },
  {
    about: "host",
    says: "only privileged users may load eBPF",
    otherwise: "any user may load eBPF programs (kernel.unprivileged_bpf_disabled is 0)",
    holds: ({ unprivilegedBpfDisabled: value }) => (value === undefined ? undefined : value !== 0),
  },
];

function ownedByRoot(file: FileMode | undefined): boolean | undefined {
  return file && file.uid === 0 && (file.mode & NO_ONE_ELSE) === 0;
}
