import assert from "node:assert/strict";
import { test } from "node:test";
import { oneKnob, HOUR_MS, host } from "./search-scene.fixture.ts";
import { searchInfo } from "./search-info.ts";

const label = (entity: string): string => entity.replace(/^w:\//, "");

test("while a search runs its space, its swarm and every comparison are told as places in the same coordinates", () => {
  const made = host({ kinds: ["sched.slice", "cpu.weight"], effect: oneKnob });
  made.run(HOUR_MS, () => searchInfo(made.agent, label).compared.length >= 6);
  const { space, compared, tries } = searchInfo(made.agent, label);
  assert.ok(space);
  assert.equal(space.optimiser, "aco");
  const weight = space.knobs.find(({ kind }) => kind === "cpu.weight");
  assert.deepEqual(weight, { kind: "cpu.weight", of: "batch", levels: ["as it is", "30", "10", "3", "1"] });
  const isPlace = (point: readonly number[] = []): boolean =>
    point.length === space.knobs.length &&
    point.every((level, at) => Number.isInteger(level) && level >= 0 && level < (space.knobs[at]?.levels.length ?? 0));
  assert.ok(space.members.length > 0 && space.members.every((member) => isPlace(member)));
  for (const { says, point = [], confidence, pairs } of compared) {
    assert.ok(isPlace(point), says);
    const turned: string[] = space.knobs.flatMap(({ kind, levels }, at) => {
      const level = point[at] ?? 0;
      return level === 0 ? [] : [`${kind} ${levels[level] ?? ""}`];
    });
    for (const part of turned) assert.ok(says.includes(part), `${says}: ${part}`);
    assert.equal(says.split(", ").length, Math.max(1, turned.length));
    assert.ok(confidence >= 0 && confidence < 1 && pairs >= 0);
  }
  assert.ok(tries === undefined || isPlace(tries.point));
  assert.ok(isPlace(space.kept));
});

test("at rest there is no space, and what is kept is said in words", () => {
  const made = host({ kinds: ["sched.slice"], effect: oneKnob });
  assert.equal(searchInfo(made.agent, label).space, undefined);
  made.run(HOUR_MS, () => made.kept.length > 0 && !made.agent.searches);
  const info = searchInfo(made.agent, label);
  assert.match(info.kept, /^sched\.slice 15000 µs on batch$/);
  assert.equal(info.space, undefined);
});
