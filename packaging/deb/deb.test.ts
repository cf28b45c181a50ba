import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { copyrightText } from "./copyright.ts";
import { productionDependencies } from "./dependencies.ts";

const HERE = import.meta.dirname;
const SYSTEMD = join(HERE, "../../systemd");
const read = (...path: readonly string[]): string => readFileSync(join(...path), "utf8");

test("the shell scripts of the package can be read by sh", () => {
  for (const script of ["postinst", "prerm", "postrm", "../deb.sh", "../deb-proof.sh", "../container/warden.sh"]) {
    const { status, stderr } = spawnSync("sh", ["-n", join(HERE, script)], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""], script);
  }
});

test("a removal stops every unit that listens or runs by itself", () => {
  const units = readdirSync(SYSTEMD).filter((name) => /^swarms.*\.(socket)$/.test(name) || name === "swarms.service");
  for (const unit of units) assert.ok(read(HERE, "prerm").includes(unit), unit);
});

test("the units name the place where the package puts Node and the code, and nothing of the system's Node", () => {
  for (const name of readdirSync(SYSTEMD).filter((one) => one.endsWith(".service"))) {
    const text = read(SYSTEMD, name);
    assert.ok(!text.includes("/usr/bin/node"), name);
    if (name !== "swarms.service")
      assert.match(
        text,
        /^ExecStart=\/usr\/lib\/swarms-layer\/bin\/node .*\/usr\/lib\/swarms-layer\/dist\/\w+\/main\.js$/m,
      );
  }
});

test("every override of lintian carries a reason", () => {
  const lines = read(HERE, "swarms-layer.lintian-overrides").trim().split("\n");
  let hasReason = false;
  for (const line of lines) {
    if (line.startsWith("#")) hasReason = true;
    else assert.ok(hasReason, line);
  }
});

test("what the layer runs with is taken from the lock file, without what only building and testing need", () => {
  const names = productionDependencies().map(({ name }) => name);
  for (const needed of ["commander", "koffi", "zod", "yaml", "hono", "@hono/node-server"])
    assert.ok(names.includes(needed), needed);
  for (const other of ["typescript", "oxlint", "fast-check", "@types/node"]) assert.ok(!names.includes(other), other);
});

test("the copyright file has the licence of every dependency", () => {
  const dependencies = productionDependencies();
  // Stands for Node's folder: any with a LICENSE.
  const some = dependencies.find(({ name }) => name === "commander");
  const text = copyrightText(dependencies, some?.folder ?? "");
  for (const { name, license } of dependencies) {
    const stanza = text
      .split("\n\n")
      .find((one) => one.startsWith(`Files: usr/lib/swarms-layer/node_modules/${name}/*\n`));
    assert.ok(stanza !== undefined, name);
    assert.ok(license === "Apache-2.0" || / \.\n|warranty|WARRANT/i.test(stanza), `${name}: ${license}`);
  }
  assert.ok(!/\n\n\n/.test(text));
});
