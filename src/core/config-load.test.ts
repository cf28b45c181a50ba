import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { defaultConfig } from "./config.ts";
import { loadConfig, type LoadOptions } from "./config-load.ts";

/** A file system of a few files, as the loader sees it. */
function files(content: Readonly<Record<string, string>>): Required<Pick<LoadOptions, "readFile" | "listFolder">> {
  return {
    readFile: (path) => {
      const text = content[path];
      if (text === undefined) throw Object.assign(new Error(path), { code: "ENOENT" });
      return text;
    },
    listFolder: (folder) =>
      Object.keys(content).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])),
  };
}

function load(text: string): ReturnType<typeof loadConfig> {
  return loadConfig({ path: "/c.yaml", ...files({ "/c.yaml": text }) });
}

function errors(text: string): string {
  const loaded = load(text);
  assert.equal(loaded.ok, false);
  return loaded.ok ? "" : loaded.says;
}

test("without any file the defaults hold", () => {
  const loaded = loadConfig(files({}));
  assert.ok(loaded.ok);
  assert.deepEqual(loaded.value, { config: defaultConfig, file: undefined, files: [], warnings: [] });
});

test("an empty file, or one of comments and empty keys, means the defaults", () => {
  for (const text of ["", "# nothing\n", "scope:\nbudget:\n", "---\n"]) {
    const loaded = load(text);
    assert.ok(loaded.ok, text);
    assert.deepEqual(loaded.value.config, defaultConfig);
    assert.equal(loaded.value.file, "/c.yaml");
  }
});

test("a file that was named must be there, and must be readable", () => {
  const absent = loadConfig({ path: "/no.yaml", ...files({}) });
  assert.deepEqual(absent, { ok: false, code: "SW-CONFIG-READ", says: "/no.yaml: there is no such file" });
  const folder = loadConfig({ path: tmpdir() });
  assert.equal(!folder.ok && folder.code, "SW-CONFIG-READ");
});

test("an unknown key is named with its place and the key that was meant", () => {
  assert.equal(
    errors("# ours\nmod: enforce\n"),
    "/c.yaml:2:1: unknown key `mod`: did you mean `mode`?\n  2 | mod: enforce\n    | ^^^",
  );
  assert.match(
    errors("budget: {containments: 3}"),
    /^\/c.yaml:1:10: unknown key `containments` in `budget`: known here:/,
  );
  assert.match(errors("actions: {cpu.wieght: {}}"), /did you mean `cpu.weight`/);
});

test("every error is told at once, each with what to do", () => {
  const says = errors(
    [
      "mode: enforced",
      "scope: /batch.slice",
      "leases: {balanceSeconds: 90}",
      "workloads:",
      "  - name: web",
      "    kind: latncy",
      "hive:",
      "  user: Root",
    ].join("\n"),
  );
  const heads = says.split("\n").filter((line) => line.startsWith("/c.yaml"));
  assert.deepEqual(heads, [
    "/c.yaml:1:7: `mode` must be one of observe, advise, enforce, not `enforced`: did you mean `enforce`?",
    "/c.yaml:2:8: `scope` must be a list (lines that begin with `- `), not `/batch.slice`",
    "/c.yaml:3:26: `leases.balanceSeconds` must be at most 60",
    "/c.yaml:5:5: `workloads[0].cgroup` or `match` must be given, one of the two",
    "/c.yaml:6:11: `workloads[0].kind` must be one of latency, batch, unknown, not `latncy`: did you mean `latency`?",
    "/c.yaml:8:9: `hive.user` is not well formed: it must match /^[a-z_][a-z0-9_-]{0,31}$/",
  ]);
});

test("broken YAML is placed", () => {
  const says = errors("mode: observe\n\tscope: []\n");
  assert.match(says, /^\/c\.yaml:2:1: /);
  assert.equal(load("mode: [").ok, false);
  assert.match(errors("mode: observe\nmode: enforce\n"), /^\/c\.yaml:2:1: `mode` is given twice here: keep one/);
  assert.match(errors("a: !!binary x"), /c\.yaml:1/);
});

