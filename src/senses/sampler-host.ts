import { join } from "node:path";
import { HOST } from "../core/entity.ts";
import type { Reading, ReadingName } from "../core/reading.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import type { HostUnits } from "../kernel/host.ts";
import { PRESSURE_RESOURCES, parsePressure, pressureFile, pressureShare } from "../kernel/pressure.ts";
import { fieldOf, KeptFile } from "./sampler-files.ts";
import { Rates } from "./sampler-rates.ts";

/** Readings of the whole host: pressure, usage, memory, waiting for a CPU. */
export class HostProbe {
  private readonly units: HostUnits;
  private readonly pressures: readonly (readonly ["cpu" | "memory" | "io", KeptFile])[];
  private readonly rootStat: KeptFile | undefined;
  private readonly procStat: KeptFile;
  private readonly meminfo: KeptFile;
  private readonly rates = new Rates();
  private slow: Reading[] = [];

  constructor(fs: CgroupFs, procRoot: string, units: HostUnits) {
    this.units = units;
    this.pressures = PRESSURE_RESOURCES.map(
      (resource) => [resource, new KeptFile(join(procRoot, pressureFile.host(resource)))] as const,
    );
    const root = fs.dir("v2", "/");
    this.rootStat = root === undefined ? undefined : new KeptFile(join(root, "cpu.stat"));
    this.procStat = new KeptFile(join(procRoot, "stat"));
    this.meminfo = new KeptFile(join(procRoot, "meminfo"));
  }

  /** `slowly`: also what costs more and changes slowly; else that is repeated. */
  sample(monoMs: number, slowly: boolean): Reading[] {
    const pressures = this.pressures.flatMap(([resource, file]) => {
      const some = this.rates.sample(resource, parsePressure(file.read())?.someUs, monoMs);
      return some === undefined ? [] : [hostReading(`pressure.${resource}.some`, pressureShare(some))];
    });
    // Whether the host is full is asked at every turn (core/crowding.ts).
    const usage = fieldOf(this.rootStat?.read(), "usage_usec");
    if (slowly) this.slow = this.sampleSlow(monoMs, usage === undefined);
    return [
      ...pressures,
      ...coresReading(this.rates.sample("root", usage === undefined ? undefined : usage / 1000, monoMs)),
      ...this.slow,
    ];
  }

  /** `uses`: cores as well. */
  private sampleSlow(monoMs: number, uses: boolean): Reading[] {
    const memory = memoryUsed(this.meminfo.read());
    return [
      ...(uses ? coresReading(this.cores(monoMs)) : []),
      ...(memory === undefined ? [] : [hostReading("memory.bytes", memory)]),
    ];
  }

  close(): void {
    for (const [, file] of this.pressures) file.close();
    for (const file of [this.rootStat, this.procStat, this.meminfo]) file?.close();
  }

  /**
   * CPU milliseconds per millisecond, which is cores, where v2's root does not tell: /proc/stat lists every interrupt, which is dear
   * on large hosts.
   */
  private cores(monoMs: number): number | undefined {
    const ticks = busyTicks(this.procStat.read());
    const busyMs = ticks === undefined ? undefined : (ticks * 1000) / this.units.ticksPerSecond;
    return this.rates.sample("stat", busyMs, monoMs);
  }
}

function coresReading(cores: number | undefined): Reading[] {
  return cores === undefined ? [] : [hostReading("cpu.cores", cores)];
}

function hostReading(name: ReadingName, value: number): Reading {
  return { entity: HOST, name, value };
}

/** user, nice, system, irq, softirq and steal of the first line of /proc/stat (proc_stat(5)): all but idle and iowait. */
export function busyTicks(text: string | undefined): number | undefined {
  const match = /^cpu +(\d+) (\d+) (\d+) \d+ \d+ (\d+) (\d+) (\d+)/.exec(text ?? "");
  return match?.slice(1).reduce((sum, field) => sum + Number(field), 0);
}

function memoryUsed(meminfo: string | undefined): number | undefined {
  const total = kibibytes(meminfo, "MemTotal");
  const available = kibibytes(meminfo, "MemAvailable");
  return total === undefined || available === undefined ? undefined : (total - available) * 1024;
}

function kibibytes(text: string | undefined, name: string): number | undefined {
  const match = new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text ?? "");
  return match ? Number(match[1]) : undefined;
}
