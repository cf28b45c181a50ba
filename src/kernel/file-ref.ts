import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import type { FileRef } from "../core/entity.ts";

/** The kernel's own device and inode of a file; undefined where it is not there. Follows links, /proc/PID/exe too. */
export function fileOf(path: string): FileRef | undefined {
  let fd: number | undefined;
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    if (isOfDisk(dev)) return { dev: kernelDevice(dev), ino: Number(ino) };
    fd = openSync(path, O_PATH);
    return fileOfDescriptor(fd, [OWN_MOUNTS, path.replace(/\/(exe|cwd|root)$/, "/mountinfo")]);
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The same of an open file. Throws system errors. */
export function fileOfDescriptor(fd: number, mountTables: readonly string[] = [OWN_MOUNTS]): FileRef {
  const { dev, ino } = fstatSync(fd, { bigint: true });
  const device = isOfDisk(dev) ? undefined : mountedDevice(fd, mountTables);
  return { dev: device ?? kernelDevice(dev), ino: Number(ino) };
}

/** open(2): names a file without opening it. */
const O_PATH = constants.O_RDONLY | 0o10_000_000;
const OWN_MOUNTS = "/proc/self/mountinfo";

/**
 * Where the major number is 0 (proc(5)), stat(2) may name another device than the kernel's own file system has: each
 * subvolume of btrfs one of its own (btrfs_getattr in fs/btrfs/inode.c), overlay that of a layer.
 */
function isOfDisk(dev: bigint): boolean {
  return kernelDevice(dev) >= 1 << 20;
}

/** What the mount table says, which is the superblock's own number (show_mountinfo in fs/proc_namespace.c). */
function mountedDevice(fd: number, mountTables: readonly string[]): number | undefined {
  const mount = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
  for (const table of mount === undefined ? [] : mountTables) {
    const device = deviceOfMount(readMounts(table), Number(mount));
    if (device !== undefined) return device;
  }
  return undefined;
}

/** By mount id, out of a mount table (proc_pid_mountinfo(5)): "36 35 98:0 / /mnt …". */
export function deviceOfMount(mountinfo: string, mount: number): number | undefined {
  const found = new RegExp(`^${mount} \\d+ (\\d+):(\\d+) `, "m").exec(mountinfo);
  return found === null ? undefined : (Number(found[1]) << 20) | Number(found[2]);
}

function readMounts(table: string): string {
  try {
    return readFileSync(table, "utf8");
  } catch {
    return "";
  }
}

/** stat(2) spreads major and minor over 64 bits (makedev(3)); inside, the kernel has major << 20 | minor. */
export function kernelDevice(dev: bigint): number {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
  return Number((major << 20n) | minor);
}
