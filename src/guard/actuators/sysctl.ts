import { SYSCTL_ACTIONS } from "../../core/actions-sysctl.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import { operatorSetting } from "../../kernel/sysctl.ts";
import type { Actuator } from "./actuator.ts";

type SysctlKind = keyof typeof SYSCTL_ACTIONS;

/** Settings of which the kernel keeps one and zeroes the other: where the other is in use, this one is not ours to take. */
const COUNTERPARTS: Readonly<Partial<Record<SysctlKind, string>>> = {
  "sysctl.vm.dirty_ratio": "vm/dirty_bytes",
  "sysctl.vm.dirty_background_ratio": "vm/dirty_background_bytes",
};

/** A setting of the whole host, a number in one file below /proc/sys. net.* are those of the layer's network namespace. */
function sysctl(kind: SysctlKind): Actuator {
  const { unit, min, max } = SYSCTL_ACTIONS[kind];
  const name = kind.slice("sysctl.".length);
  const file = name.replaceAll(".", "/");
  const read = (fs: CgroupFs): Result<string> => {
    const text = fs.read("host", "/", file);
    if (text.ok && !/^\d{1,10}$/.test(text.value)) return failed("SW-GUARD-KNOB", `${name} is no number`);
    return text.ok ? ok(text.value) : failed("SW-GUARD-KNOB", text.says);
  };
  const write = (fs: CgroupFs, raw: string): Result<void> =>
    /^\d{1,10}$/.test(raw)
      ? fs.write("host", "/", file, raw)
      : failed("SW-GUARD-KNOB", `${JSON.stringify(raw)} is no value of ${name}`);
  return {
    kind,
    controller: "host",
    probe(fs) {
      const found = read(fs);
      return found.ok ? ok(file) : found;
    },
    read,
    encode: (_, value) => String(value),
    claimed: (fs) => claimed(fs, name, COUNTERPARTS[kind]),
    apply(fs, _, setting) {
      // A baseline outside the bounds may be put back, but nothing outside them is ever set.
      if (!(Number(setting) >= min && Number(setting) <= max))
        return failed("SW-GUARD-BOUNDS", `${setting} for ${name}`);
      const written = write(fs, setting);
      return written.ok ? ok("") : written;
    },
    restore: (fs, _, raw) => write(fs, raw),
    shows: (raw, setting) => raw === setting,
    same: (raw, other) => raw === other,
    value: (_, raw) => Number(raw),
    describe: (_, raw) => `${raw} ${unit}`.replace(" flag", ""),
  };
}

function claimed(fs: CgroupFs, name: string, counterpart: string | undefined): Result<void> {
  const setting = operatorSetting(name, fs.host.etcRoot);
  if (setting !== undefined) return failed("SW-GUARD-YIELD", `${name} is set in ${setting}: it is the operator's`);
  const other = counterpart && fs.read("host", "/", counterpart);
  return other && other.ok && other.value !== "0"
    ? failed("SW-GUARD-YIELD", `${counterpart} is in use in place of ${name}`)
    : ok(undefined);
}

export const SYSCTL_ACTUATORS = Object.fromEntries(
  Object.keys(SYSCTL_ACTIONS).map((kind) => [kind, sysctl(kind as SysctlKind)]),
) as Record<SysctlKind, Actuator>;
