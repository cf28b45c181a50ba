import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { failed, ok, type Result } from "../../src/core/errors.ts";

/*
 * What `tuned-adm profile latency-performance` would do on this host, without its daemon: the profile is read from the
 * distribution's package, each of its settings that exists here is made for the rounds of this arm and taken back after them. They
 * belong to the whole host, so what they were is on disk before the first is written.
 */

const PROFILE = "latency-performance";
const CACHE = join(import.meta.dirname, "..", "..", ".cache", "bench", "tuned");
const UNDO = join(CACHE, "undo.json");
const DMA_LATENCY = "/dev/cpu_dma_latency";
/** Only what such a profile sets; nothing else in a file from outside is ever written. */
const SYSCTL = /^(?:vm|kernel|net)(?:\.[a-z0-9_]+)+$/;

export interface TunedProfile {
  readonly says: string;
  readonly sysctls: readonly (readonly [path: string, value: string])[];
  /** Microseconds, where the profile bounds the latency of idle states and the host can. */
  readonly idleLatencyUs: number | undefined;
}

/** The parts of the profile that apply to this host. */
export function readTunedProfile(): Result<TunedProfile> {
  const found = profileFile();
  if (!found.ok) return found;
  const { sysctl = {}, cpu = {} } = sectionsOf(readFileSync(found.value, "utf8"));
  const wanted = Object.entries(sysctl).filter(([name, value]) => SYSCTL.test(name) && /^\d+$/.test(value));
  const sysctls = wanted
    .map(([name, value]) => [join("/proc/sys", name.replaceAll(".", "/")), value] as const)
    .filter(([path]) => existsSync(path));
  const latency = /\|(\d+)$/.exec(cpu["force_latency"] ?? "")?.[1];
  const idleLatencyUs = latency !== undefined && existsSync(DMA_LATENCY) ? Number(latency) : undefined;
  const applied = [
    ...sysctls.map(([path, value]) => `${path.slice("/proc/sys/".length).replaceAll("/", ".")}=${value}`),
    ...(idleLatencyUs === undefined ? [] : [`idle states of at most ${idleLatencyUs} µs`]),
  ];
  if (applied.length === 0) return failed("SW-LAB", `nothing in tuned's ${PROFILE} applies to this host`);
  const governor = existsSync("/sys/devices/system/cpu/cpu0/cpufreq")
    ? ""
    : "; this host has no frequency governor to set";
  return ok({
    says: `tuned's ${PROFILE}, as far as it applies here: ${applied.join(", ")}${governor}`,
    sysctls,
    idleLatencyUs,
  });
}

/** Makes the profile's settings; call what it returns to take them back. */
export function applyTuned({ sysctls, idleLatencyUs }: TunedProfile): () => void {
  const before = sysctls.map(([path]) => [path, readFileSync(path, "utf8").trim()] as const);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(UNDO, JSON.stringify(before), { mode: 0o600 });
  for (const [path, value] of sysctls) writeFileSync(path, value);
  const held = idleLatencyUs === undefined ? undefined : openSync(DMA_LATENCY, "r+");
  if (held !== undefined) {
    // Four bytes, and it holds as long as the file is open (Documentation/power/pm_qos_interface).
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(idleLatencyUs ?? 0);
    writeSync(held, bytes);
  }
  return () => {
    if (held !== undefined) closeSync(held);
    undoTuned();
  };
}

/** Also what a bench that was killed left. */
export function undoTuned(): void {
  if (!existsSync(UNDO)) return;
  const before = JSON.parse(readFileSync(UNDO, "utf8")) as [string, string][];
  for (const [path, value] of before)
    if (path.startsWith("/proc/sys/") && SYSCTL.test(path.slice("/proc/sys/".length).replaceAll("/", ".")))
      writeFileSync(path, value);
  rmSync(UNDO);
}

/** Where tuned is installed, its own; else from the package, which is fetched and unpacked but not installed. */
function profileFile(): Result<string> {
  const inside = `usr/lib/tuned/${PROFILE}/tuned.conf`;
  const places = [join("/", inside), join(CACHE, inside)];
  const here = places.find((path) => existsSync(path));
  if (here !== undefined) return ok(here);
  mkdirSync(CACHE, { recursive: true });
  const run = (command: string, ...args: string[]): boolean =>
    spawnSync(command, args, { cwd: CACHE, stdio: "ignore", timeout: 60_000 }).status === 0;
  if (!run("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", "tuned"))
    return failed("SW-LAB", "tuned's package cannot be fetched from the distribution");
  const file = readdirSync(CACHE).find((name) => name.endsWith(".deb"));
  if (file === undefined || !run("dpkg-deb", "-x", file, ".") || !existsSync(join(CACHE, inside)))
    return failed("SW-LAB", "tuned's package cannot be unpacked");
  return ok(join(CACHE, inside));
}

/** "[name]", then "key = value" lines; "#" begins a comment (tuned-profiles(7)). */
export function sectionsOf(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let current: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [, section] = /^\[([\w.]+)\]\s*$/.exec(line) ?? [];
    const [, key, value] = /^([\w.]+)\s*=\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (section !== undefined) current = sections[section] ??= {};
    else if (key !== undefined && value !== undefined) current[key] = value;
  }
  return sections;
}
