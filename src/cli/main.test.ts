import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readProcessStat } from "../kernel/procfs.ts";
import { stateOf, swarms } from "./command-line.fixture.ts";
import { COMMANDS, commandsFor } from "./commands.ts";
import { version } from "./version.ts";

test("the help names every command, with examples", async () => {
  const { code, out } = await swarms(["--help"]);
  assert.equal(code, 0);
  for (const name of Object.keys(COMMANDS)) assert.match(out, new RegExp(`^  ${name}\\b`, "m"));
  assert.match(out, /Examples:\n  swarms run/);
});

test("only what was asked for is loaded", () => {
  assert.deepEqual(commandsFor(["--state", "run", "status"]), ["status"]);
  assert.deepEqual(commandsFor(["--state=x", "--json", "undo", "status"]), ["undo"]);
  assert.deepEqual(commandsFor(["--version"]), []);
  assert.equal(commandsFor(["help", "run"]).length, Object.keys(COMMANDS).length);
  assert.equal(commandsFor(["constructor"]).length, Object.keys(COMMANDS).length);
});

test("the version is the package's", async () => {
  assert.deepEqual(await swarms(["--version"]), { code: 0, out: `${version}\n`, err: "" });
});

test("what is not understood is said with what was meant, exit 64", async () => {
  const mistyped = await swarms(["stauts"]);
  assert.deepEqual([mistyped.code, mistyped.out], [64, ""]);
  assert.match(
    mistyped.err,
    /^SW-USAGE: .*\n  unknown command 'stauts' \(Did you mean status\?\)\n  → see `swarms --help`\n$/,
  );
  for (const args of [["status", "--jsno"], ["undo"], ["incidents", "--limit", "0"], []]) {
    assert.equal((await swarms(args)).code, 64, args.join(" "));
  }
});

/** Command lines, what is said of them, and whose help is pointed at. */
const MISUSED: readonly (readonly [args: readonly string[], says: string, help: string])[] = [
  [["help", "stauts"], "unknown command 'stauts'", "swarms"],
  [["--state", "run", "explain"], "`<id>` is missing", "swarms explain"],
  [["trails", "list"], "`trails` takes no argument: what is `list`?", "swarms trails"],
  [["validate", "a", "b"], "`validate` takes at most 1: what is `a, b`?", "swarms validate"],
  [["completion", "tcsh"], "`tcsh` is no shell that is known: it is one of bash, zsh, fish", "swarms completion"],
  [
    ["journal", "show", "--since", "x"],
    "`x` is nothing for `--since <time>`: give a span such as 2h or 7d, or a date such as 2026-03-01T12:00Z.",
    "swarms journal show",
  ],
];

test("a command that is misused is told in its own words, with its own help", async () => {
  for (const [args, says, help] of MISUSED) {
    const { code, err } = await swarms(args);
    assert.deepEqual([code, err], [64, `SW-USAGE: ${MEANS}\n  ${says}\n  → see \`${help} --help\`\n`]);
  }
  const { err } = await swarms(["explain", "--json"]);
  assert.deepEqual(JSON.parse(err), {
    error: { code: "SW-USAGE", means: MEANS, says: "`<id>` is missing", todo: "see `swarms explain --help`" },
  });
});

const MEANS = "the command line is not understood";

test("a file that is named and is not there is no matter of the configuration, exit 66", async () => {
  for (const args of [["rules", "validate"], ["policy", "test"], ["tune"]]) {
    const { code, err } = await swarms([...args, "/nowhere/x.yaml"]);
    assert.equal(code, 66, args.join(" "));
    assert.match(err, /^SW-FILE-READ: .*\n {2}\/nowhere\/x\.yaml: there is no such file\n {2}→ check the path/);
  }
  const replayed = await swarms(["replay", "/nowhere/x.rec"]);
  assert.deepEqual([replayed.code, replayed.err.split("\n")[1]], [66, "  /nowhere/x.rec: there is no such file"]);
  assert.match((await swarms(["rules", "explain", "none such"])).err, /→ see `swarms rules list`\n$/);
});

