import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { processKey } from "../../core/entity.ts";
import { depositDanger } from "../evidence/danger.ts";
import { createImmuneColony } from "../colony.ts";
import { QuorumAgent } from "../quorum/quorum.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { Learning, LEARNABLE } from "./learning.ts";
import { modeUnlessNamed, type ModeOf, STRENGTH } from "./response-plan.ts";

const DAY_MS = 86_400_000;
const KINDS = [...LEARNABLE, "reverse-shell", "injection", "tampering", "content", "scan", "crowd"];

interface Word {
  readonly kind: string;
  readonly weight: number;
  readonly afterMs: number;
}

const words: fc.Arbitrary<Word[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    weight: fc.double({ min: 0.05, max: 1, noNaN: true }),
    afterMs: fc.nat(30_000),
  }),
  { minLength: 2, maxLength: 12 },
);

interface Heard {
  readonly host: FakeHost;
  /** For each proposal, whether it was made before the day was over. */
  readonly early: number;
}

function hear(told: readonly Word[], firstMs: number, learningMs: number, modeOf: ModeOf = modeUnlessNamed): Heard {
  const host = new FakeHost([new QuorumAgent({ leaseMs: 300_000, learningMs, modeOf })]);
  const app = host.existing("/usr/bin/app");
  const startMs = host.wallMs;
  let early = 0;
  host.tick();
  host.wait(firstMs);
  for (const { kind, weight, afterMs } of told) {
    host.wait(afterMs);
    depositDanger(host.context(), { agent: kind, kind, entity: processKey(app), weight, says: "", numbers: {} });
    host.settle();
    host.tick();
    if (host.wallMs - startMs < DAY_MS) early = host.proposals.length;
  }
  return { host, early };
}

test("property: on the first day nothing is contained of which novelty alone speaks, whatever it says and in what order", () => {
  let incidents = 0;
  fc.assert(
    fc.property(words, fc.nat(DAY_MS - 400_000), (told, firstMs) => {
      const novel = told.map((word) =>
        LEARNABLE.has(word.kind) ? word : { ...word, weight: STRENGTH.strongKind / 12 },
      );
      const { host, early } = hear(novel, firstMs, DAY_MS);
      incidents += host.incidents.length;
      assert.equal(early, 0);
      for (const { says } of host.incidents) assert.match(says, /may only be new/);
    }),
    { seed: 21, numRuns: 300 },
  );
  assert.ok(incidents > 50, "there was something to tolerate");
});

test("property: afterwards, and where nothing is to be learned, the answer is what it always was", () => {
  let proposals = 0;
  fc.assert(
    fc.property(words, (told) => {
      const always = hear(told, DAY_MS, 0).host;
      const afterwards = hear(told, DAY_MS, DAY_MS).host;
      proposals += always.proposals.length;
      const asked = ({ proposals: each }: FakeHost): string[] => each.map(({ kind, reason }) => `${kind} ${reason}`);
      assert.deepEqual(asked(afterwards), asked(always));
      assert.deepEqual(
        afterwards.incidents.map(({ says }) => says),
        always.incidents.map(({ says }) => says),
      );
    }),
    { seed: 22, numRuns: 200 },
  );
  assert.ok(proposals > 50);
});

test("what no ordinary work does is contained on the first day too, beside whatever is new", () => {
  const told = [
    { kind: "fresh-file", weight: 1, afterMs: 0 },
    { kind: "reverse-shell", weight: 0.9, afterMs: 10 },
  ];
  const { host } = hear(told, 1000, DAY_MS);
  assert.deepEqual(
    host.proposals.map(({ kind }) => kind),
    ["freeze"],
  );
  assert.doesNotMatch(host.incidents[0]?.says ?? "", /may only be new/);
});

test("what waits for people is asked of them on the first day, and what is only observed is told", () => {
  const told = [
    { kind: "fresh-file", weight: 1, afterMs: 0 },
    { kind: "lineage", weight: 1, afterMs: 10 },
  ];
  for (const mode of ["advise", "observe"] as const)
    assert.equal(hear(told, 1000, DAY_MS, () => mode).host.proposals.length, 1);
});

test("a dropper on the first day is reported; the same after it is frozen; a restart does not begin the day anew", () => {
  const drop = (host: FakeHost): void => {
    const web = host.existing("/usr/bin/node", host.existing("/usr/lib/systemd/systemd"), "/system.slice/web.service");
    for (let i = 0; i < 60; i++) host.exit(host.spawn(web, "/usr/bin/date"));
    host.spawn(web, "/tmp/payload", 500);
  };
  const options = { leaseMs: 300_000, learningMs: DAY_MS };
  const first = new FakeHost(createImmuneColony(options));
  first.tick();
  drop(first);
  assert.deepEqual([first.incidents.length, first.proposals.length], [1, 0]);

  const memory: unknown = JSON.parse(
    JSON.stringify(first.agents.find(({ name }) => name === "quorum")?.remember?.() ?? {}),
  );
  const agents = createImmuneColony(options);
  agents.find(({ name }) => name === "quorum")?.recall?.(memory);
  const second = new FakeHost(agents);
  second.wait(DAY_MS);
  drop(second);
  assert.deepEqual([second.incidents.length, second.proposals.length > 0], [1, true]);
});

test("a clock that was set back, or a memory that is none, begins the day anew", () => {
  const learning = new Learning(1000);
  learning.recall("yesterday");
  learning.recall(Number.NaN);
  assert.equal(learning.isOn({ wallMs: 5000 }), true);
  assert.equal(learning.isOn({ wallMs: 6000 }), false);
  assert.equal(learning.isOn({ wallMs: 100 }), true);
  assert.equal(learning.remember(), 100);
});
