/** capabilities(7), by bit (include/uapi/linux/capability.h). */
const NAMES = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
] as const;

/** "CAP_CHOWN CAP_KILL": names of the bits of a mask that is exact as a double. */
export function capabilityNames(mask: number): string {
  let rest = mask;
  const names: string[] = [];
  for (const name of NAMES) {
    if (rest % 2 === 1) names.push(`CAP_${name}`);
    rest = Math.floor(rest / 2);
  }
  return names.join(" ");
}

/** The mask of some names, with or without CAP_. */
export function capabilityMask(names: readonly string[]): number {
  return NAMES.reduce(
    (mask, name, bit) => (names.some((each) => each.replace(/^CAP_/, "") === name) ? mask + 2 ** bit : mask),
    0,
  );
}

/**
 * What no runtime gives to a container that is not started as privileged, each of them a way to the host. Not simply all there are:
 * where the host's own root lacks some (a virtual machine of a cloud, a container in a container), the most privileged lacks them too.
 */
const HOST_POWERS = capabilityMask(["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_BOOT", "SYSLOG", "AUDIT_CONTROL"]);

export function isPrivileged(mask: number): boolean {
  const own = BigInt(Math.floor(mask));
  return (own & BigInt(HOST_POWERS)) === BigInt(HOST_POWERS);
}
