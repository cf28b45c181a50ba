import assert from "node:assert/strict";
import { test } from "node:test";
import { OPTIMISERS, type OptimiserName, minimise, restoreOptimiser } from "./index.ts";

const space = [
  { name: "x", low: -5, high: 5 },
  { name: "y", low: 1, high: 1000, scale: "log" },
] as const;
const bowl = ([x = 0, y = 1]: readonly number[]): number => (x - 2) ** 2 + Math.log(y / 30) ** 2;

test("each optimiser finds the bottom of a bowl in as many measurements as were asked for, one or several at a time", async () => {
  for (const optimiser of Object.keys(OPTIMISERS) as OptimiserName[])
    for (const parallel of [1, 4]) {
      let [measured, together, most] = [0, 0, 0];
      const best = await minimise(
        async (point) => {
          measured++;
          most = Math.max(most, ++together);
          await Promise.resolve();
          together--;
          return bowl(point);
        },
        { space, seed: 1, evaluations: 200, optimiser, parallel },
      );
      assert.deepEqual([measured, most], [200, parallel]);
      assert.ok((best?.value ?? 1) < 0.15, `${optimiser}: ${best?.value}`);
    }
});

test("without a name it takes what measures best, and what cannot be measured is the worst of all", async () => {
  const best = await minimise((point) => ((point[0] ?? 0) > 3 ? Number.NaN : bowl(point)), {
    space,
    seed: 2,
    evaluations: 60,
  });
  assert.ok(best !== undefined && best.value < 0.1, `${best?.value}`);
  assert.equal(await minimise(() => Number.NaN, { space, seed: 2, evaluations: 5 }), undefined);
});

test("what a measurement throws is thrown, once those under way have ended", async () => {
  let [begun, ended] = [0, 0];
  const failing = minimise(
    async () => {
      const mine = ++begun;
      await Promise.resolve();
      ended++;
      if (mine === 5) throw new Error("the fifth");
      return 1;
    },
    { space, seed: 1, evaluations: 100, parallel: 3 },
  );
  await assert.rejects(failing, /the fifth/);
  assert.ok(begun < 10 && ended === begun, `${begun} begun, ${ended} ended`);
});

test("after each answer it can be saved, and goes on from there", async () => {
  const saved: unknown[] = [];
  const settings = {
    space,
    seed: 3,
    evaluations: 50,
    onAnswer: (search: { save(): unknown }) => saved.push(search.save()),
  };
  const best = await minimise(bowl, settings);
  assert.equal(saved.length, 50);
  const restored = restoreOptimiser(JSON.parse(JSON.stringify(saved.at(-1))));
  assert.deepEqual(restored?.best(), best);
});
