import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { configSchema } from "../core/config.ts";
import { PluginAgent } from "../hive/plugins/plugin-agent.ts";
import { createImmuneColony } from "../immune/colony.ts";
import { FakeHost } from "../immune/scenes/context.fixture.ts";
import { type ReadPlugins, readPlugins } from "../warden/plugin-folders.ts";
import { readRuleSources } from "../warden/rule-sources.ts";
import { swarms } from "./command-line.fixture.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/plugin");
const FOLDER = "/etc/swarms/plugins/wrong-account";

/** The worked example, installed below a root of its own. */
function installed(t: TestContext): { root: string; read(folders?: readonly string[]): ReadPlugins } {
  const root = mkdtempSync(join(tmpdir(), "swarms-plugins-"));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "etc/swarms/plugins"), { recursive: true, mode: 0o755 });
  cpSync(join(EXAMPLE, "wrong-account"), join(root, FOLDER), { recursive: true });
  for (const path of ["", "/agent.js", "/rules", "/rules/billing.yaml"])
    chmodSync(join(root, FOLDER + path), path.includes(".") ? 0o644 : 0o755);
  const uid = process.getuid?.() ?? 0;
  return { root, read: (folders = [FOLDER]) => readPlugins(folders, { root, uid }) };
}

async function exampleAgent(t: TestContext): Promise<PluginAgent> {
  const [plugin] = installed(t).read().plugins;
  assert.ok(plugin?.agent !== undefined);
  const agent = new PluginAgent(plugin);
  assert.equal(await agent.start(), undefined);
  return agent;
}

test("the worked example is read whole: its agent and its rules", (t) => {
  const { plugins, refused } = installed(t).read();
  assert.deepEqual(refused, []);
  assert.deepEqual(
    plugins.map(({ name, rules }) => [name, rules.map(({ file }) => file)]),
    [["wrong-account", [`${FOLDER}/rules/billing.yaml`]]],
  );
});

test("a folder that others can write is left out whole, whichever of its files it is", (t) => {
  const { root, read } = installed(t);
  for (const path of ["/etc/swarms", FOLDER, `${FOLDER}/agent.js`, `${FOLDER}/rules`, `${FOLDER}/rules/billing.yaml`]) {
    chmodSync(join(root, path), 0o777);
    const { plugins, refused } = read();
    assert.deepEqual(plugins, [], path);
    assert.match(refused[0] ?? "", /can be written by others/);
    chmodSync(join(root, path), /\.(js|yaml)$/.test(path) ? 0o644 : 0o755);
  }
  assert.equal(read([FOLDER, FOLDER]).refused.length, 1);
  assert.match(read(["/etc/swarms/plugins/none"]).refused[0] ?? "", /no such file/);
  assert.match(read(["/etc/swarms/Plugins"]).refused[0] ?? "", /small letters/);
});

test("its rules come after the others', and a plugin that is refused keeps none of those from applying", (t) => {
  const { read } = installed(t);
  const config = configSchema.parse({ plugins: [FOLDER], rules: { own: true } });
  const files = readRuleSources(config, "h", undefined, read).sources.map(({ file }) => file);
  assert.equal(files.at(-1), `${FOLDER}/rules/billing.yaml`);
  assert.ok(files.length > 1);
  const gone = readRuleSources({ ...config, plugins: ["/etc/none"] }, "h", undefined, read);
  assert.deepEqual([gone.missing, gone.sources.length], [[], files.length - 1]);
});

test("its rules fire as their tests say", async () => {
  const pack = join(EXAMPLE, "wrong-account/rules/billing.yaml");
  const { code, out, err } = await swarms(["rules", "test", join(EXAMPLE, "billing-test.yaml"), pack]);
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /3 as expected, 0 not/);
});

test("its agent is one voice among the others: alone no incident, with a fresh program's deed one", async (t) => {
  const agent = await exampleAgent(t);
  const host = new FakeHost([...createImmuneColony({ leaseMs: 1000, depth: "full" }), agent]);
  const shell = host.existing("/usr/bin/bash");
  for (let i = 0; i < 5; i++) host.spawn(shell, "/opt/billing/bin/export");
  const own = host.deposits.filter(({ evidence }) => evidence.kind === "wrong-account");
  assert.ok(own.length > 0 && own[0]?.evidence.techniques?.includes("T1078") === true);
  assert.equal(host.incidents.length, 0);

  host.wait(3_600_000);
  // What is said of one event counts once, whoever says it: the file that is fresh is run first.
  const dropped = host.spawn(host.existing("/usr/sbin/nginx"), "/tmp/dropped", 1000);
  host.exec(dropped, "/opt/billing/bin/export");
  assert.ok(host.incidents[0]?.kinds.includes("wrong-account"), JSON.stringify(host.incidents));
});

test("programs elsewhere, and those of the account itself, are nothing to it", async (t) => {
  const agent = await exampleAgent(t);
  const host = new FakeHost([agent]);
  const shell = host.existing("/usr/bin/bash");
  for (const path of ["/usr/bin/ls", "/opt/billing/readme", "/opt/other/bin/x"]) host.spawn(shell, path);
  assert.deepEqual(host.deposits, []);
});

test("swarms plugins says what would be loaded, and why the rest would not", async () => {
  const none = await swarms(["plugins"]);
  assert.match(none.out, /no plugins/);
  const open = await swarms(["plugins", "/tmp/none", "--json"]);
  assert.equal(open.code, 1);
  assert.match((JSON.parse(open.out) as { refused: string[] }).refused[0] ?? "", /\/tmp can be written by others/);
});

/** Another worked example, of one file. */
function install(root: string, name: string, file: string): string {
  const folder = `/etc/swarms/plugins/${name}`;
  cpSync(join(EXAMPLE, name), join(root, folder), { recursive: true });
  chmodSync(join(root, folder), 0o755);
  chmodSync(join(root, folder, file), 0o644);
  return folder;
}

test("the output that is worked out is read as one, and is only what stands in its folder", (t) => {
  const { root, read } = installed(t);
  const folder = install(root, "pager", "output.js");
  const [plugin] = read([folder]).plugins;
  assert.deepEqual([plugin?.name, plugin?.agent, plugin?.rules], ["pager", undefined, []]);
  assert.match(plugin?.output ?? "", /export default async function page/);
  chmodSync(join(root, folder, "output.js"), 0o646);
  assert.match(read([folder]).refused[0] ?? "", /output\.js can be written by others/);
});

test("the knobs that are worked out are read; a table that is wrong, or names another's file, leaves its plugin out", (t) => {
  const { root, read } = installed(t);
  const folder = install(root, "calm-memory", "knobs.yaml");
  const [plugin] = read([folder]).plugins;
  assert.deepEqual(
    plugin?.knobs?.map(({ file, of }) => [file, of]),
    [
      ["memory.swap.max", "batch"],
      ["memory.min", "latency"],
    ],
  );
  const again = "/etc/swarms/plugins/again";
  cpSync(join(root, folder), join(root, again), { recursive: true });
  const both = read([folder, again]);
  assert.deepEqual(
    [both.plugins.length, both.refused.join()],
    [1, `plugin ${again}: memory.swap.max is a knob of another plugin`],
  );
  writeFileSync(join(root, again, "knobs.yaml"), "knobs:\n  - { file: memory.max }\n");
  assert.match(read([again]).refused[0] ?? "", /knobs\.yaml: knobs\.0/);
});
