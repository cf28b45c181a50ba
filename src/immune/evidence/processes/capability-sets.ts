import type { Credentials } from "../../../core/event.ts";

/** Numbers of capabilities(7) with which a process makes itself root, or as good as: by identity, files, modules, other processes. */
const ROOT_LIKE = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_FOWNER: 3,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SETPCAP: 8,
  CAP_SYS_MODULE: 16,
  CAP_SYS_RAWIO: 17,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_MKNOD: 27,
  CAP_SETFCAP: 31,
  CAP_BPF: 39,
} as const;

/** Sets with so many are those of root itself, or of who made a user namespace: 41 exist, and files get one or two. */
const NEARLY_ALL = 30;

/** Names of those in a mask that are as good as root; masks are doubles, so no bit operators. */
export function rootLike(mask: number): string[] {
  return Object.entries(ROOT_LIKE)
    .filter(([, bit]) => Math.floor(mask / 2 ** bit) % 2 === 1)
    .map(([name]) => name);
}

export function isNearlyAll(mask: number): boolean {
  let count = 0;
  for (let rest = Math.floor(mask); rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count >= NEARLY_ALL;
}

/** Root, or able to become root without anybody's help. */
export function hasPower({ uid, euid, suid, caps }: Pick<Credentials, "uid" | "euid" | "suid" | "caps">): boolean {
  return uid === 0 || euid === 0 || suid === 0 || rootLike(caps.permitted).length > 0;
}
