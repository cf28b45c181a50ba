import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { operatorSetting } from "./sysctl.ts";

function etc(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "swarms-etc-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "sysctl.d"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

test("what an operator sets, in any spelling, is found with its file", (t) => {
  for (const line of [
    "vm.swappiness=10",
    "  vm/swappiness = 10 ",
    "-vm.swappiness = 10",
    "-vm.swappiness",
    "vm.*=10",
    "vm.swap?iness = 1",
  ]) {
    const root = etc(t, { "sysctl.d/50-mine.conf": `# a comment\n\n${line}\n` });
    assert.equal(operatorSetting("vm.swappiness", root), join(root, "sysctl.d/50-mine.conf"), line);
  }
  const root = etc(t, { "sysctl.conf": "vm.swappiness=10" });
  assert.equal(operatorSetting("vm.swappiness", root), join(root, "sysctl.conf"));
});

test("comments, other names and other files claim nothing", (t) => {
  const root = etc(t, {
    "sysctl.d/a.conf":
      "#vm.swappiness=10\n;vm.swappiness=1\nvm.swappiness2=1\n*=1\nkernel.x=vm.swappiness=3\n[broken(=1\n",
    "sysctl.d/README": "vm.swappiness=10",
  });
  assert.equal(operatorSetting("vm.swappiness", root), undefined);
  assert.equal(operatorSetting("vm.swappiness", join(root, "none")), undefined);
});
