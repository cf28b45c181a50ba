import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { LogLevels } from "../core/log-level.ts";
import { readConfig, reloader } from "./run-reload.ts";

test("a reload puts the file in force and says what changed; one with a mistake changes nothing", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-reload-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "swarms.yaml");
  writeFileSync(path, "mode: observe\n");
  const levels = new LogLevels(new FakeClock());
  const lines: string[] = [];
  const used: Config[] = [];
  const { config: started } = readConfig(path);
  const log = (says: string, level = "info"): void => void lines.push(`${level}: ${says}`);
  const reload = reloader({ path, started, levels, log, use: (config) => void used.push(config) });

  writeFileSync(path, "mode: advise\nlog: { level: warn }\ncolonies: { immune: { off: [scan] } }\n");
  reload();
  assert.equal(used.at(-1)?.mode, "advise");
  assert.equal(levels.now, "warn");
  assert.match(lines[0] ?? "", /^info: configuration reloaded: mode, colonies, log changed, in force from now on but/);
  assert.match(lines[1] ?? "", /colonies\.immune\.off holds only after a restart/);

  writeFileSync(path, "mode: attack\n");
  reload();
  assert.equal(used.length, 1);
  assert.match(lines.at(-1) ?? "", /^warn: configuration not reloaded, the old one stays in force: .*swarms\.yaml:1/);

  writeFileSync(path, "mode: advise\nlog: { level: warn }\ncolonies: { immune: { off: [scan] } }\n");
  lines.length = 0;
  reload();
  assert.match(lines.join("\n"), /nothing in it has changed\n.*off holds only after a restart/);
});