test("a caret stands under the place, also after tabs and in long lines", () => {
  const long = errors(`workloads: [{name: ${"a".repeat(70)}, kind: batch, cgroup: /a}]`).split("\n");
  assert.equal(long[1]!.indexOf("aaaa"), long[2]!.indexOf("^"));
  const far = errors(`scope: [${'"/a", '.repeat(60)}"relative"]`).split("\n");
  assert.ok(far[1]!.length < 120);
  assert.equal(far[1]!.indexOf('"relative"'), far[2]!.indexOf("^"));
});

test("scope may not be the whole host", () => {
  assert.match(
    errors('scope: ["/"]'),
    /c\.yaml:1:9: `scope\[0\]` names the root group, which is never touched, on purpose/,
  );
  assert.match(errors('scope: ["/*"]'), /`scope` may not be the whole host/);
});

test("a second document in a file is an error, not silently left out", () => {
  assert.match(errors("mode: observe\n---\nmode: enforce\n"), /^\/c\.yaml:2:1: a second document begins here/);
  assert.equal(load("---\nmode: observe\n...\n").ok, true);
});

test("a key that stands too high is told where it belongs", () => {
  assert.match(errors("balance: {mode: enforce}"), /unknown key `balance`: it belongs under `colonies:`/);
  assert.match(errors("immune: {mode: enforce}"), /unknown key `immune`: it belongs under `colonies:`/);
  assert.match(errors("freeze: {mode: enforce}"), /unknown key `freeze`: it belongs under `actions:`/);
});

test("errors come from the top of the file down", () => {
  const says = errors("mod: x\nscope: [b]\nleases: {balanceSeconds: 90}\nbudgt: 1\nmode: no\n");
  assert.deepEqual(
    [...says.matchAll(/^\/c\.yaml:(\d+):/gm)].map(([, line]) => line),
    ["1", "2", "3", "4", "5"],
  );
});

test("workloads are distinct, bounds are only narrowed", () => {
  const two = "workloads:\n - {name: a, cgroup: /a, kind: batch}\n - {name: a, cgroup: /a, kind: latency}\n";
  assert.match(errors(two), /3:11: there is already a workload named `a`/);
  assert.match(errors(two), /3:22: this cgroup is already the workload `a`/);
  assert.match(
    errors("actions: {cpu.weight: {max: 20000}}"),
    /bounds can only be narrowed, and cpu.weight has 1 to 10000/,
  );
  assert.match(errors("actions: {cpu.weight: {min: 50, max: 20}}"), /`min` 50 is above `max` 20/);
});

test("what is allowed but surely not meant is a warning", () => {
  const loaded = load(
    "mode: enforce\nworkloads:\n - {name: b, cgroup: /b/x, kind: batch}\n - {name: c, cgroup: /c, kind: latency}\n",
  );
  assert.ok(loaded.ok);
  assert.match(loaded.value.warnings.join("\n"), /3:22: `b` lies outside every scope: it is watched, never touched/);
  assert.match(loaded.value.warnings.join("\n"), /1:7: enforce without a `scope` touches nothing/);
  for (const scope of ["/b", "/b/x", "/b*", "/b/*"]) {
    const inside = load(`scope: ["${scope}"]\nworkloads: [{name: b, cgroup: /b/x, kind: batch}]`);
    assert.deepEqual(inside.ok && inside.value.warnings, [], scope);
  }
});

