import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "./config-load.ts";

function load(text: string): ReturnType<typeof loadConfig> {
  return loadConfig({ path: "/c.yaml", readFile: () => text });
}

function wrong(text: string): string {
  const loaded = load(text);
  return loaded.ok ? assert.fail(`this was taken: ${text}`) : loaded.says;
}

test("an output has a name, a place, and what is told there; the rest has defaults", () => {
  const loaded = load("outputs:\n  - { name: log, to: file, path: /var/log/x.json }\n");
  assert.ok(loaded.ok);
  const [output] = loaded.value.config.outputs;
  assert.deepEqual(output, {
    name: "log",
    to: "file",
    path: "/var/log/x.json",
    format: "falco",
    tell: ["incidents", "containment"],
    priority: "debug",
    queueMegabytes: 16,
    timeoutSeconds: 10,
    giveUpHours: 72,
  });
  const none = load("");
  assert.deepEqual(none.ok && none.value.config.outputs, []);
});

test("what lacks its place, or has another's key, is told at the key with what to do", () => {
  assert.match(wrong("outputs:\n  - { name: a, to: file }\n"), /^\/c\.yaml:2:\d+: `to: file` needs a `path`/);
  assert.match(wrong("outputs:\n  - { name: a, to: webhook }\n"), /`to: webhook` needs a `url`/);
  const stray = wrong("outputs:\n  - name: a\n    to: stdout\n    path: /x\n    tokenFile: /t\n");
  assert.match(stray, /c\.yaml:4:11: `path` has no meaning for `to: stdout`: take it out/);
  assert.match(stray, /c\.yaml:5:16: `tokenFile` has no meaning/);
});

test("two outputs of one name, other protocols, relative paths and names that no metric could carry are refused", () => {
  const one = "{ name: a, to: journal }";
  assert.match(wrong(`outputs:\n  - ${one}\n  - ${one}\n`), /there is already an output named `a`/);
  for (const url of ["ftp://x/", "file:///etc/passwd", "javascript:1", "x"])
    wrong(`outputs:\n  - { name: a, to: webhook, url: "${url}" }\n`);
  wrong("outputs:\n  - { name: a, to: file, path: x.json }\n");
  wrong('outputs:\n  - { name: "A b", to: journal }\n');
  assert.match(wrong("outputs:\n  - { name: a, to: jornal }\n"), /did you mean `journal`\?/);
});

test("an output that is a plugin names one that `plugins` lists", () => {
  const plugins = "plugins: [/etc/swarms/plugins/pager]\n";
  const loaded = load(
    `${plugins}outputs:\n  - { name: a, to: plugin, plugin: pager, url: "https://x/", tokenFile: /t }\n`,
  );
  assert.ok(loaded.ok);
  assert.match(wrong("outputs:\n  - { name: a, to: plugin }\n"), /`to: plugin` needs the name of a `plugin`/);
  assert.match(
    wrong("outputs:\n  - { name: a, to: plugin, plugin: pager }\n"),
    /2:\d+: `plugins` lists no folder named `pager`/,
  );
  assert.match(wrong(`${plugins}outputs:\n  - { name: a, to: journal, plugin: pager }\n`), /`plugin` has no meaning/);
});
