import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EntityKey } from "../core/entity.ts";
import { workloadKey } from "../core/entity.ts";
import type { Reading, ReadingName } from "../core/reading.ts";
import type { CgroupFs, Controller } from "../kernel/cgroup-fs.ts";
import { PRESSURE_RESOURCES, parsePressure, pressureFile, pressureShare } from "../kernel/pressure.ts";
import { fieldOf, KeptFile, numberOf } from "./sampler-files.ts";
import { type IoTotals, parseBlkio, parseIoStat } from "./sampler-io.ts";
import { parseMemoryEvents, parseMemoryFailures } from "./sampler-memory.ts";
import { Rates } from "./sampler-rates.ts";

type Put = (name: ReadingName, value: number | undefined) => void;

/**
 * The files of one group, in whichever hierarchies it exists: on a hybrid host the same path may be
 * in v2 (pressure, freezing, usage) and in v1 (weight, throttling, memory).
 */
export class CgroupProbe {
  readonly path: string;
  readonly entity: EntityKey;
  private readonly fs: CgroupFs;
  private readonly keep: boolean;
  private readonly files = new Map<string, KeptFile>();
  private readonly rates = new Rates();
  private inodes = "";
  /** Inode in the hierarchy of the cpu controller: the key of run-queue delays. */
  cpuInode: number | undefined;

  /** `name`: what the workload is called where that is not its path. `keep`: hold the files open. */
  constructor(fs: CgroupFs, path: string, options: { readonly name?: string; readonly keep?: boolean } = {}) {
    this.fs = fs;
    this.path = path;
    this.entity = workloadKey(options.name ?? path);
    this.keep = options.keep ?? true;
  }

  /** Whether the group is there. One made anew under the same path starts from nothing. */
  refresh(): boolean {
    this.cpuInode = inodeOf(this.fs, "cpu", this.path);
    const v2 = inodeOf(this.fs, "v2", this.path);
    const inodes = `${this.cpuInode ?? ""}/${v2 ?? ""}`;
    if (inodes !== this.inodes) this.close();
    this.inodes = inodes;
    return this.cpuInode !== undefined || v2 !== undefined;
  }

  /** CPU time used, by one or two files. */
  usage(monoMs: number): Reading[] {
    return this.collect((put) => put("cpu.cores", this.cores(monoMs)));
  }

  /** All else there is, by some ten files. */
  details(monoMs: number): Reading[] {
    return this.collect((put) => {
      put("cpu.throttled", this.throttled(monoMs));
      this.pressures(monoMs, put);
      put("frozen", this.frozen());
      put("cpu.weight", this.weight());
      put("cpu.idle", numberOf(this.read("cpu", "cpu.idle")));
      put("memory.bytes", this.memory());
      this.memoryEvents(monoMs, put);
      this.io(monoMs, put);
    });
  }

  close(): void {
    for (const file of this.files.values()) file.close();
    this.files.clear();
    this.rates.clear();
  }

  private collect(fill: (put: Put) => void): Reading[] {
    const readings: Reading[] = [];
    fill((name, value) => {
      if (value !== undefined) readings.push({ entity: this.entity, name, value });
    });
    return readings;
  }

  /**
   * v2 counts usage in every mount, with or without controllers; where its group is empty (hybrid
   * hosts whose processes are only in v1 groups) the v1 counter knows.
   */
  private cores(monoMs: number): number | undefined {
    const v2 = this.cpuStatUsage(monoMs);
    return this.isInV2() ? v2 : (this.cpuacct(monoMs) ?? v2);
  }

  /** Whether v2 knows its processes; on a pure host it does. */
  private isInV2(): boolean {
    if (this.fs.layout.cpu?.version !== 1) return true;
    const events = this.read("v2", "cgroup.events");
    return events !== undefined && fieldOf(events, "populated") === 1;
  }

  private cpuStatUsage(monoMs: number): number | undefined {
    const text = this.read("v2", "cpu.stat");
    const usPerMs = this.rates.sample("v2", fieldOf(text, "usage_usec"), monoMs);
    return usPerMs === undefined ? undefined : usPerMs / 1000;
  }

  private cpuacct(monoMs: number): number | undefined {
    if (this.fs.layout.cpu?.version !== 1) return undefined;
    const text = this.read("cpu", "cpuacct.usage") ?? this.readCpuacctMount();
    const nsPerMs = this.rates.sample("cpuacct", numberOf(text), monoMs);
    return nsPerMs === undefined ? undefined : nsPerMs / 1e6;
  }

  /** v1 can mount cpuacct by itself, then beside cpu under its own name. */
  private readCpuacctMount(): string | undefined {
    const cpu = this.fs.layout.cpu;
    if (cpu === undefined) return undefined;
    return this.readFile("cpuacct", () => join(dirname(cpu.dir), "cpuacct", this.path, "cpuacct.usage"));
  }