test("where nothing runs, every question says so, exit 69", async (t) => {
  const state = stateOf(t);
  for (const args of [["status"], ["incidents"], ["explain", "c-1"], ["undo", "c-1"], ["top", "--once"]]) {
    const { code, out, err } = await swarms([...args, "--state", state]);
    assert.deepEqual([code, out], [69, ""], args.join(" "));
    assert.match(
      err,
      /^SW-NOT-RUNNING: no running layer answers\n.*api\.sock: there is no such socket\n  → start one with `swarms run`/,
    );
  }
  const { err } = await swarms(["status", "--json", "--state", state]);
  assert.deepEqual(Object.keys((JSON.parse(err) as { error: object }).error), ["code", "means", "says", "todo"]);
});

test("where the warden runs and its hive does not, that is said, and no second layer is advised", async (t) => {
  const state = stateOf(t);
  const startTicks = readProcessStat(process.pid)?.startTicks;
  writeFileSync(join(state, "warden.json"), JSON.stringify({ warden: process.pid, startTicks }));
  const { code, err } = await swarms(["status", "--state", state]);
  assert.equal(code, 69);
  assert.match(
    err,
    new RegExp(`^SW-NO-ANSWER: .*the warden runs \\(process ${process.pid}\\).*started anew by itself`, "s"),
  );
  assert.doesNotMatch(err, /swarms run/);
});

test("validate says what a configuration comes to, or all that is wrong with it, exit 78", async (t) => {
  const file = join(stateOf(t), "swarms.yaml");
  writeFileSync(file, "mode: enforce\ncolonies: {immune: {mode: advise}}\nscope: [/batch.slice]\n");
  const valid = await swarms(["validate", file]);
  assert.deepEqual([valid.code, valid.err], [0, ""]);
  assert.match(
    valid.out,
    /^OK .*\n {2}enforce {4}acts within its scope: cpu\.weight, cpu\.idle\n {2}advise {5}proposes, a person approves: freeze\n {2}observe {4}watches only: [^]*\n {2}scope {6}\/batch\.slice\n/,
  );
  appendFileSync(file, "mod: observe\nleases: {balanceSeconds: 0}\n");
  const invalid = await swarms(["validate", "--config", file]);
  assert.deepEqual([invalid.code, invalid.out], [78, ""]);
  assert.match(
    invalid.err,
    /swarms\.yaml:4:1: unknown key `mod`: did you mean `mode`\?\n {2}4 \| mod: observe\n {4}\| \^\^\^\n/,
  );
  assert.match(invalid.err, /swarms\.yaml:5:26: `leases\.balanceSeconds` must be at least 1/);
  assert.equal((await swarms(["validate", `${file}.none`])).code, 66);
});

test("validate names plugins and outputs, and of an address the host alone", async (t) => {
  const file = join(stateOf(t), "swarms.yaml");
  const outputs = "outputs: [{name: siem, to: webhook, url: 'http://siem.example/s3cret', priority: error}]";
  writeFileSync(file, `plugins: [/etc/swarms/plugins/pager]\n${outputs}\n`);
  const { out } = await swarms(["validate", file], { COLUMNS: "200" });
  assert.match(out, /\n {2}plugin {5}\/etc\/swarms\/plugins\/pager; `swarms plugins` says/);
  assert.match(out, /\n {2}output {5}siem: incidents and containment, from error on to webhook siem\.example, /);
  assert.doesNotMatch(out, /s3cret/);
});

test("doctor lists what the kernel offers, with what is lost, and the bounds of every action", async (t) => {
  const state = stateOf(t);
  const { code, out } = await swarms(["doctor", "--state", state]);
  assert.equal(code, 0);
  assert.match(out, /not running here/);
  assert.match(out, /^what can be measured/m);
  for (const line of out.split("\n")) assert.ok(line.length <= 80, line);
  assert.match(out, /^who looks for what does not belong/m);
  assert.match(
    out,
    /^ {2}cpu\.weight share of the CPU[^]*?\n +1 to 10000, ×100 a step at most, 60 a minute, reverts after 1 min\n/m,
  );
  const { features } = JSON.parse((await swarms(["doctor", "--json", "--state", state])).out) as {
    features: { name: string }[];
  };
  assert.equal(new Set(features.map(({ name }) => name)).size, features.length);
  assert.ok(features.length > 10);
});
