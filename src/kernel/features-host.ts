import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../core/errors.ts";
import { type FeatureProbe, type Finding, no, type ProbeWorld, textOf, yes } from "./features-probe.ts";

/** Capabilities that the layer can use (capabilities(7), numbers of linux/capability.h). */
const CAPABILITIES = [
  { name: "CAP_BPF", bit: 39, lost: "no eBPF: events come from procfs, and short-lived processes are missed" },
  { name: "CAP_PERFMON", bit: 38, lost: "eBPF programs cannot attach to tracepoints" },
  { name: "CAP_SYS_ADMIN", bit: 21, lost: "executables cannot be refused before they run" },
  { name: "CAP_SYS_RESOURCE", bit: 24, lost: "pressure triggers have windows of multiples of 2 s" },
  { name: "CAP_SYS_PTRACE", bit: 19, lost: "the executables of other users' processes are not seen" },
  { name: "CAP_KILL", bit: 5, lost: "processes of other users cannot be signalled" },
  { name: "CAP_SETUID", bit: 7, lost: "the learning part cannot be given a user of its own" },
] as const;

export const HOST_PROBES: readonly FeatureProbe[] = [
  {
    name: "root",
    area: "security",
    lost: "the layer runs in one process, read-only, on procfs and pressure files",
    needs: "root",
    attempt: ({ procRoot }) => {
      const uid = /^Uid:\t\d+\t(\d+)/m.exec(statusOf(procRoot))?.[1];
      return uid === "0" ? yes("effective user 0") : no(`effective user ${uid ?? "unknown"}`);
    },
  },
  ...CAPABILITIES.map(({ name, bit, lost }): FeatureProbe => ({
    name,
    area: "security",
    lost,
    needs: `root with ${name}, or AmbientCapabilities=${name} in the unit`,
    attempt: ({ procRoot }) =>
      (effectiveCapabilities(procRoot) >> BigInt(bit)) & 1n ? yes("effective") : no("not held"),
  })),
  program("setpriv", "neither hive nor prober can be started: nothing would end them with the warden"),
  program("unshare", "neither hive nor prober can be started: there is no room for them"),
  {
    name: "userns",
    area: "security",
    lost: "without root, the learning part cannot be put into namespaces of its own",
    needs: "user.max_user_namespaces above 0, kernel.unprivileged_userns_clone=1 where it exists",
    attempt: tryUserNamespace,
  },
  {
    name: "swap",
    area: "actions",
    lost: "cold memory of batch work has nowhere to go",
    needs: "a swap device, file or zram",
    attempt: ({ procRoot }) => {
      const devices = (textOf(join(procRoot, "swaps")) ?? "").trim().split("\n").length - 1;
      return devices > 0 ? yes(`${devices} in use`) : no("none");
    },
  },
  {
    name: "lockdown.none",
    area: "events",
    lost: "kernel lockdown may refuse kprobes, reads of kernel memory and other means of eBPF",
    needs: "securityfs on /sys/kernel/security, so that it can be told; where it is on, a boot without lockdown=",
    attempt: ({ sysRoot }) => {
      const mode = /\[(\w+)\]/.exec(textOf(join(sysRoot, "kernel/security/lockdown")) ?? "")?.[1];
      if (mode === undefined) return no("cannot be told: no kernel/security/lockdown (securityfs not mounted?)");
      return mode === "none" ? yes("none") : no(mode);
    },
  },
];

function statusOf(procRoot: string): string {
  return textOf(join(procRoot, "self/status")) ?? "";
}

function effectiveCapabilities(procRoot: string): bigint {
  const hex = /^CapEff:\t([0-9a-f]{1,16})$/m.exec(statusOf(procRoot))?.[1];
  return hex === undefined ? 0n : BigInt(`0x${hex}`);
}

function program(name: string, lost: string): FeatureProbe {
  return {
    name: `program.${name}`,
    area: "security",
    lost,
    needs: "package util-linux",
    attempt: (world) => {
      const file = which(name, world);
      return file === undefined ? no("not in PATH") : yes(file);
    },
  };
}

function which(name: string, { path }: ProbeWorld): string | undefined {
  return path
    .split(":")
    .filter((folder) => folder.startsWith("/"))
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const TRY_MS = 2000;

function tryUserNamespace(world: ProbeWorld): Finding {
  const unshare = which("unshare", world);
  if (unshare === undefined) return no("cannot be tried: unshare is not in PATH");
  const result = spawnSync(unshare, ["--user", "--map-root-user", "true"], {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: TRY_MS,
    env: { PATH: world.path },
  });
  if (result.status === 0) return yes("made one");
  if (result.error !== undefined) return no(errnoOf(result.error) || "could not be started");
  return no(result.stderr.toString("utf8").trim().split("\n")[0]?.slice(0, 120) ?? "refused");
}
