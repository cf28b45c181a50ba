import assert from "node:assert/strict";
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TuneResult } from "./result.ts";
import { linesOf, TunePlace } from "./tune.fixture.ts";

/** Best at 7, the same each time. */
const BOWL = `command: echo $(( ({x} - 7) * ({x} - 7) + 10 ))
metric: { direction: lower }
knobs: { x: { range: [0, 12], integer: true, default: 1 } }
optimiser: random
`;

/** As noisy as a real one, but the same in every session: by the number of the run. */
const NOISY = `command: |
  echo $(( $(cat n) + 1 )) > n
  echo $(( ({x} - 7) * ({x} - 7) + 100 + $(cat n) * 7919 % 13 ))
metric: { direction: lower }
knobs: { x: { range: [0, 60], integer: true, default: 40 } }
budget: { runs: 46 }
optimiser: de
`;

const resultOf = (place: TunePlace): TuneResult & { toType: string[] } =>
  JSON.parse(place.read("result.json")) as TuneResult & { toType: string[] };

test("finds the best, confirms it, says what to type, and keeps every run", async (t) => {
  const place = TunePlace.make(t);
  assert.deepEqual(await place.run(BOWL), { ok: true, value: 0 });
  const result = resultOf(place);
  assert.deepEqual([result.outcome, result.knobs[0]?.best, result.best], ["better", "7", 10]);
  assert.deepEqual(result.toType, ["echo $(( (7 - 7) * (7 - 7) + 10 ))"]);
  assert.ok(result.effect !== null && Math.abs(result.effect - (10 / 46 - 1)) < 1e-9);
  const history = place.history();
  assert.equal(history.filter(({ type }) => type === "run").length, result.runs);
  assert.deepEqual([history[0]?.["type"], history.at(-1)?.["type"]], ["begin", "end"]);
});

test("interrupted anywhere and resumed, it asks exactly what it would have asked", async (t) => {
  const whole = TunePlace.make(t);
  whole.write("n", "0");
  await whole.run(NOISY);
  const asked = whole.history().filter(({ type }) => type === "run");
  assert.ok(asked.length > 30);
  const of = (runs: readonly Record<string, unknown>[]): unknown[] =>
    runs.map(({ n, role, setting, value }) => ({ n, role, setting, value }));

  const place = TunePlace.make(t);
  place.write("n", "0");
  const stop = new AbortController();
  const history = (): string =>
    join(place.folder, "state/tune", readdirSync(join(place.folder, "state/tune"))[0]!, "history.jsonl");
  const watch = setInterval(() => {
    if (existsSync(join(place.folder, "state/tune")) && Number(place.read("n")) >= 15) stop.abort();
  }, 1);
  const interrupted = await place.run(NOISY, { signal: stop.signal });
  clearInterval(watch);
  assert.deepEqual(interrupted, { ok: true, value: 130 });
  const before = linesOf(history()).length - 1;
  assert.ok(before >= 10 && before < asked.length, `${before} runs before`);
  // Half a line, as a crash leaves it; and the run that was broken off had counted.
  appendFileSync(history(), '{"type":"run","n":');
  place.write("n", String(before));

  assert.deepEqual(await place.run(NOISY, { resume: true }), { ok: true, value: 0 });
  assert.deepEqual(of(place.history().filter(({ type }) => type === "run")), of(asked));
  const again = await place.run(NOISY, { resume: true });
  assert.ok(!again.ok && again.code === "SW-TUNE-RESUME", "what has ended cannot be gone on with");
});

test("does not go on where the file, the history or the place of a knob has changed", async (t) => {
  const place = TunePlace.make(t);
  const code = async (yaml: string): Promise<string> => {
    const status = await place.run(yaml, { resume: true });
    return status.ok ? "went on" : `${status.code} ${status.says}`;
  };
  assert.match(await code(BOWL), /^SW-TUNE-RESUME there is no history/);
  await place.run(BOWL);
  const { history } = resultOf(place);
  const lines = readFileSync(history, "utf8").split("\n");
  const cut = (count: number): void => writeFileSync(history, `${lines.slice(0, count).join("\n")}\n`);
  cut(10);
  assert.match(await code(`${BOWL}seed: 5\n`), /^SW-TUNE-RESUME .*has been changed since/);
  cut(10);
  writeFileSync(history, readFileSync(history, "utf8").replace('"role":"candidate"', '"role":"default"'));
  assert.match(await code(BOWL), /^SW-TUNE-RESUME the history differs .* at run 6/);
  writeFileSync(history, `${lines.slice(0, 4).join("\n")}\n{"type":"run"}\n`);
  assert.match(await code(BOWL), /^SW-TUNE-RESUME .*line 5 is damaged/);
  assert.ok(existsSync(history));
});

