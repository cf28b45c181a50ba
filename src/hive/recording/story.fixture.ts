import { FakeClock } from "../../core/clock.ts";
import { configSchema } from "../../core/config.ts";
import type { ProcessRef } from "../../core/entity.ts";
import { ok } from "../../core/errors.ts";
import type { SensedEvent } from "../../core/event.ts";
import { NO_LOSSES } from "../../core/reading.ts";
import { encodeEvents, encodeMessage } from "../../core/wire/codec.ts";
import { connectRecord, execRecord, exitRecord, type FixtureHead, forkRecord } from "../../senses/records.fixture.ts";
import type { ByteSource } from "./reader.ts";
import { beginRecording } from "./recorder.ts";
import type { RecordingWriter } from "./writer.ts";

export const TICK_NS = 10_000_000n;
const IPV4 = 4;

export function inMemory(bytes: Uint8Array): ByteSource {
  return { read: (at, length) => ok(bytes.subarray(at, at + length)) };
}

/** A host of which a recording is made, record by record as the kernel would write them. */
export class RecordedHost {
  readonly clock = new FakeClock(1_700_000_000_000, 500_000);
  readonly app: ProcessRef = { pid: 50, startTicks: 500 };
  private readonly parts: Uint8Array[] = [];
  private readonly writer: RecordingWriter;
  private nextPid = 100;

  constructor() {
    const init = { pid: 1, startTicks: 1 };
    const config = configSchema.parse({});
    const about = { uid: 1000, cgroup: "/app.slice", exe: { dev: 1, ino: 9 } };
    const begun = beginRecording(
      (bytes) => ok(void this.parts.push(bytes)),
      this.clock,
      { version: "test", config, events: "ebpf", missing: [], bootWallMs: 0, wardenPid: 77 },
      [
        {
          process: init,
          parent: { pid: 0, startTicks: 0 },
          comm: "systemd",
          path: "/usr/lib/systemd/systemd",
          ...about,
        },
        { process: this.app, parent: init, comm: "node", path: "/usr/bin/node", ...about },
      ],
    );
    if (!begun.ok) throw new Error(begun.says);
    this.writer = begun.value;
  }

  /** The application fetches something, as it does all day. */
  fetches(port: number): void {
    this.exits(this.spawns("/usr/bin/date"));
    const curl = this.spawns("/usr/bin/curl");
    this.connects(curl, port);
    this.exits(curl);
    this.clock.advance(500);
    this.reads();
  }

  /** Downloads, makes executable, runs what was just written, connects elsewhere. */
  drops(): void {
    this.fetches(9999);
    this.exits(this.spawns("/usr/bin/chmod"));
    this.connects(this.spawns("/tmp/x/payload", 1500), 4444);
  }

  spawns(path: string, ageMs = 1e9): ProcessRef {
    const child = { pid: this.nextPid++, startTicks: this.nextPid * 10 };
    this.events(forkRecord(this.head(this.app, "node"), child.pid, startNs(child)));
    const ctimeNs = BigInt(Math.round(this.clock.wallMs() - ageMs)) * 1_000_000n;
    const parent = { parentPid: this.app.pid, parentStartNs: startNs(this.app) };
    const file = { dev: 1, ino: BigInt([...path].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 2 ** 31) };
    const comm = path.slice(path.lastIndexOf("/") + 1);
    this.events(execRecord(this.head(child, comm), { ...parent, ...file, path, ctimeNs }));
    return child;
  }

  connects(process: ProcessRef, port: number): void {
    const address = [127, 0, 0, 1, ...Array.from({ length: 12 }, () => 0)];
    this.events(connectRecord(this.head(process, "x"), IPV4, address, port));
  }

  exits(process: ProcessRef): void {
    this.events(exitRecord(this.head(process, "x"), 0));
  }

  events(records: Uint8Array): void {
    this.clock.advance(1);
    this.writer.add(encodeEvents(records));
  }

  reads(): void {
    const atMs = this.clock.wallMs();
    this.writer.add(encodeMessage("readings", { atMs, workloads: [], readings: [], losses: NO_LOSSES, events: {} }));
  }

  /** One event of each kind, as decoded where there is no eBPF. */
  sensed(): void {
    const process = { pid: 60, startTicks: 600 };
    const base = { atNs: 7e9, process, comm: "tool", uid: 0, cgroupId: 1, cpuCgroupId: 1 };
    const file = { path: "/usr/bin/tool", exe: { dev: 1, ino: 60 }, ctimeMs: 5, mtimeMs: 5 };
    const events: SensedEvent[] = [
      { kind: "fork", ...base, process: this.app, child: process },
      { kind: "exec", ...base, parent: this.app, ...file },
      { kind: "connect", ...base, family: "ipv6", to: { address: "::1", port: 80 } },
      { kind: "exit", ...base, status: 0 },
    ];
    this.writer.add(encodeMessage("sensed", events));
  }

  /** What the recorded host's guard did. */
  decides(): void {
    const change = { action: "c-0001", kind: "freeze", cgroup: "/app.slice", from: "0", to: "1", untilMs: 5 } as const;
    this.writer.add(encodeMessage("decision", { ...change, proposal: "p-1", outcome: "applied", code: "", says: "" }));
    this.writer.add(
      encodeMessage("leases", [{ ...change, sinceMs: 1, agent: "containment", reason: "it does not fit" }]),
    );
    this.writer.add(encodeMessage("reverted", { action: "c-0001", cause: "undo", written: true, says: "" }));
  }

  /** What only a confused recorder would write in the middle. */
  hello(): void {
    const config = configSchema.parse({});
    const about = { version: "test", folder: "", events: "ebpf", missing: [], bootWallMs: 0, wardenPid: 77 } as const;
    this.writer.add(encodeMessage("hello", { ...about, config }));
  }

  /** Ends the chunk, as the clock does once a second. */
  flush(): void {
    this.writer.flush();
  }

  recording(): Uint8Array {
    this.writer.end();
    return Buffer.concat(this.parts);
  }

  private head(process: ProcessRef, comm: string): FixtureHead {
    const atNs = BigInt(Math.round(this.clock.monoMs() * 1e6));
    return { pid: process.pid, startNs: startNs(process), atNs, comm, uid: 1000 };
  }
}

function startNs({ startTicks }: ProcessRef): bigint {
  return BigInt(startTicks) * TICK_NS;
}
