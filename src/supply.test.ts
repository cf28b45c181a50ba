import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}
interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8")) as T;
}

const LOCKS = ["package-lock.json", "runtime/package-lock.json"];
const locked = LOCKS.flatMap((path) =>
  Object.entries(read<{ packages: Record<string, Locked> }>(path).packages).filter(([name]) => name !== ""),
);
const manifests = ["package.json", "runtime/package.json"].map((path) => read<Manifest>(path));

/** Packages that would run something while they are installed, each with why it need not. */
const WOULD_RUN: Readonly<Record<string, string>> = {
  koffi: "looks for its binary and builds one where there is none; ours comes as @koromix/koffi-linux-*",
};

test("every locked package has a checksum, and none comes from anywhere but the registry", () => {
  assert.ok(locked.length > 10);
  for (const [name, { integrity, resolved }] of locked) {
    assert.match(integrity ?? "", /^sha512-/, name);
    // Left out: the registry that npm is set to, where the checksum must fit all the same.
    if (resolved !== undefined) assert.match(resolved, /^https:\/\/registry\.npmjs\.org\//, name);
  }
});

test("nothing runs while it is installed: no script of ours, none that is heeded of others", () => {
  const ours = manifests.flatMap(({ scripts = {} }) => Object.keys(scripts));
  assert.deepEqual(
    ours.filter((name) => /^(pre|post)?(install|prepare)$|^(pre|post)prepare$/.test(name)),
    [],
  );
  const would = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  assert.deepEqual(
    would.map(([name]) => name.replace("node_modules/", "")),
    Object.keys(WOULD_RUN),
  );
  const setup = readFileSync(join(ROOT, "setup.sh"), "utf8");
  const installs = setup.split("\n").filter((line) => /\(cd .* && npm (ci|install)/.test(line));
  assert.ok(installs.length >= 2);
  for (const line of installs) assert.match(line, /--ignore-scripts/);
});

test("what is depended on is pinned to one version, and named with its reason in docs/dependencies.md", () => {
  const text = readFileSync(join(ROOT, "docs/dependencies.md"), "utf8");
  const all = manifests.flatMap(({ dependencies, devDependencies, optionalDependencies }) =>
    Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }),
  );
  for (const [name, version] of all) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
    assert.ok(text.includes(name), `${name} is not named`);
  }
  const rows = [...text.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, names = ""]) => names.split(", "));
  const named = rows.filter((name) => !["package", "---", "libbpf1 (distribution)"].includes(name));
  const known = all.map(([name]) => name);
  assert.deepEqual(
    named.filter((name) => !known.includes(name)),
    [],
    "what is named is depended on",
  );
});
