import { parseDestination } from "../../core/destination.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { NetDenial, NetPolicy } from "../../kernel/host-access.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";

/**
 * Cuts a group from the network by eBPF programs on its v2 directory. They are held by links, which go with
 * the warden: whatever ends it, no cut is left behind, and a restore finds nothing to do. The state is
 * "open", or the setting that is in force: "all", "all but loopback", "only DESTINATION…".
 */
export const netDeny: Actuator = {
  kind: "net.deny",
  controller: "v2",
  probe(fs, cgroup) {
    const denial = denialOf(fs);
    const there = denial.ok ? fs.read("v2", cgroup, "cgroup.procs") : denial;
    return there.ok ? ok("cgroup.procs") : there;
  },
  read(fs, cgroup) {
    const inode = fs.inode("v2", cgroup);
    if (inode === undefined) return failed("SW-GUARD-GONE", `${cgroup} does not exist`);
    return ok(fs.host.net?.policyOf(inode) === undefined ? OPEN : wordsOf(fs.host.net.policyOf(inode)));
  },
  encode: (_, value) => MODES[value] ?? "",
  prepare(_, value, { config }) {
    if (MODES[value] !== ALLOW_LIST) return ok(MODES[value] ?? "");
    const { allow } = config.net;
    return allow.length === 0
      ? failed("SW-GUARD-BOUNDS", "mode 3 needs `net.allow` in the configuration; without it, it is mode 1")
      : ok(`${ALLOW_LIST} ${[...allow].sort().join(" ")}`);
  },
  apply(fs, cgroup, setting) {
    const [denial, policy] = [denialOf(fs), policyIn(setting)];
    const [dir, inode] = [fs.dir("v2", cgroup), fs.inode("v2", cgroup)];
    if (!denial.ok) return denial;
    if (policy === undefined) return failed("SW-GUARD-KNOB", `${JSON.stringify(setting)} is no way to deny`);
    if (dir === undefined || inode === undefined) return failed("SW-GUARD-GONE", `${cgroup} does not exist`);
    const denied = denial.value.deny(inode, dir, policy);
    return denied.ok ? ok("") : denied;
  },
  restore(fs, cgroup, raw) {
    const inode = fs.inode("v2", cgroup);
    if (raw !== OPEN) return failed("SW-GUARD-KNOB", `${JSON.stringify(raw)} was not ours`);
    if (inode === undefined) return failed("SW-GUARD-GONE", `${cgroup} does not exist`);
    fs.host.net?.allow(inode);
    return ok(undefined);
  },
  shows: (raw, setting) => raw === setting,
  same: (raw, other) => raw === other,
  value: (_, raw) =>
    Math.max(
      0,
      MODES.findIndex((mode) => mode !== "" && raw.startsWith(mode) && isWhole(mode, raw)),
    ),
  describe: (_, raw) => (raw === OPEN ? raw : `denied ${raw === "all" ? raw : raw.replace(ALLOW_LIST, "all but")}`),
};

const OPEN = "open";
const ALLOW_LIST = "only";
const MODES = ["", "all", "all but loopback", ALLOW_LIST] as const;

function isWhole(mode: string, raw: string): boolean {
  return mode === ALLOW_LIST || raw === mode;
}

function denialOf(fs: CgroupFs): Result<NetDenial> {
  const { net } = fs.host;
  if (net === undefined) return failed("SW-GUARD-KNOB", "this process of the layer cannot deny the network");
  return fs.hierarchy("v2") === undefined ? failed("SW-GUARD-KNOB", "no cgroup2 file system is mounted") : ok(net);
}

function wordsOf(policy: NetPolicy | undefined): string {
  if (policy === undefined) return OPEN;
  return policy.mode === "allow-list" ? `${ALLOW_LIST} ${policy.texts.join(" ")}` : policy.mode;
}

function policyIn(setting: string): NetPolicy | undefined {
  if (setting === "all" || setting === "all but loopback") return { mode: setting };
  const [word, ...texts] = setting.split(" ");
  const allow = texts.flatMap((text) => parseDestination(text) ?? []);
  return word === ALLOW_LIST && texts.length > 0 && allow.length === texts.length
    ? { mode: "allow-list", allow, texts }
    : undefined;
}
