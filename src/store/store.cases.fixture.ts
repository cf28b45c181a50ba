import assert from "node:assert/strict";
import { test } from "node:test";
import type { Incident } from "../core/incident.ts";
import { STORE_LIMITS, type Store } from "./store-port.ts";

export function incidentCase(id: string, lastMs: number, part: Partial<Incident> = {}): Incident {
  return {
    id,
    atMs: 1,
    lastMs,
    entity: "p:7@70",
    concentration: 2,
    kinds: ["lineage", "fresh-file"],
    evidence: [],
    lineage: [],
    says: "something",
    count: 1,
    status: "open",
    ...part,
  };
}

/** What every store must hold; `make` gives an empty one that keeps at most `rows` rows. */
export function storeCases(name: string, make: (rows: number) => Store): void {
  const using =
    (rows: number, body: (store: Store) => void): (() => void) =>
    () => {
      const store = make(rows);
      try {
        body(store);
      } finally {
        store.close();
      }
    };

  test(
    `${name}: gives back the memory it was given, the latest of each agent`,
    using(10, (store) => {
      assert.equal(store.loadMemory("lineage"), undefined);
      assert.deepEqual(store.saveMemory("lineage", { a: [1, "é'\"\u0000"] }), { ok: true, value: undefined });
      store.saveMemory("destination", { b: 2 });
      assert.deepEqual(store.loadMemory("lineage"), { a: [1, "é'\"\u0000"] });
      store.saveMemory("lineage", { a: 3 });
      assert.deepEqual(store.loadMemory("lineage"), { a: 3 });
      assert.deepEqual(store.loadMemory("destination"), { b: 2 });
    }),
  );

  test(
    `${name}: refuses memory that is no JSON or too large, and keeps what was there`,
    using(10, (store) => {
      store.saveMemory("lineage", { a: 1 });
      const round: { self?: unknown } = {};
      round.self = round;
      for (const bad of [undefined, () => 1, round, 10n, "x".repeat(STORE_LIMITS.memoryChars)]) {
        const result = store.saveMemory("lineage", bad);
        assert.equal(result.ok ? "" : result.code, "SW-STORE-LARGE");
      }
      assert.deepEqual(store.loadMemory("lineage"), { a: 1 });
    }),
  );

  test(
    `${name}: remembers a bounded number of agents`,
    using(10, (store) => {
      for (let i = 0; i < STORE_LIMITS.agents; i++) assert.equal(store.saveMemory(`agent-${i}`, i).ok, true);
      assert.equal(store.saveMemory("one-too-many", 1).ok, false);
      assert.equal(store.saveMemory("agent-3", 33).ok, true);
      assert.equal(store.loadMemory("agent-3"), 33);
    }),
  );

  test(
    `${name}: lists incidents with the latest first, counts the open ones`,
    using(10, (store) => {
      store.putIncident(incidentCase("i-1", 100));
      store.putIncident(incidentCase("i-2", 300));
      store.putIncident(incidentCase("i-3", 200));
      assert.deepEqual(idsOf(store), ["i-2", "i-3", "i-1"]);
      store.putIncident(incidentCase("i-1", 400, { count: 2 }));
      assert.deepEqual(idsOf(store), ["i-1", "i-2", "i-3"]);
      assert.deepEqual(idsOf(store, 2), ["i-1", "i-2"]);
      for (const odd of [0, -1, Number.NaN]) assert.deepEqual(store.incidents(odd), []);
      assert.deepEqual(store.incident("i-1"), incidentCase("i-1", 400, { count: 2 }));
      assert.equal(store.incident("i-9"), undefined);
      assert.equal(store.openIncidents(), 3);
    }),
  );

  test(
    `${name}: a dismissed incident stays dismissed, also when it repeats`,
    using(10, (store) => {
      store.putIncident(incidentCase("i-1", 100));
      assert.equal(store.dismissIncident("i-1").ok, true);
      store.putIncident(incidentCase("i-1", 200, { count: 2 }));
      assert.deepEqual(store.incident("i-1"), incidentCase("i-1", 200, { count: 2, status: "dismissed" }));
      assert.equal(store.incidents(1)[0]?.status, "dismissed");
      assert.equal(store.openIncidents(), 0);
      const missing = store.dismissIncident("i-2");
      assert.equal(missing.ok ? "" : missing.code, "SW-NOT-FOUND");
    }),
  );

  test(
    `${name}: changes come back by id and the latest added first, a replaced one keeps its place`,
    using(10, (store) => {
      store.putChange("c-1", { step: 1 });
      store.putChange("c-2", { step: 2 });
      store.putChange("c-1", { step: 1, reverted: true });
      assert.deepEqual(store.changes(10), [{ step: 2 }, { step: 1, reverted: true }]);
      assert.deepEqual(store.changes(1), [{ step: 2 }]);
      assert.deepEqual(store.changes(0), []);
      assert.deepEqual(store.change("c-1"), { step: 1, reverted: true });
      assert.equal(store.change("c-3"), undefined);
    }),
  );

  test(
    `${name}: trails come back the latest written first, until they are deleted`,
    using(10, (store) => {
      assert.deepEqual(store.trails(), []);
      for (const id of ["t-1", "t-2"]) store.putTrail(id, { id, strength: 1 });
      store.deleteTrail("t-2");
      store.putTrail("t-3", { id: "t-3", strength: 1 });
      assert.equal(store.putTrail("t-1", { id: "t-1", strength: 2 }).ok, true);
      assert.deepEqual(
        new Set(store.trails()),
        new Set([
          { id: "t-1", strength: 2 },
          { id: "t-3", strength: 1 },
        ]),
      );
      const missing = store.deleteTrail("t-2");
      assert.equal(missing.ok ? "" : missing.code, "SW-NOT-FOUND");
      for (let i = 0; i < STORE_LIMITS.trails + 5; i++) store.putTrail(`u-${i}`, i);
      assert.equal(store.trails().length, STORE_LIMITS.trails);
    }),
  );

  test(
    `${name}: the oldest rows go when there are too many`,
    using(5, (store) => {
      for (let i = 0; i < 12; i++) {
        store.putIncident(incidentCase(`i-${i}`, 100 + i));
        store.putChange(`c-${i}`, i);
      }
      assert.deepEqual(idsOf(store, 100), ["i-11", "i-10", "i-9", "i-8", "i-7"]);
      assert.deepEqual(store.changes(100), [11, 10, 9, 8, 7]);
      assert.equal(store.change("c-0"), undefined);
    }),
  );

  test(
    `${name}: an incident too large is refused and changes nothing`,
    using(5, (store) => {
      store.putIncident(incidentCase("i-1", 1));
      const result = store.putIncident(incidentCase("i-1", 2, { says: "x".repeat(STORE_LIMITS.rowChars) }));
      assert.equal(result.ok ? "" : result.code, "SW-STORE-LARGE");
      assert.equal(store.incident("i-1")?.lastMs, 1);
    }),
  );
}

function idsOf(store: Store, limit = 10): string[] {
  return store.incidents(limit).map((incident) => incident.id);
}
