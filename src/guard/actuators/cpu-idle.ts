import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";
import { defaultWeight, weightFile, writeWeight } from "./cpu-weight.ts";

/**
 * Run a group only when no other task wants the CPU. Its state is two numbers, "IDLE WEIGHT", because
 * the kernel forgets the weight: cpu.idle = 0 resets it to the default, and while cpu.idle = 1 it can be
 * neither read (3 shares, weight 0) nor written (sched_group_set_idle in kernel/sched/fair.c).
 */
export const cpuIdle: Actuator = {
  kind: "cpu.idle",
  controller: "cpu",
  probe(fs, cgroup) {
    const raw = fs.read("cpu", cgroup, "cpu.idle");
    return raw.ok ? ok("cpu.idle") : raw;
  },
  read(fs, cgroup) {
    const idle = fs.read("cpu", cgroup, "cpu.idle");
    if (!idle.ok) return idle;
    const weight = fs.read("cpu", cgroup, weightFile(fs));
    return weight.ok ? ok(`${idle.value} ${weight.value}`) : weight;
  },
  encode: (_, value) => String(value),
  apply(fs, cgroup, setting, baseline) {
    const { idle, weight } = parse(baseline);
    // A group that was idle before has no weight to put back: it starts from the kernel's default.
    const done = switchTo(fs, cgroup, setting, idle === "0" ? weight : defaultWeight(fs));
    return done.ok ? ok("") : done;
  },
  restore(fs, cgroup, raw) {
    const { idle, weight } = parse(raw);
    return switchTo(fs, cgroup, idle, weight);
  },
  shows: (raw, setting) => parse(raw).idle === setting,
  same: (raw, other) => parse(raw).idle === parse(other).idle,
  value: (_, raw) => Number(parse(raw).idle),
  describe: (_, raw) => (parse(raw).idle === "1" ? "idle" : "not idle"),
  rebase: (baseline, before) =>
    parse(before).idle === "0" ? `${parse(baseline).idle} ${parse(before).weight}` : baseline,
  halfway: (fs, raw, baseline) => raw === `0 ${defaultWeight(fs)}` && parse(baseline).idle === "0" && raw !== baseline,
};

/** The weight that comes back with a state, as a state of cpu.weight. */
export function weightUnder(baseline: string): string {
  return parse(baseline).weight;
}

export function withWeight(baseline: string, weight: string): string {
  return parse(baseline).idle === "0" && /^\d+$/.test(weight) ? `0 ${weight}` : baseline;
}

function switchTo(fs: CgroupFs, cgroup: string, idle: string, weight: string): Result<void> {
  if (idle !== "0" && idle !== "1") return failed("SW-GUARD-KNOB", `${JSON.stringify(idle)} is not a flag`);
  const switched = fs.write("cpu", cgroup, "cpu.idle", idle);
  return !switched.ok || idle === "1" ? switched : writeWeight(fs, cgroup, weight);
}

function parse(raw: string): { readonly idle: string; readonly weight: string } {
  const [idle, weight] = raw.split(" ");
  return { idle: idle ?? "", weight: weight ?? "" };
}
