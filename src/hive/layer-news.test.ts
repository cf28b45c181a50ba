import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { defaultConfig } from "../core/config.ts";
import type { GuardInfo } from "../core/guard-info.ts";
import type { IncidentNews } from "../core/output-record.ts";
import { seededRandom } from "../core/random.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { Layer } from "./layer.ts";

const GUARD: GuardInfo = {
  sinceMs: 0,
  outcomes: { applied: 0, renewed: 0, observed: 0, advised: 0, refused: 7 },
  codes: {},
  alarms: [{ id: "al-1", alarm: "flood", sinceMs: 1, lastMs: 2, count: 1, agents: ["x"], latest: "much" }],
  waiting: [],
};

function world(store = createMemoryStore()) {
  const told: IncidentNews[] = [];
  const answer = { request: "", ok: true, code: "", says: "" };
  const layer = new Layer({
    hello: {
      version: "test",
      config: defaultConfig,
      folder: "/nowhere",
      events: "ebpf",
      missing: [],
      bootWallMs: 0,
      wardenPid: 1,
    },
    arrangement: "warden and hive",
    clock: new FakeClock(),
    random: seededRandom(1),
    store,
    guard: {
      propose: () => undefined,
      undo: () => Promise.resolve(answer),
      restore: () => Promise.resolve(answer),
      watch: () => undefined,
    },
    tell: (news) => void told.push(news),
  });
  return { layer, told, store };
}

test("an incident is told outside when it opens and when people judge it, and not again by the next hive once it is taken", async () => {
  const { layer, told, store } = world();
  layer.takeGuard(GUARD);
  assert.deepEqual(
    told.map(({ change, incident }) => [change, incident]),
    [["opened", "i-al-1"]],
  );
  await layer.people.judge("i-al-1", "dismissed", "ann");
  assert.deepEqual([told[1]?.change, told[1]?.judgedBy], ["closed", "ann"]);
  for (const { id } of told) layer.takeTold(id);
  layer.saveMemory();
  assert.deepEqual(world(store).told, []);
});

test("what was not taken is told again by the next hive", () => {
  const { layer, told, store } = world();
  layer.takeGuard(GUARD);
  layer.saveMemory();
  assert.deepEqual(
    world(store).told.map(({ id }) => id),
    told.map(({ id }) => id),
  );
});

test("an output that lost something, or cannot be reached, stands among what is missing", () => {
  const { layer } = world();
  const fine = { name: "log", to: "file", delivered: 3, waiting: 0, waitingBytes: 0, dropped: 0, dead: 0, retries: 0 };
  layer.takeOutputs([fine]);
  assert.deepEqual(layer.people.status().missing, []);
  layer.takeOutputs([
    { ...fine, waiting: 12, trouble: "HTTP 503" },
    { ...fine, name: "siem", dropped: 2 },
  ]);
  assert.deepEqual(layer.people.status().missing, [
    "output log: HTTP 503; 12 wait, 0 were lost, 0 put aside",
    "output siem: 0 wait, 2 were lost, 0 put aside",
  ]);
});