test("commands that fail, hang or print no number are candidates that broke, and are told why", async (t) => {
  const place = TunePlace.make(t);
  const yaml = `command: |
  [ {x} -gt 3 ] || { echo bad luck >&2; exit 3; }
  [ {x} -gt 5 ] || sleep 5
  [ {x} -gt 7 ] || { echo nothing; exit 0; }
  echo {x}
metric: { direction: lower }
knobs: { x: { range: [0, 12], integer: true, default: 12 } }
optimiser: random
timeoutSeconds: 0.2
`;
  await place.run(yaml);
  const result = resultOf(place);
  assert.deepEqual([result.outcome, result.knobs[0]?.best], ["better", "8"]);
  const says = new Set(place.history().map((run) => run["says"]));
  for (const expected of [
    /^it failed with status 3: bad luck$/,
    /^it took longer than 0\.2 s$/,
    /^no number in what was printed: `nothing`$/,
  ])
    assert.ok(
      [...says].some((text) => expected.test(String(text))),
      [...says].join(" | "),
    );
});

test("defaults that do not run at all are said, with the reason", async (t) => {
  const place = TunePlace.make(t);
  const status = await place.run(BOWL.replace("command: echo", "command: exit 7; echo"));
  assert.ok(!status.ok);
  assert.match(
    `${status.code} ${status.says}`,
    /^SW-TUNE no run with the defaults gave a value: it failed with status 7/,
  );
});

test("a constraint holds for what is found", async (t) => {
  const place = TunePlace.make(t);
  const yaml = `command: 'echo "{\\"cost\\": {\\"total\\": {x}}, \\"size\\": $(( 30 - {x} ))}"'
metric: { direction: lower, json: cost.total }
constraints: [{ name: size, pattern: 'size": ([0-9]+)', below: 21 }]
knobs: { x: { range: [0, 20], integer: true, default: 20 } }
optimiser: random
`;
  await place.run(yaml);
  assert.equal(resultOf(place).knobs[0]?.best, "10");
  assert.ok(
    place
      .history()
      .some(
        ({ says }) =>
          says === "size is 30, not below 21" ||
          says === "size is 25, not below 21" ||
          /not below 21/.test(String(says)),
      ),
  );
});

test("the value of a knob reaches the command by name, by environment and by the file it sets", async (t) => {
  const place = TunePlace.make(t);
  const yaml = `command: echo "{flags} $LEVEL" > seen; echo $(( $(cat thing) + LEVEL ))
metric: { direction: higher }
knobs:
  flags: { choices: ["-O2 -g", -O3], default: -O3 }
  level: { range: [1, 2], integer: true, default: 1, env: LEVEL }
  thing: { range: [1, 3], integer: true, set: "echo {value} > thing", read: cat thing }
optimiser: random
budget: { runs: 45 }
`;
  place.write("thing", "2");
  await place.run(yaml);
  const result = resultOf(place);
  assert.deepEqual([result.knobs[1]?.best, result.knobs[2]?.best, result.best], ["2", "3", 5]);
  assert.equal(result.knobs[2]?.default, "2");
  assert.equal(place.read("thing"), "2", "it is as before");
  assert.deepEqual(await place.run(yaml, { apply: true }), { ok: true, value: 0 });
  assert.equal(place.read("thing"), "3", "and stays where that was asked for");
  assert.match(place.read("seen"), /^(-O2 -g|-O3) [12]$/);
  assert.ok(result.toType.includes("echo 3 > thing") && result.toType.includes("export LEVEL=2"));
});
