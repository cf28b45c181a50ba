import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Source } from "../../core/config-positions.ts";
import { CALL_KINDS, type EventKind } from "../../core/event-kinds.ts";
import { type Loaded, loadRules } from "./rule-set.ts";
import { readRuleTests, runRuleTest } from "./rule-tests.ts";

const FOLDER = fileURLToPath(new URL("../../../rules/", import.meta.url));

function sources(folder: string): readonly Source[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  return names.sort().map((name) => ({ file: `${folder}${name}`, text: readFileSync(`${folder}${name}`, "utf8") }));
}

/** What is sensed is another's matter here: each name is its own kind, or any. */
const kindsOf = (type: string): readonly EventKind[] => [CALL_KINDS.find((kind) => kind === type) ?? "mount"];

function loaded(): Loaded {
  return loadRules(sources(FOLDER), kindsOf);
}

test("our own rules load without a mistake or a warning, and each names its technique and how mature it is", () => {
  const { set, wrong, warnings } = loaded();
  assert.deepEqual(
    [...wrong, ...warnings].map(({ says }) => says),
    [],
  );
  assert.ok((set?.rules.length ?? 0) >= 60, `${set?.rules.length} rules`);
  for (const { definition, kinds, types } of set?.rules ?? []) {
    const { name, tags, description } = definition;
    assert.ok(
      tags.some((tag) => /^T\d{4}(\.\d{3})?$/.test(tag)),
      `${name}: a technique`,
    );
    assert.ok(
      tags.some((tag) => tag.startsWith("mitre_")),
      `${name}: a tactic`,
    );
    assert.ok(
      tags.some((tag) => tag === "maturity_stable" || tag === "maturity_incubating"),
      `${name}: how mature`,
    );
    assert.match(description, /False positives: ./, name);
    assert.notEqual(types, "all", name);
    assert.ok(kinds.length > 0, name);
  }
});

test("each of our own rules fires where its tests say, and nowhere else", () => {
  const { set } = loaded();
  assert.ok(set !== undefined);
  const fired = new Set<string>();
  for (const source of sources(`${FOLDER}tests/`)) {
    const tests = readRuleTests(source);
    assert.ok(tests.ok, tests.ok ? "" : tests.says);
    for (const each of tests.value) {
      const { passed, fired: names } = runRuleTest(each, set, () => undefined);
      assert.ok(passed, `${each.name}: expected ${each.fires.join()}, fired ${names.join()}`);
      for (const name of names) fired.add(name);
    }
  }
  const never = set.rules.map(({ definition }) => definition.name).filter((name) => !fired.has(name));
  assert.deepEqual(never, [], "a rule without a test");
});
