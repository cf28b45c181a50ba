import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "../core/config.ts";
import type { Incident } from "../core/incident.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { inMemory, RecordedHost } from "./recording/story.fixture.ts";
import { learnFrom, replay, replayChanged, type ReplayChanges } from "./replay.ts";

const same: ReplayChanges = { adjust: (config) => config };

const without = (...off: readonly string[]): ReplayChanges => ({
  adjust: (config: Config) => ({
    ...config,
    colonies: { ...config.colonies, immune: { ...config.colonies.immune, off: [...off] } },
  }),
});

function ordinary(requests = 40): RecordedHost {
  const host = new RecordedHost();
  for (let i = 0; i < requests; i++) host.fetches(8080);
  return host;
}

/** A day's work in which a program is run that is new, and a connection made that is. */
function withFirsts(): RecordedHost {
  const host = ordinary();
  host.drops();
  return host;
}

async function incidentsOf(bytes: Uint8Array, changes: ReplayChanges): Promise<readonly Incident[]> {
  const report = await replayChanged(inMemory(bytes), changes);
  assert.ok(report.ok, report.ok ? "" : report.says);
  assert.equal(report.value.damage, null);
  return report.value.incidents;
}

test("unchanged, a replay says what a replay says", async () => {
  const bytes = withFirsts().recording();
  const [plain, changed] = [replay(inMemory(bytes)), await replayChanged(inMemory(bytes), same)];
  assert.deepEqual(changed, plain);
});

test("without the agents whose evidence it rests on, the same recording is no incident", async () => {
  const bytes = withFirsts().recording();
  const [incident] = await incidentsOf(bytes, same);
  const agents = incident?.evidence.map(({ agent }) => agent) ?? [];
  assert.ok(agents.includes("lineage"));
  assert.deepEqual(await incidentsOf(bytes, without(...agents)), []);
});

test("what was learned before makes a first of what is none to an empty memory", async () => {
  const short = new RecordedHost();
  short.drops();
  const bytes = short.recording();
  const source = inMemory(ordinary().recording());
  const speaks = async (changes: ReplayChanges): Promise<boolean> =>
    (await incidentsOf(bytes, changes)).some(({ kinds }) => kinds.includes("lineage"));
  assert.equal(await speaks(same), false);
  assert.equal(await speaks({ ...same, lesson: { source, nights: [0] } }), true);
});

test("a first that returns on later days is learned; on the same day it is not", async () => {
  const host = ordinary();
  const mornings: number[] = [];
  for (let day = 0; day < 3; day++) {
    host.exits(host.spawns("/usr/bin/rsync"));
    host.reads();
    host.flush();
    mornings.push(host.clock.wallMs());
    host.clock.advance(5);
  }
  const bytes = host.recording();
  const memoryOf = async (nights: readonly number[]): Promise<string> => {
    const store = createMemoryStore();
    const learned = await learnFrom({ source: inMemory(bytes), nights }, same, store);
    assert.ok(learned.ok);
    return JSON.stringify(store.loadMemory("lineage"));
  };
  assert.match(await memoryOf(mornings), /rsync/);
  assert.doesNotMatch(await memoryOf([]), /rsync/);
});

test("a lesson that cannot be read to its end is said, and nothing is judged", async () => {
  const bytes = ordinary().recording();
  const source = inMemory(bytes.subarray(0, bytes.length - 20));
  const report = await replayChanged(inMemory(bytes), { ...same, lesson: { source, nights: [] } });
  assert.equal(report.ok ? "" : report.code, "SW-RECORDING-DAMAGED");
});
