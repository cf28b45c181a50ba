import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "./config-load.ts";

function load(text: string): ReturnType<typeof loadConfig> {
  return loadConfig({ path: "/c.yaml", readFile: () => text });
}

test("a policy's condition is told wrong at its very characters, a policy without effect is a warning", () => {
  const wrong = load('policies:\n  - name: night\n    when: "proposal.kidn == 1"\n    mode: observe\n');
  assert.ok(!wrong.ok);
  assert.match(wrong.says, /^\/c\.yaml:3:21: `policies\[0\]\.when`: no such key: kidn\n.*\n {4}\| {21}\^{4}$/);
  const idle = load("policies:\n  - name: nothing\n    actions: [freeze]\n");
  assert.ok(idle.ok);
  assert.match(idle.value.warnings.join("\n"), /decides nothing/);
  const twice = load("policies:\n  - {name: a, mode: observe}\n  - {name: a, min: 3, max: 2}\n");
  assert.ok(!twice.ok);
  assert.match(twice.says, /already a policy named `a`[^]*nothing would be allowed/);
});

test("keys that JavaScript gives a meaning are keys like any other", () => {
  for (const key of ["__proto__", "constructor", "toString", "prototype"]) {
    for (const text of [`${key}: {name: {}}`, `policies: {${key}: {name: {}}}`, `hive: {${key}: {name: x}}`]) {
      const loaded = load(text);
      assert.ok(!loaded.ok && loaded.code === "SW-CONFIG-VALUE", text);
    }
  }
});
