import { type Config, defaultConfig } from "../core/config.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { EVENT_KINDS, type EventKind } from "../core/event.ts";
import type { Incident } from "../core/incident.ts";
import { seededRandom } from "../core/random.ts";
import { NO_LOSSES, type Losses } from "../core/reading.ts";
import type { RuleSources } from "../core/rule-sources.ts";
import type { Hello } from "../core/wire/messages.ts";
import { RecordDecoder } from "../senses/decode.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import type { Store } from "../store/store.ts";
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
  rules?(config: Config): RuleSources | undefined;
  /** What the hive lives through before. */
  readonly lesson?: Lesson;
}

/** A recording of minutes as days: habits are learned by what returns, and a lab has no weeks. */
export interface Lesson {
  readonly source: ByteSource;
  /** Recorded wall-clock times at which a day passes; what is replayed after the lesson comes after the last of them. */
  readonly nights: readonly number[];
}

/** As `replay`, of the same events by a hive that is configured otherwise, or has learned before: what would it have made of them? */
export async function replayChanged(source: ByteSource, changes: ReplayChanges): Promise<Result<ReplayReport>> {
  const run = new Replay(changes);
  if (changes.lesson !== undefined) {
    const learned = await run.learn(changes.lesson);
    if (!learned.ok) return learned;
  }
  const recording = openRecording(source);
  if (!recording.ok) return recording;
  const { header, entries } = recording.value;
  const damage = await run.live(entries());
  return ok({ made: header.made, atMs: header.atMs, ...run.report(), damage });
}

/** Has a hive live through a lesson that ends about now, and leaves what it learned in `store`, for one that starts there. */
export async function learnFrom(
  lesson: Lesson,
  changes: Omit<ReplayChanges, "lesson">,
  store: Store,
): Promise<Result<void>> {
  return await new Replay(changes, store).learn(lesson);
}

class Replay {
  private readonly changes: Omit<ReplayChanges, "lesson">;
  private readonly clock = new ReplayClock();
  private readonly guard = new ReplayGuard(this.clock);
  private readonly store: Store;
  private readonly decoder = new RecordDecoder();
  private readonly frames: Record<string, number> = {};
  private readonly events = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 0])) as Record<EventKind, number>;
  private layer: Layer | undefined;
  private source: ReplayReport["source"] = "none";
  private firstMs: number | undefined;
  private losses: Losses = NO_LOSSES;
  private damagedRecords = 0;
  private number = 0;
  private config: Config = defaultConfig;

  constructor(
    changes: Omit<ReplayChanges, "lesson"> = { adjust: (config) => config },
    store: Store = createMemoryStore(),
  ) {
    this.changes = changes;
    this.store = store;
  }

  /** Then forgets all but what its agents remember: what comes next begins as after a restart. */
  async learn({ source, nights }: Lesson): Promise<Result<void>> {
    const recording = openRecording(source);
    if (!recording.ok) return recording;
    this.clock.spread(nights);
    const damage = await this.live(recording.value.entries());
    if (damage !== null) return failed(damage.code, damage.says);
    this.layer?.saveMemory();
    this.layer = undefined;
    this.firstMs = undefined;
    return ok(undefined);
  }

  /** A recording's hello begins a hive that has its rules before anything happens. */
  async live(entries: Generator<LocatedEntry, Damage | undefined>): Promise<Damage | null> {
    const damage = this.takeAll(entries, () => this.layer !== undefined);
    const rules = this.layer === undefined ? undefined : this.changes.rules?.(this.config);
    if (rules !== undefined) await this.layer?.useRules(rules);
    return damage ?? this.takeAll(entries);
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
    if (this.firstMs === undefined) this.firstMs = this.clock.monoMs();
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
    this.config = this.changes.adjust(hello.config);
    return new Layer({
      hello: { ...hello, config: this.config },
      arrangement: "rootless",
      clock,
      random: seededRandom(SEED),
      store,
      guard,
    });
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
        layer.useConfig(this.changes.adjust(message.body));
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
