import type { Config } from "../core/config.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { EVENT_KINDS, type EventKind } from "../core/event.ts";
import type { Incident } from "../core/incident.ts";
import { seededRandom } from "../core/random.ts";
import { NO_LOSSES, type Losses } from "../core/reading.ts";
import type { RuleSources } from "../core/rule-sources.ts";
import type { Hello } from "../core/wire/messages.ts";
import { RecordDecoder } from "../senses/decode.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { Layer } from "./layer.ts";
import { type ByteSource, type Damage, type LocatedEntry, openRecording } from "./recording/reader.ts";
import { checkRecorded, type RecordedMessage } from "./recording/schema.ts";
import { ReplayClock } from "./replay-clock.ts";
import { type Asked, ReplayGuard } from "./replay-guard.ts";

/** What the hive made of a recording: the same for the same bytes, ids included. */
export interface ReplayReport {
  readonly made: string;
  /** Wall-clock ms of the recording's begin. */
  readonly atMs: number;
  readonly source: "ebpf" | "procfs" | "none";
  /** Milliseconds from the first entry to the last. */
  readonly spanMs: number;
  readonly frames: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<EventKind, number>>;
  /** As counted when it was recorded; `damaged` is what could not be read now. */
  readonly losses: Losses;
  readonly damagedRecords: number;
  /** The latest first. */
  readonly incidents: readonly Incident[];
  readonly proposals: { readonly total: number; readonly kinds: readonly Asked[] };
  /** Decisions that the recorded host's own guard made; the replay asks its own. */
  readonly decisions: number;
  readonly damage: Damage | null;
}

const SEED = 1;
const MAX_INCIDENTS = 10_000;

/**
 * Runs the hive on a recording: its clocks are the recorded ones, its chance is seeded, its memory begins empty,
 * and a guard that only observes answers it. Fails where nothing can be read; otherwise the report has
 * everything in front of the damage.
 */
export function replay(source: ByteSource): Result<ReplayReport> {
  const recording = openRecording(source);
  if (!recording.ok) return recording;
  const { header, entries } = recording.value;
  const run = new Replay();
  const damage = run.takeAll(entries());
  return ok({ made: header.made, atMs: header.atMs, ...run.report(), damage });
}

/** What a recorded hive is given that is not in a recording, or otherwise than on the recorded host. */
export interface ReplayChanges {
  adjust(config: Config): Config;
  /** Rule files, asked for once the configuration is known: a recording holds none. */
  rules?(): RuleSources | undefined;
}

/** As `replay`, of the same events by a hive that is configured otherwise: what would it have made of them? */
export async function replayChanged(source: ByteSource, changes: ReplayChanges): Promise<Result<ReplayReport>> {
  const recording = openRecording(source);
  if (!recording.ok) return recording;
  const { header } = recording.value;
  const entries = recording.value.entries();
  const run = new Replay(changes.adjust);
  let damage = run.takeAll(entries, () => run.hasBegun);
  const rules = changes.rules?.();
  if (rules !== undefined) await run.useRules(rules);
  if (damage === null) damage = run.takeAll(entries);
  return ok({ made: header.made, atMs: header.atMs, ...run.report(), damage });
}

class Replay {
  private readonly adjust: (config: Config) => Config;
  private readonly clock = new ReplayClock();
  private readonly guard = new ReplayGuard(this.clock);
  private readonly store = createMemoryStore();
  private readonly decoder = new RecordDecoder();
  private readonly frames: Record<string, number> = {};
  private readonly events = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 0])) as Record<EventKind, number>;
  private layer: Layer | undefined;
  private source: ReplayReport["source"] = "none";
  private firstMs: number | undefined;
  private losses: Losses = NO_LOSSES;
  private damagedRecords = 0;
  private number = 0;

  constructor(adjust: (config: Config) => Config = (config) => config) {
    this.adjust = adjust;
  }

  get hasBegun(): boolean {
    return this.layer !== undefined;
  }

  async useRules(rules: RuleSources): Promise<void> {
    await this.layer?.useRules(rules);
  }

  /** Until the end, or until what is wrong with an entry that was whole as bytes; or until `isDone`. */
  takeAll(entries: Generator<LocatedEntry, Damage | undefined>, isDone = (): boolean => false): Damage | null {
    while (!isDone()) {
      this.number++;
      const next = entries.next();
      if (next.done === true) return next.value ?? null;
      const taken = this.takeEntry(next.value);
      if (!taken.ok) {
        const { chunk, atByte } = next.value;
        return {
          code: taken.code,
          says: `chunk ${chunk} at byte ${atByte}, entry ${this.number}: ${taken.says}`,
          chunk,
          atByte,
        };
      }
    }
    return null;
  }

  private takeEntry(entry: LocatedEntry): Result<void> {
    const message = checkRecorded(entry);
    if (!message.ok) return message;
    this.clock.to(entry);
    if (this.firstMs === undefined) this.firstMs = entry.monoMs;
    const { name } = message.value;
    if ((this.layer === undefined) !== (name === "hello"))
      return failed(
        "SW-RECORDING-DAMAGED",
        `${name} where ${name === "hello" ? "the hive runs already" : "hello is due"}`,
      );
    this.frames[name] = (this.frames[name] ?? 0) + 1;
    if (message.value.name === "hello") this.layer = this.start(message.value.body);
    else if (this.layer !== undefined) this.take(this.layer, message.value);
    return ok(undefined);
  }

  private start(hello: Hello): Layer {
    const { clock, guard, store } = this;
    this.source = hello.events;
    guard.begin();
    return new Layer({ hello: { ...hello, config: this.adjust(hello.config) }, arrangement: "rootless", clock, random: seededRandom(SEED), store, guard });
  }

  private take(layer: Layer, message: RecordedMessage): void {
    switch (message.name) {
      case "seen":
        layer.takeSeen(message.body);
        break;
      case "events":
        this.takeRecords(layer, message.body);
        break;
      case "sensed":
        for (const event of message.body) this.events[event.kind]++;
        layer.takeEvents(message.body);
        break;
      case "readings":
        this.losses = message.body.losses;
        layer.takeReadings(message.body);
        break;
      case "config":
        layer.useConfig(this.adjust(message.body));
        break;
      default:
        // What the recorded host's guard said and held is about proposals that this hive never made.
        break;
    }
    this.guard.settle((decision) => layer.takeDecision(decision));
  }

  private takeRecords(layer: Layer, bytes: Uint8Array): void {
    const take = layer.newBatch();
    const { damaged, consumed } = this.decoder.decode(bytes, (event) => {
      this.events[event.kind]++;
      take(event);
    });
    // In a recording each piece ends with a whole record; a header that cannot be right is counted already.
    const cut = damaged === 0 && consumed < bytes.length ? 1 : 0;
    this.damagedRecords += damaged + cut;
  }

  report(): Omit<ReplayReport, "made" | "atMs" | "damage"> {
    return {
      source: this.source,
      spanMs: this.clock.monoMs() - (this.firstMs ?? this.clock.monoMs()),
      frames: this.frames,
      events: this.events,
      losses: this.losses,
      damagedRecords: this.damagedRecords,
      incidents: this.store.incidents(MAX_INCIDENTS),
      proposals: this.guard.proposals(),
      decisions: this.frames["decision"] ?? 0,
    };
  }
}