test("drop-ins beside the default file apply in name order: lists grow, values are replaced", () => {
  const loaded = loadConfig(
    files({
      "/etc/swarms/swarms.yaml": "mode: advise\nscope: [/a]\nleases: {balanceSeconds: 5}\n",
      "/etc/swarms/conf.d/20-b.yaml": "mode: enforce\nscope:\n",
      "/etc/swarms/conf.d/10-a.yaml": "mode: observe\nscope: [/b]\nleases: {containSeconds: 60}\n",
      "/etc/swarms/conf.d/README": "not: read",
    }),
  );
  assert.ok(loaded.ok);
  const { config, files: read } = loaded.value;
  assert.deepEqual(
    [config.mode, config.scope, config.leases],
    ["enforce", ["/a", "/b"], { balanceSeconds: 5, containSeconds: 60 }],
  );
  assert.deepEqual(read, ["/etc/swarms/swarms.yaml", "/etc/swarms/conf.d/10-a.yaml", "/etc/swarms/conf.d/20-b.yaml"]);
});

test("drop-ins apply without a main file, and an error names the file that it is in", () => {
  const dropIn = "/etc/swarms/conf.d/a.yaml";
  assert.equal(loadConfig(files({ [dropIn]: "mode: advise" })).ok, true);
  const wrong = loadConfig(files({ "/etc/swarms/swarms.yaml": "scope: [/a]", [dropIn]: "scope: [b]" }));
  assert.match(wrong.ok ? "" : wrong.says, /^\/etc\/swarms\/conf\.d\/a\.yaml:1:9: `scope\[1\]` must be a cgroup path/);
});

test("a file that is named stands alone", () => {
  const loaded = loadConfig({
    path: "/x/swarms.yaml",
    ...files({ "/x/swarms.yaml": "", "/x/conf.d/a.yaml": "mode: enforce" }),
  });
  assert.equal(loaded.ok && loaded.value.config.mode, "observe");
});

test("alias bombs, deep nesting and large files are refused in bounded time", () => {
  const bomb = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"];
  for (let i = 1; i < 12; i++) bomb.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(",")}]`);
  assert.match(errors(bomb.join("\n")), /more than 20000 values/);
  assert.match(errors("a: &a [*a]\n"), /c\.yaml:1:/);
  assert.match(errors(`a: ${"[".repeat(60)}${"]".repeat(60)}`), /nested deeper than 24 levels/);
  assert.equal(load("[".repeat(200_000)).ok, false);
  const large = loadConfig({ path: "/c", readFile: () => new Uint8Array((1 << 20) + 1) });
  assert.match(large.ok ? "" : large.says, /larger than 1 MB/);
});

test("bytes that are not text are refused", () => {
  const loaded = loadConfig({ path: "/c", readFile: () => new Uint8Array([0x6d, 0xff, 0xfe]) });
  assert.deepEqual(loaded, { ok: false, code: "SW-CONFIG-SYNTAX", says: "/c: not UTF-8 text" });
});

test("a real file is read from the disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-config-"));
  try {
    const path = join(folder, "c.yaml");
    writeFileSync(path, "mode: advise # später\n");
    assert.equal(loadConfig({ path }).ok, true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("nothing in a file reaches the terminal raw", () => {
  const says = errors('mode: "\\e[31mred"\n"\x1b[2J\u202e": 1\n');
  assert.doesNotMatch(says, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

const KEYS = [
  "mode",
  "scope",
  "workloads",
  "actions",
  "freeze",
  "__proto__",
  "constructor",
  "leases",
  "name",
  "hive",
  "protect",
];
const yamlish = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        ...KEYS,
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\n",
        "  ",
        "&a ",
        "*a ",
        "!!x ",
        "|",
        ">",
        "'",
        '"',
        "\t",
        "?",
        "---\n",
        "%",
        "#",
        "<<: *a",
        "~",
        "1e999",
        "0x",
        "\u0000",
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join("")),
  fc.object({ key: fc.constantFrom(...KEYS), maxDepth: 4 }).map((value) => JSON.stringify(value)),
);

test("arbitrary text is a configuration or an error in place, never an exception", () => {
  fc.assert(
    fc.property(yamlish, (text) => {
      const loaded = load(text);
      if (!loaded.ok) assert.match(loaded.says, /^\/c\.yaml:\d+:\d+: ./, loaded.says);
    }),
    { numRuns: 2000 },
  );
});
