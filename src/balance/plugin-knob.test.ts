import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActionKind } from "../core/action.ts";
import type { PluginKnob } from "../core/actions-plugin.ts";
import { knobSchema } from "../core/plugin-knobs.ts";
import { seededRandom } from "../core/random.ts";
import { searchKnobOf } from "./plugin-knob.ts";
import { SearchAgent } from "./search.ts";
import { emptyTrails, MINUTE_MS, type SearchHost } from "./search-host.fixture.ts";
import { host } from "./search-scene.fixture.ts";

const KIND = "knob.memory.swap.max";
const ROW = { file: "memory.swap.max", of: "batch", says: "less in swap", min: 0, max: 1000, levels: [500, 100] };

/** A host on which the middle level gains a tenth, with an agent that has this knob and no other. */
function hostWith(row: object, enforced: readonly ActionKind[] = [KIND]): SearchHost {
  const knob: PluginKnob = knobSchema.parse(row);
  const made = host({ effect: (value) => ({ work: value(KIND, "/batch") === 500 ? 1.1 : 1 }) });
  made.agent = new SearchAgent({
    leaseMs: 10_000,
    random: seededRandom(1),
    cpus: 4,
    trails: emptyTrails(),
    enforces: (kind) => enforced.includes(kind),
    knobs: [searchKnobOf(knob)],
  });
  return made;
}

test("the search tries what a plugin's table has, and keeps the level that wins", () => {
  const made = hostWith(ROW);
  made.run(60 * MINUTE_MS, () => made.kept.length > 0);
  assert.deepEqual(made.kept, [`${KIND} /batch 500`]);
  assert.ok(made.proposals.every(({ kind, value }) => kind === KIND && [500, 100].includes(value)));
});

test("what the configuration does not name is never asked for, nor for a workload of the other kind", () => {
  for (const made of [hostWith(ROW, ["cpu.idle"]), hostWith({ ...ROW, of: "latency" })]) {
    made.run(20 * MINUTE_MS);
    assert.ok(made.proposals.every(({ kind, target }) => kind !== KIND || target === "w:/service"));
  }
});
