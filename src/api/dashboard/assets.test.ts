import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";
import { assetsJson, loadAssets } from "./assets.ts";

const assets = loadAssets();

test("whatever a script imports is served, under the path that it names", () => {
  let imports = 0;
  for (const [path, { type, body }] of assets) {
    if (!type.startsWith("text/javascript")) continue;
    for (const [, target = ""] of body.matchAll(
      /(?:^|[;}])\s*(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']/gm,
    )) {
      imports++;
      const found = target.startsWith("/") ? target : posix.join(posix.dirname(path), target);
      assert.ok(assets.has(found), `${path} imports ${target}`);
    }
  }
  assert.ok(imports > 50, `${imports} imports were looked at`);
});

test("whatever the document names is served, and none of it lies elsewhere", () => {
  const document = assets.get("/")?.body ?? "";
  const named = [...document.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target = ""]) => target);
  assert.ok(named.length >= 6);
  for (const target of named) assert.ok(assets.has(target), target);
  assert.ok(!/<style|\sstyle=|\son\w+=|<script(?![^>]*src)/.test(document), "nothing inline: the policy forbids it");
});

test("no types are left in what is served, and no file of tests", () => {
  for (const [path, { body }] of assets) {
    assert.ok(!/\.(?:test|fixture|d)\.ts$/.test(path), path);
    if (path.endsWith(".ts")) assert.ok(!/^(?:import type|interface|export interface|type) /m.test(body), path);
  }
});

test("the page names no address outside", () => {
  for (const [path, { body }] of assets) {
    if (path.startsWith("/vendor/")) continue;
    const addresses = [...body.matchAll(/\bhttps?:\/\/[^\s"'`)]+/g)].map(([address]) => address);
    assert.deepEqual(
      addresses.filter((address) => address !== "http://www.w3.org/2000/svg"),
      [],
      path,
    );
  }
});

test("what a package carries is the same", () => {
  assert.deepEqual(new Map(Object.entries(JSON.parse(assetsJson()) as object)), assets);
});
