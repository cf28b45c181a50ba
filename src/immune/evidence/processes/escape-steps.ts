import type { CallEvent } from "../../../core/event.ts";

/** One thing that a contained process does towards its host. */
export interface EscapeStep {
  readonly step: string;
  readonly weight: number;
  readonly says: string;
}

export const ESCAPE = {
  /** Programs that the kernel runs on the host, as root, by a path that is written here. */
  kernelHelper: 0.9,
  /** Written in vain: it was tried. */
  triedHelper: 0.4,
  module: 0.9,
  triedModule: 0.4,
  /** Files of the host by number, without a path: what Shocker did (2014). */
  handle: 0.8,
  /** Into namespaces of others; runtimes do it from outside. */
  setns: 0.6,
  device: 0.7,
  /** Asked for in vain, by names that only whole disks and runtimes have. */
  triedDevice: 0.4,
  runtimeSocket: 0.7,
  triedSocket: 0.4,
  cgroupMount: 0.5,
  /** /proc/1/root and its like: the host's, where the container shares its pids. */
  procRoot: 0.35,
  /** The same refused. */
  triedProcRoot: 0.35,
  bpf: 0.5,
  /** Other processes, traced or read: debuggers do it as well. */
  ptrace: 0.25,
  /** Builders of images and browsers do it as well. */
  newNamespace: 0.2,
  mount: 0.15,
  chroot: 0.25,
  refused: 0.1,
} as const;

/** Files whose content is a path that the kernel runs as root on the host, or a lever of the same power (proc(5), cgroups(7)). */
const HELPERS =
  /\/(?:release_agent|uevent_helper|core_pattern|modprobe|hotplug|poweroff_cmd|sysrq-trigger|binfmt_misc\/register|bpf_jit_enable|kcore|kmem)$/;
/** Of those, the ones that have a folder of the kernel's above them. */
const HELPER_PLACES =
  /^(?:\/proc\/|\/sys\/|.*\/(?:cgroup|rdma|memory|devices|freezer|core_pattern|kernel)\/|.*\/release_agent$)/;
/** Whole disks and their parts (Documentation/admin-guide/devices.txt), and memory. */
const DEVICES =
  /^\/dev\/(?:(?:sd|vd|xvd|hd)[a-z]+\d*|nvme\d+n\d+(?:p\d+)?|mmcblk\d+(?:p\d+)?|dm-\d+|mapper\/.+|mem|kmem|port)$/;
const RUNTIME_SOCKET = /\/(?:docker|containerd|crio|podman|dockershim|buildkitd|cri-dockerd)\.sock(?:\.ttrpc)?$/;
const PROC_ROOT = /^\/proc\/\d+\/(?:root|cwd|ns)(?:\/|$)/;
/** CLONE_NEWUSER and CLONE_NEWNS of clone(2): with both, anybody may mount. */
const FREEING = [0x1000_0000, 0x0002_0000];
const EPERM = -1;
const EACCES = -13;
/** Of what is not there, or has nobody behind it: to look for a way out is a step too. */
const IN_VAIN: readonly number[] = [-2, -6, -111];

/** What step a call of a contained process is; undefined where it is none. */
export function escapeStep(event: CallEvent): EscapeStep | undefined {
  const done = event.result >= 0;
  const isAsking = event.kind === "open.failed" || event.kind === "connected";
  const isRefused = event.result === EPERM || event.result === EACCES;
  if (!done && !isRefused && !(isAsking && IN_VAIN.includes(event.result))) return undefined;
  switch (event.kind) {
    case "module":
      return step(
        done ? "module" : "triedModule",
        done ? "loaded or removed a kernel module" : "tried to load a kernel module",
      );
    case "bpf":
      return done ? step("bpf", "loaded a program into the kernel (bpf)") : step("refused", "tried bpf");
    case "ptrace":
    case "vm.access":
      return done ? step("ptrace", "traced another process or read its memory") : undefined;
    case "namespace":
      return namespaceStep(event, done);
    case "mount":
      return mountStep(event, done);
    case "connected":
      return RUNTIME_SOCKET.test(event.address?.address ?? "")
        ? done
          ? step("runtimeSocket", `connected to the container runtime's socket ${event.address?.address}`)
          : step("triedSocket", `asked in vain for the container runtime's socket ${event.address?.address}`)
        : undefined;
    case "open.read":
    case "open.write":
    case "open.failed":
      return openStep(event);
    default:
      return undefined;
  }
}

function namespaceStep(event: CallEvent, done: boolean): EscapeStep | undefined {
  if (event.call === "setns") return step(done ? "setns" : "refused", "went into other namespaces (setns)");
  const flags = event.call === "clone3" ? event.args[2] : event.args[0];
  const frees = FREEING.some((bit) => Math.floor((flags ?? 0) / bit) % 2 === 1);
  return frees ? step(done ? "newNamespace" : "refused", "made namespaces of its own") : undefined;
}

function mountStep(event: CallEvent, done: boolean): EscapeStep | undefined {
  if (event.call.startsWith("umount")) return undefined;
  if (event.call === "chroot")
    return PROC_ROOT.test(event.path) || /^\/(?:host|mnt|rootfs)(?:\/|$)/.test(event.path)
      ? step("chroot", `made ${event.path} its root`)
      : undefined;
  if (!done) return step("refused", "tried to mount");
  if (DEVICES.test(event.path)) return step("device", `mounted ${event.path}, a disk of the host`);
  if (/cgroup/.test(event.path) || /cgroup|cgrp/.test(event.path2))
    return step("cgroupMount", `mounted cgroups at ${event.path2}`);
  return step("mount", "mounted a file system");
}

/** By where the file really is and by what was typed: either may be the one that tells. */
function openStep(event: CallEvent): EscapeStep | undefined {
  const paths = [event.fd?.path ?? "", event.path];
  const helper = paths.find((path) => HELPERS.test(path) && HELPER_PLACES.test(path));
  const isRefused = event.result === EPERM || event.result === EACCES;
  if (helper !== undefined && event.kind === "open.write")
    return step("kernelHelper", `opened ${helper} for writing: the kernel runs what stands there, on the host`);
  if (helper !== undefined && isRefused) return step("triedHelper", `tried to open ${helper}`);
  if (event.kind === "open.failed") return triedStep(event, isRefused);
  if (event.call === "open_by_handle_at") return step("handle", "opened a file by its number, without a path");
  const device = paths.find((path) => DEVICES.test(path));
  if (device !== undefined) return step("device", `opened ${device}, which is the host's`);
  return PROC_ROOT.test(event.path) && !event.path.startsWith("/proc/self")
    ? step("procRoot", `went through ${event.path}`)
    : undefined;
}

/** What was not opened: disks even where none is there, the host's places only where they are refused. */
function triedStep({ path }: CallEvent, isRefused: boolean): EscapeStep | undefined {
  if (DEVICES.test(path)) return step("triedDevice", `tried to open ${path}`);
  return isRefused && PROC_ROOT.test(path) ? step("triedProcRoot", `was refused ${path}`) : undefined;
}

function step(name: keyof typeof ESCAPE, says: string): EscapeStep {
  return { step: name, weight: ESCAPE[name], says };
}
