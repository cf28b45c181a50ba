import assert from "node:assert/strict";
import { test } from "node:test";
import type { Evidence } from "../core/action.ts";
import { PHEROMONES } from "../core/agent.ts";
import { busyStatus } from "../api/status.fixture.ts";
import { Field } from "../swarm/field.ts";
import { LiveBoard } from "./live-board.ts";

function boardOf() {
  const field = new Field({ pheromones: PHEROMONES });
  const clock = { monoMs: () => 0, wallMs: () => 1000 };
  const board = { document: () => busyStatus, label: (key: string) => `name of ${key}` };
  const live = new LiveBoard({ clock, field, board, processes: { running: () => [] }, search: () => undefined });
  const { first, next } = live.frames(() => () => undefined);
  return { field, live, first, next };
}

const evidence = (entity: string, says: string): Evidence => {
  return { atMs: 7, agent: "lineage", kind: "lineage", entity, weight: 0.5, says, numbers: {} };
};

test("a deposit is in the next frame once, with its entity's name and words that are printable", () => {
  const { live, first, next } = boardOf();
  live.deposited("danger", evidence("p:1@1", "a\u001b[2Jb"));
  const frame = next() as { deposits: readonly Record<string, unknown>[]; depositsTotal: number };
  assert.deepEqual(frame.deposits, [
    {
      seq: 1,
      atMs: 7,
      entity: "p:1@1",
      label: "name of p:1@1",
      pheromone: "danger",
      agent: "lineage",
      kind: "lineage",
      weight: 0.5,
      says: "a\\x1b[2Jb",
    },
  ]);
  assert.deepEqual((next() as typeof frame).deposits, []);
  assert.equal((first() as typeof frame).deposits.length, 1, "one who comes late sees the latest");
});

test("heat is what the field holds, the strongest first", () => {
  const { field, next } = boardOf();
  field.deposit("p:1@1", "danger", "a", 1);
  field.deposit("p:2@2", "danger", "a", 3);
  field.deposit("host", "demand.cpu", "b", 2);
  const { heat } = next() as { heat: readonly { entity: string; concentration: number }[] };
  assert.deepEqual(
    heat.map(({ entity, concentration }) => [entity, concentration]),
    [
      ["p:2@2", 3],
      ["host", 2],
      ["p:1@1", 1],
    ],
  );
});
