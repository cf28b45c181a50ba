import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { checkTrust, loadTuneFile } from "./tune-file-load.ts";

const GOOD = `command: gzip -{level} -c data | wc -c
metric: { direction: lower, unit: B }
knobs:
  level: { range: [1, 9], integer: true, default: 6 }
`;

const load = (text: string): ReturnType<typeof loadTuneFile> =>
  loadTuneFile("/etc/tune/gzip.yaml", { readFile: () => text });
const says = (text: string): string => {
  const loaded = load(text);
  return loaded.ok ? "ok" : loaded.says;
};
const withKnob = (knob: string): string => GOOD.replace("{ range: [1, 9], integer: true, default: 6 }", knob);

test("a short file is enough, and the rest has defaults", () => {
  const loaded = load(GOOD);
  assert.ok(loaded.ok, says(GOOD));
  const { file } = loaded.value;
  assert.deepEqual([file.budget, file.repeats, file.timeoutSeconds, file.seed], [{ runs: 200 }, 1, 60, 1]);
  assert.deepEqual(file.knobs["level"]?.range, [1, 9]);
});

test("an unknown key is told with its place, a caret and what was meant", () => {
  const wrong = says(GOOD.replace("direction", "direktion"));
  assert.match(wrong, /gzip\.yaml:2:11: unknown key `direktion` in `metric`: did you mean `direction`\?/);
  assert.match(wrong, /\n {2}2 \| metric: \{ direktion: lower, unit: B \}\n {4}\| {11}\^{9}/);
});

const WRONG: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  "no range": [withKnob("{ default: 6 }"), /4:3: `level` needs either a `range/],
  "range the wrong way": [withKnob("{ range: [9, 1], default: 6 }"), /lowest value must be below/],
  "log of zero": [withKnob("{ range: [0, 9], log: true, default: 6 }"), /must be above 0/],
  "no default": [withKnob("{ range: [1, 9] }"), /say the `default`/],
  "default outside": [
    withKnob("{ range: [1, 9], default: 12 }"),
    /4:36: the default must lie within the range, 1 to 9/,
  ],
  "default no choice": [withKnob("{ choices: [a, b], default: c }"), /must be one of the choices/],
  "choice twice": [withKnob("{ choices: [1, '1'], default: 1 }"), /given twice/],
  "knob that nothing uses": [GOOD.replace("{level}", "6"), /`\{level\}` does not occur in the command/],
  "two ways": [withKnob("{ range: [1, 9], integer: true, default: 6, env: L, sysctl: vm.swappiness }"), /only one way/],
  "sysctl outside the catalogue": [
    withKnob("{ range: [0, 1], integer: true, sysctl: kernel.panic }"),
    /one of vm\.swappiness/,
  ],
  "sysctl beyond its bounds": [withKnob("{ range: [0, 500], integer: true, sysctl: vm.swappiness }"), /only 0 to 200/],
  "group without a limit of its own": [
    withKnob("{ range: [1024, 4096], integer: true, cgroup: io.max }"),
    /4:3: a new group has no limit: say the `default`/,
  ],
  "latency beyond its bounds": [
    withKnob("{ range: [1, 4096], integer: true, cgroup: io.latency, default: 4000 }"),
    /only 10 to 10000000 µs/,
  ],
  "sysctl without integer": [withKnob("{ range: [0, 100], sysctl: vm.swappiness }"), /add `integer: true`/],
  "set without a way back": [withKnob("{ range: [0, 9], default: 1, set: 'echo {value}' }"), /how it is undone/],
  "set without the value": [withKnob("{ range: [0, 9], default: 1, set: echo, reset: x }"), /`\{value\}` must stand/],
  "reset without set": [withKnob("{ range: [0, 9], default: 1, reset: x }"), /only for a knob that has `set`/],
  "budget of nothing": [`${GOOD}budget: {}\n`, /say how long it may take/],
  "constraint without a bound": [`${GOOD}constraints:\n  - name: x\n`, /`below` or `above`/],
  "two readings": [GOOD.replace("unit: B", "json: a.b, time: true"), /only one of `json` and `time`/],
  "pattern without a group": [GOOD.replace("unit: B", "pattern: abc"), /one group around the number/],
  "no knobs": [`${GOOD.split("knobs")[0]}knobs: {}\n`, /nothing to change/],
  "idle and weight": [
    `${GOOD}  a: { range: [0, 1], integer: true, cgroup: cpu.idle }\n  b: { range: [1, 9], integer: true, cgroup: cpu.weight }\n`,
    /a group with cpu\.idle has no cpu\.weight/,
  ],
  empty: ["# nothing\n", /the file is empty/],
  "no YAML": ["command: [\n", /gzip\.yaml:/],
};

for (const [name, [text, expected]] of Object.entries(WRONG))
  test(`refused with its place: ${name}`, () => {
    const loaded = load(text);
    assert.ok(!loaded.ok, "it was taken");
    assert.match(loaded.says, expected);
    assert.match(loaded.says, /gzip\.yaml/);
  });

test("never throws, whatever the text", () => {
  const pieces = fc.constantFrom(
    ...GOOD.split(/(?<=[\s:{},[\]])/),
    "__proto__: ",
    "- ",
    "&a ",
    "*a ",
    "'",
    "\u0000",
    "1e999",
    "{",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      load(parts.join(""));
      load(GOOD + parts.join(""));
    }),
  );
});

test("root takes no file that everybody can write, nor another user's", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-tune-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "x.yaml");
  writeFileSync(path, GOOD, { mode: 0o644 });
  const own = statSync(path).uid;
  const code = (uid: number, sudo?: string): string => {
    const trusted = checkTrust(path, uid, sudo);
    return trusted.ok ? "ok" : trusted.code;
  };
  assert.equal(code(0, String(own)), "ok");
  if (own !== 0) assert.equal(code(0), "SW-TUNE-TRUST");
  chmodSync(path, 0o666);
  assert.equal(code(0, String(own)), "SW-TUNE-TRUST");
  assert.equal(code(1000), "ok");
  chmodSync(path, 0o644);
  chmodSync(folder, 0o777);
  assert.equal(code(0, String(own)), "SW-TUNE-TRUST");
  chmodSync(folder, 0o1777);
  assert.equal(code(0, String(own)), "ok");
});

test("every example in the documentation is a good file", () => {
  const folder = new URL("../../docs/examples/tune/", import.meta.url).pathname;
  const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  assert.ok(names.length >= 3);
  for (const name of names) {
    const loaded = loadTuneFile(join(folder, name));
    assert.ok(loaded.ok, loaded.ok ? "" : loaded.says);
  }
});
