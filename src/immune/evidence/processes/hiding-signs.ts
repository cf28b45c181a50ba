import type { ExecEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { baseName, isSystemPath } from "../../programs/executable.ts";

/** One way in which a program that runs keeps out of sight, or passes for another. */
export interface HidingSign {
  readonly sign: string;
  readonly weight: number;
  readonly says: string;
  readonly technique: string;
}

export const HIDING = {
  /** Programs from memory alone: container runtimes protect themselves so, nobody else by habit. */
  memfd: 0.8,
  /** Run by descriptor after the last name was gone. */
  deleted: 0.6,
  /** A folder in memory that no program is installed in. */
  shm: 0.5,
  /** AppImages and some builds have dots in their temporary folders. */
  dotted: 0.45,
  /** Nobody calls a file " " or "..." but to be overlooked. */
  blank: 0.8,
  /** Kernel threads execute nothing: whoever looks like one lies. */
  kernelThread: 0.9,
  /** Says that it is a system program, and is a file elsewhere. */
  borrowedPath: 0.6,
  /** A daemon's name on a file where anybody can write, and elsewhere: a build of that daemon has it too. */
  daemonWritable: 0.6,
  daemonElsewhere: 0.25,
  /** Not of the container's image: installed into it, or brought. */
  upperLayer: 0.35,
} as const;

/** Where anybody can write (hier(7), file-hierarchy(7)). */
const WRITABLE = ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/", "/run/lock/", "/var/lock/", "/dev/mqueue/"];
const SHM = ["/dev/shm/", "/run/shm/", "/dev/mqueue/"];

/** Daemons that every host has: names that nobody wonders about in a list of processes. */
const DAEMONS: ReadonlySet<string> = new Set(
  "init systemd systemd-journald systemd-udevd systemd-logind systemd-resolved systemd-networkd sshd cron crond atd dbus-daemon rsyslogd agetty udevd auditd NetworkManager irqbalance polkitd".split(
    " ",
  ),
);

const KERNEL_THREAD =
  /^(?:\[.+\]|kworker\/.*|ksoftirqd\/.*|kthreadd|migration\/.*|rcu_.+|kswapd\d*|kdevtmpfs|khugepaged|jbd2\/.*|cpuhp\/.*|kcompactd\d*|ksmd|kauditd|oom_reaper|kblockd|irq\/.*|watchdogd|scsi_eh_.*|idle_inject\/.*)$/;

/** Whether a name is one that only the kernel's own threads have (ps(1) shows them in brackets). */
export function looksLikeKernelThread(name: string): boolean {
  return KERNEL_THREAD.test(name);
}

export function hidingSigns(event: ExecEvent, inContainer: boolean): HidingSign[] {
  const { details } = event;
  const path = details?.exePath || event.path;
  const shown = printable(path, 200);
  const signs: HidingSign[] = [];
  const add = (sign: keyof typeof HIDING, says: string, technique: string): void => {
    signs.push({ sign, weight: HIDING[sign], says, technique });
  };
  if (details?.traits.memfd === true) add("memfd", "a program that is in memory only, in no folder", "T1620");
  else if (details?.traits.deleted === true) add("deleted", "a file whose last name was removed", "T1564");
  if (SHM.some((folder) => path.startsWith(folder))) add("shm", `${shown}, in shared memory`, "T1564");
  const name = baseName(path);
  if (/^[\s.]+$/.test(name)) add("blank", `a file with the name "${name}"`, "T1564.001");
  else if (isDotted(path)) add("dotted", `${shown}, hidden where anybody can write`, "T1564.001");
  const claimed = details?.argv[0] ?? "";
  if (looksLikeKernelThread(claimed) || looksLikeKernelThread(name))
    add("kernelThread", `${shown} under the name ${printable(claimed || name, 60)}, as of a kernel thread`, "T1036");
  else if (claimed.startsWith("/") && isSystemPath(claimed) && !isSystemPath(path) && !isMemory(event))
    add("borrowedPath", `${shown} under the name ${printable(claimed, 100)}`, "T1036.005");
  if (DAEMONS.has(name) && !isSystemPath(path)) {
    const place = WRITABLE.some((folder) => path.startsWith(folder)) ? "daemonWritable" : "daemonElsewhere";
    add(place, `${shown}, which has a system daemon's name`, "T1036.005");
  }
  if (inContainer && details?.traits.upperLayer === true)
    add("upperLayer", `${shown}, which is not of its container's image`, "T1105");
  return signs;
}

function isDotted(path: string): boolean {
  const folder = WRITABLE.find((each) => path.startsWith(each));
  return folder !== undefined && path.slice(folder.length - 1).includes("/.");
}

function isMemory(event: ExecEvent): boolean {
  return event.details?.traits.memfd === true;
}