  /** Time throttled adds up over CPUs, so a wide group can exceed the wall clock: cut at all of the time. */
  private throttled(monoMs: number): number | undefined {
    const text = this.read("cpu", "cpu.stat");
    if (text === undefined) return undefined;
    const v1Ns = fieldOf(text, "throttled_time");
    const us = fieldOf(text, "throttled_usec") ?? (v1Ns === undefined ? undefined : v1Ns / 1000);
    const usPerMs = this.rates.sample("throttled", us, monoMs);
    return usPerMs === undefined ? undefined : Math.min(1, usPerMs / 1000);
  }

  /** An empty v2 group beside a v1 group with the processes would show a calm that is not there. */
  private pressures(monoMs: number, put: Put): void {
    if (!this.isInV2()) return;
    for (const resource of PRESSURE_RESOURCES) {
      const text = this.read("v2", pressureFile.cgroup(resource));
      const some = this.rates.sample(resource, parsePressure(text)?.someUs, monoMs);
      put(`pressure.${resource}.some`, some === undefined ? undefined : pressureShare(some));
    }
  }

  /** The state in force, a parent's freeze included. */
  private frozen(): number | undefined {
    const events = this.read("v2", "cgroup.events");
    if (events !== undefined) return fieldOf(events, "frozen");
    if (this.fs.layout.freezer?.version !== 1) return undefined;
    const state = this.read("freezer", "freezer.state");
    return state === undefined ? undefined : Number(state.startsWith("FROZEN"));
  }

  /** cpu.shares 1024 is weight 100, as systemd and the v2 default have it. */
  private weight(): number | undefined {
    if (this.fs.layout.cpu?.version === 2) return numberOf(this.read("cpu", "cpu.weight"));
    const shares = numberOf(this.read("cpu", "cpu.shares"));
    return shares === undefined ? undefined : (shares * 100) / 1024;
  }

  private memory(): number | undefined {
    const file = this.fs.layout.memory?.version === 1 ? "memory.usage_in_bytes" : "memory.current";
    return numberOf(this.read("memory", file));
  }

  private memoryEvents(monoMs: number, put: Put): void {
    const { high, max, oomKills } =
      this.fs.layout.memory?.version === 1
        ? parseMemoryFailures(this.read("memory", "memory.failcnt"), this.read("memory", "memory.oom_control"))
        : parseMemoryEvents(this.read("memory", "memory.events"));
    put("memory.high", this.perSecond("high", high, monoMs));
    put("memory.max", this.perSecond("max", max, monoMs));
    put("memory.oom.kills", oomKills);
  }

  private io(monoMs: number, put: Put): void {
    const totals = this.ioTotals();
    put("io.read.bytes", this.perSecond("read", totals?.readBytes, monoMs));
    put("io.write.bytes", this.perSecond("written", totals?.writtenBytes, monoMs));
    put("io.ops", this.perSecond("ops", totals?.ops, monoMs));
  }

  private ioTotals(): IoTotals | undefined {
    if (this.fs.layout.io?.version !== 1) return parseIoStat(this.read("io", "io.stat"));
    // The recursive files count the groups below too, as every other file of a group does (Linux 4.14).
    const of = (name: string): string | undefined =>
      this.read("io", `blkio.throttle.${name}_recursive`) ?? this.read("io", `blkio.throttle.${name}`);
    return parseBlkio(of("io_service_bytes"), of("io_serviced"));
  }

  private perSecond(name: string, value: number | undefined, monoMs: number): number | undefined {
    const perMs = this.rates.sample(name, value, monoMs);
    return perMs === undefined ? undefined : perMs * 1000;
  }

  private read(controller: Controller, file: string): string | undefined {
    return this.readFile(`${controller}/${file}`, () => {
      const dir = this.fs.dir(controller, this.path);
      return dir === undefined ? undefined : join(dir, file);
    });
  }

  /** By a name of its own: to make sure of a path and to put it together costs as much as to read the file. */
  private readFile(name: string, pathOf: () => string | undefined): string | undefined {
    const known = this.files.get(name);
    if (known !== undefined) return known.read();
    const path = pathOf();
    if (path === undefined) return undefined;
    const file = new KeptFile(path, this.keep);
    this.files.set(name, file);
    return file.read();
  }
}

/** CgroupFs.inode throws where a parent may not be entered; to a reader that is as good as gone. */
export function inodeOf(fs: CgroupFs, controller: Controller, path: string): number | undefined {
  const dir = fs.dir(controller, path);
  if (dir === undefined) return undefined;
  try {
    const stat = statSync(dir, { throwIfNoEntry: false });
    return stat?.isDirectory() ? stat.ino : undefined;
  } catch {
    return undefined;
  }
}
