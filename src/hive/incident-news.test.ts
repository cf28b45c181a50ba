import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import type { Incident } from "../core/incident.ts";
import type { IncidentNews } from "../core/output-record.ts";
import { fromHive } from "../core/wire/schema.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { IncidentNewsDesk } from "./incident-news.ts";

const INCIDENT: Incident = {
  id: "i-1",
  atMs: 1000,
  lastMs: 1000,
  entity: "p:7@70",
  concentration: 2,
  kinds: ["destination", "fresh-file"],
  evidence: [],
  lineage: [],
  says: "x does not belong",
  count: 1,
  status: "open",
};

function world(store = createMemoryStore(), incidents: readonly Incident[] = []) {
  const clock = new FakeClock();
  const told: IncidentNews[] = [];
  const processes = { get: () => undefined, lineage: () => [] };
  const desk = new IncidentNewsDesk({ clock, store, processes, tell: (news) => void told.push(news) }, incidents);
  const take = (): string[] => told.splice(0).map(({ change, incident, count }) => `${change} ${incident} ${count}`);
  return { clock, store, desk, told, take };
}

test("an incident is told when it opens, when evidence of another kind comes, and when people have judged", () => {
  const { desk, take } = world();
  desk.report(INCIDENT);
  desk.report(INCIDENT);
  assert.deepEqual(take(), ["opened i-1 1"]);
  const more = { ...INCIDENT, kinds: [...INCIDENT.kinds, "rule"] };
  desk.report(more);
  desk.report({ ...more, techniques: ["T1105"] });
  desk.report({ ...more, techniques: ["T1105"], confirmed: true });
  desk.report({ ...more, techniques: ["T1105"], status: "dismissed", judgedBy: "ann" });
  assert.deepEqual(take(), ["grown i-1 1", "grown i-1 1", "grown i-1 1", "closed i-1 1"]);
});

test("a flood of repeats is told as it doubles, and then once a minute: none is told never", () => {
  const { clock, desk, take } = world();
  for (let count = 1; count <= 1000; count++) desk.report({ ...INCIDENT, count });
  const counts = take().map((each) => Number(each.split(" ")[2]));
  assert.deepEqual(counts, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
  clock.advance(61_000);
  desk.turn();
  assert.deepEqual(take(), ["grown i-1 1000"]);
  clock.advance(61_000);
  desk.turn();
  assert.deepEqual(take(), []);
});

test("what the warden has not confirmed is told again by the next hive, under the same id; the rest is not", () => {
  const first = world();
  // What was there at the start is kept; from here on only what the warden confirms is.
  first.desk.turn();
  first.store.putIncident(INCIDENT);
  first.desk.report(INCIDENT);
  const other = { ...INCIDENT, id: "i-2" };
  first.store.putIncident(other);
  first.desk.report(other);
  const [one, two] = first.told;
  first.desk.confirmed(one?.id ?? "");
  first.clock.advance(2000);
  first.desk.turn();
  const second = world(first.store, first.store.incidents(10));
  assert.deepEqual(
    second.told.map(({ id, change }) => [id, change]),
    [[two?.id, "opened"]],
  );
});

test("what happened before anybody was told outside is no news, what changes of it is", () => {
  const { desk, take, store } = world(createMemoryStore(), [INCIDENT]);
  assert.deepEqual(take(), []);
  desk.report({ ...INCIDENT, status: "dismissed" });
  assert.deepEqual(take(), ["closed i-1 1"]);
  assert.deepEqual(world(store, []).take(), []);
});

test("whatever an incident holds, the warden takes what is told of it", () => {
  const { desk, told } = world();
  const evidence = { atMs: 1, agent: "a", kind: "k", entity: "p:7@70", weight: 1, says: "s".repeat(1000), numbers: {} };
  desk.report({
    ...INCIDENT,
    says: "é".repeat(9000),
    kinds: Array.from({ length: 60 }, (_, index) => `kind ${index}`),
    techniques: Array.from({ length: 60 }, () => "T1105"),
    evidence: Array.from({ length: 60 }, () => evidence),
    lineage: Array.from({ length: 60 }, () => ({ process: "p:1@1", comm: "c", path: "/p".repeat(2000) })),
    judgedBy: "n".repeat(500),
    seenBefore: "i-0",
  });
  const [news] = told;
  const checked = fromHive.tell.safeParse(news);
  assert.ok(checked.success, checked.error?.message ?? "");
});
