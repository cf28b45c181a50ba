/**
 * What a signal can be about. A process is always pid plus start time, never a bare pid, so that a
 * reused pid is a different entity (proc_pid_stat(5), field 22, in clock ticks since boot).
 */
export interface ProcessRef {
  readonly pid: number;
  /** Start time in clock ticks (1/100 s) since boot, as in /proc/PID/stat. */
  readonly startTicks: number;
  /** Its text form, where whoever made this has it at hand; processKey builds it otherwise. */
  readonly key?: EntityKey;
}

/** Device (kernel encoding, major << 20 | minor) and inode of a file. */
export interface FileRef {
  readonly dev: number;
  readonly ino: number;
}

export interface EndpointRef {
  readonly address: string;
  readonly port: number;
}

/** A container, as its runtime names the cgroup: whoever may make cgroups can make such a name. */
export interface ContainerRef {
  /** "docker", "containerd", "cri-o", "podman", "lxc", "systemd-nspawn", or "kubernetes" where only the pod's folder tells. */
  readonly runtime: string;
  /** As in the path: 64 hexadecimal digits, or a name. */
  readonly id: string;
}

export type Entity =
  | ({ readonly kind: "process" } & ProcessRef)
  | { readonly kind: "workload"; readonly name: string }
  | ({ readonly kind: "file" } & FileRef)
  | ({ readonly kind: "endpoint" } & EndpointRef)
  | { readonly kind: "host" };

/** Text form of an entity, the key of the field: `p:PID@TICKS`, `w:NAME`, `f:DEV:INO`, `e:ADDRESS|PORT`, `host`. */
export type EntityKey = string;

export const HOST: EntityKey = "host";

export function processKey(ref: ProcessRef): EntityKey {
  return ref.key ?? `p:${ref.pid}@${ref.startTicks}`;
}

/** A workload is named by its cgroup path ("/batch.slice/x") or, where the host has none, by a group label ("exe:redis-server"). */
export function workloadKey(name: string): EntityKey {
  return `w:${name}`;
}

export function fileKey(ref: FileRef): EntityKey {
  return `f:${ref.dev}:${ref.ino}`;
}

export function endpointKey(ref: EndpointRef): EntityKey {
  return `e:${ref.address}|${ref.port}`;
}

/** Inverse of the four functions above; undefined for any other text. */
export function parseEntityKey(key: EntityKey): Entity | undefined {
  if (key === HOST) return { kind: "host" };
  const process = /^p:(\d{1,10})@(\d{1,15})$/.exec(key);
  if (process) return { kind: "process", pid: Number(process[1]), startTicks: Number(process[2]) };
  if (key.startsWith("w:") && key.length > 2) return { kind: "workload", name: key.slice(2) };
  const file = /^f:(\d{1,10}):(\d{1,16})$/.exec(key);
  if (file) return { kind: "file", dev: Number(file[1]), ino: Number(file[2]) };
  const endpoint = /^e:(.+)\|(\d{1,5})$/.exec(key);
  if (endpoint) return { kind: "endpoint", address: endpoint[1]!, port: Number(endpoint[2]) };
  return undefined;
}
