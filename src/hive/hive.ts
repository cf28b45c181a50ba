import { serveApi } from "../api/server.ts";
import { AlignedTimer } from "../core/aligned-timer.ts";
import { systemClock } from "../core/clock.ts";
import { HeapCare } from "../core/heap-care.ts";
import type { IncidentNews } from "../core/output-record.ts";
import type { ReadingBatch } from "../core/reading.ts";
import type { WardenMessage } from "../core/wire/codec.ts";
import type { FromHive, Hello } from "../core/wire/messages.ts";
import { RecordDecoder } from "../senses/decode.ts";
import { Sequences } from "../senses/sequence.ts";
import { openStore } from "../store/store.ts";
import { openEventLink } from "./event-link.ts";
import { Layer } from "./layer.ts";
import { Requests } from "./requests.ts";
import { openWardenLink, type WardenLink } from "./warden-link.ts";

/** Set where the service manager has started this hive: the folder of the warden's door. */
const DOOR = process.env["SWARMS_DOOR"];
const ALIVE_MS = 500;
const SAVE_MS = 60_000;

/**
 * The hive process: everything that learns, thinks and serves, without privileges. It hears the warden on
 * descriptor 3, asks there for what it wants done, and ends when the warden does. The kernel's events come on
 * descriptor 4, in no order to what comes on 3.
 */
const requests = new Requests();
const sequences = new Sequences();
const decoder = new RecordDecoder(sequences);
const heap = new HeapCare();
let damagedRecords = 0;
let savedMs: number | undefined;
/** From the greeting on, before anything else is awaited: what is told in the same breath is heard. */
let layer: Layer | undefined;
let running: { stop(): Promise<void> } | undefined;

let link: WardenLink;

/** Called once, by main.ts. */
export function runHive(): void {
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  link = openWardenLink(take, (why) => void end(why), DOOR);
}

function take(message: WardenMessage): void {
  if (message.name === "hello") {
    start(message.body).catch((error: unknown) => fail(error));
    return;
  }
  if (message.name === "stop") return void end("the layer is stopping");
  if (layer === undefined) return;
  switch (message.name) {
    case "seen":
      return layer.takeSeen(message.body);
    case "sensed":
      return layer.takeEvents(message.body);
    case "readings":
      layer.takeReadings(withOwnLosses(message.body));
      heap.turn(systemClock.monoMs());
      save(layer);
      return;
    case "decision":
      return layer.takeDecision(message.body);
    case "reverted":
      return layer.takeReverted(message.body);
    case "leases":
      return layer.takeLeases(message.body);
    case "guard":
      return layer.takeGuard(message.body);
    case "config":
      return layer.useConfig(message.body);
    case "told":
      return layer.takeTold(message.body.id);
    case "outputs":
      return layer.takeOutputs(message.body);
    case "profileStates":
      return layer.takeProfiles(message.body);
    case "rules":
      return void layer.useRules(message.body);
    case "containers":
      return layer.takeContainers(message.body);
    case "addresses":
      return layer.takeAddresses(message.body);
    case "self":
      return layer.usePid(message.body.pid);
    case "answer":
      return requests.take(message.body);
  }
}

/** While readings are handled, which is at leisure (warden/hive-ease.ts): to write what was learned takes longest of all that is done by the minute. */
function save(mine: Layer): void {
  const nowMs = systemClock.monoMs();
  savedMs ??= nowMs;
  if (nowMs - savedMs < SAVE_MS) return;
  savedMs = nowMs;
  mine.saveMemory();
}

/** Takes the whole records at the beginning of `bytes`; says how many bytes they are. */
function takeRecords(taker: Layer, bytes: Uint8Array): number {
  const { consumed, damaged } = decoder.decode(bytes, taker.newBatch());
  damagedRecords += damaged;
  return consumed;
}

/** The warden never looks at a record: whether it can be read, and which never came, is found here. */
function withOwnLosses(batch: ReadingBatch): ReadingBatch {
  const losses = { ...batch.losses, damaged: batch.losses.damaged + damagedRecords };
  return { ...batch, losses, received: sequences.total() };
}

async function start(hello: Hello): Promise<void> {
  const opened = openStore(hello.folder, systemClock);
  if (!opened.ok) throw new Error(`${opened.code}: ${opened.says}`);
  const { store, notice } = opened.value;
  const missing = notice === undefined ? hello.missing : [...hello.missing, notice];
  const mine = new Layer({
    hello: { ...hello, missing },
    arrangement: "warden and hive",
    clock: systemClock,
    random: Math.random,
    store,
    guard: {
      propose: (proposal) => link.send("propose", proposal),
      undo: (action, by) => requests.ask((request) => link.send("undo", { request, action, by })),
      restore: (by) => requests.ask((request) => link.send("restore", { request, by })),
      watch: (viewers) => link.send("watch", { viewers }),
      profiles: (orders) => link.send("profiles", { orders: [...orders] }),
    },
    tell: (news) => link.send("tell", wireNews(news)),
    resolve: (revision, names) => link.send("resolve", { revision, names: [...names] }),
  });
  layer = mine;
  const api = await serveApi(mine.people, `${hello.folder}/api.sock`);
  if (!api.ok) throw new Error(`${api.code}: ${api.says}`);
  const events = openEventLink({
    door: DOOR,
    take: (bytes) => takeRecords(mine, bytes),
    onEnd: (why) => running && process.stderr.write(`${why}\n`),
  });
  link.send("wants", { kinds: [...mine.wants()] });
  mine.onWantsChanged((kinds) => link.send("wants", { kinds: [...kinds] }));
  let sequence = 0;
  const alive = new AlignedTimer(
    ALIVE_MS,
    () => link.send("alive", { seq: sequence++ }),
    () => systemClock.monoMs(),
  );
  running = {
    stop: async () => {
      alive.stop();
      events.close();
      await api.value.close();
      mine.saveMemory();
      store.close();
    },
  };
  link.send("ready", { pid: process.pid, permission: "permission" in process && process.permission !== undefined });
  for (const says of await mine.startPlugins()) process.stderr.write(`SW-PLUGIN: ${says}\n`);
}

/** The same with lists that may be written to, as the schema has them. */
function wireNews({ kinds, techniques, evidence, lineage, ...rest }: IncidentNews): FromHive["tell"] {
  const pieces = evidence.map(({ techniques: told, ...each }) => ({
    ...each,
    ...(told !== undefined && { techniques: [...told] }),
  }));
  return { ...rest, kinds: [...kinds], techniques: [...techniques], evidence: pieces, lineage: [...lineage] };
}

async function end(why: string): Promise<void> {
  // A second reason to end, or a stop that hangs, must not keep it alive.
  setTimeout(() => process.exit(1), 1500).unref();
  const stopping = running;
  running = undefined;
  if (why !== "the layer is stopping") process.stderr.write(`${why}\n`);
  await stopping?.stop();
  process.exit(0);
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
