import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeHost } from "../../immune/scenes/context.fixture.ts";
import { loadPlugin } from "./load-plugin.ts";
import { PluginAgent } from "./plugin-agent.ts";

const agentOf = (body: string): string => `export default () => ({ says: "s", wants: ["exec"], ${body} });`;

async function started(text: string): Promise<{ agent: PluginAgent; says: string | undefined }> {
  const agent = new PluginAgent({ name: "site", agent: text });
  return { agent, says: await agent.start() };
}

test("what a plugin tells is evidence of one kind under its own name, within bounds", async () => {
  const fact = `{ about: event.process, weight: 7, says: "x\\u001b[2J" + "y".repeat(999), what: ["a"],
    numbers: { uid: event.uid, bad: NaN }, techniques: ["T1078", "nonsense"], agent: "rules", kind: "lineage" }`;
  const { agent, says } = await started(agentOf(`onEvent(event, host) { host.tell(${fact}); }`));
  assert.equal(says, undefined);
  const host = new FakeHost([agent]);
  host.spawn(host.existing("/usr/bin/bash"), "/opt/x");
  const deposit = host.deposits.find(({ pheromone }) => pheromone === "danger");
  assert.ok(deposit !== undefined);
  const { kind, agent: by, weight, says: words, numbers, techniques } = deposit.evidence;
  assert.deepEqual([kind, by, weight, techniques], ["site", "site", 1, ["T1078"]]);
  assert.ok(words.length <= 300 && !words.includes("\u001b"), words);
  assert.ok(!("bad" in numbers) && "uid" in numbers);
});

test("a plugin can look at a process, its line and its danger, and at nothing that proposes or reports", async () => {
  const text = agentOf(`onEvent(event, host) {
    const line = host.lineage(event.process).map(({ path }) => path).join(" < ");
    const can = ["propose", "report", "deposit"].filter((each) => each in host);
    host.tell({ about: event.process, weight: 0.1, says: [line, host.process(event.process).path, host.danger(event.process), ...can].join("; ") });
  }`);
  const { agent } = await started(text);
  const host = new FakeHost([agent]);
  host.spawn(host.existing("/usr/bin/bash"), "/opt/x");
  assert.equal(host.deposits[0]?.evidence.says, "/opt/x < /usr/bin/bash; /opt/x; 0");
});

test("a plugin that throws is switched off and says why; the others go on", async () => {
  const { agent } = await started(agentOf(`onEvent() { throw new Error("broken\\u0007"); }`));
  const host = new FakeHost([agent]);
  const shell = host.existing("/usr/bin/bash");
  for (let i = 0; i < 12; i++) host.spawn(shell, "/opt/x");
  assert.deepEqual(agent.wants, []);
  assert.match(agent.says, /switched off after 10 errors, the latest: broken\\x07/);
});

test("what it learned is given back after a restart, also when it is saved before it was loaded", async () => {
  const text = `export default () => { let seen = 0; return { says: "s", wants: ["exec"], onEvent() { seen++; },
    remember: () => ({ seen }), recall: (memory) => { seen = memory.seen; } }; };`;
  const early = new PluginAgent({ name: "site", agent: text });
  early.recall({ seen: 41 });
  assert.deepEqual(early.remember(), { seen: 41 });
  assert.equal(await early.start(), undefined);
  const host = new FakeHost([early]);
  host.spawn(host.existing("/usr/bin/bash"), "/opt/x");
  assert.deepEqual(early.remember(), { seen: 42 });
});

test("what is no agent is refused in words, whatever is wrong with it", async () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    "export default": /Unexpected/,
    "export const a = 1;": /exports no function/,
    "export default () => 3;": /made no object/,
    [agentOf("")]: /no `onEvent`/,
    'export default () => ({ says: "s", wants: ["everything"], onEvent() {} });': /wants everything/,
    "export default () => ({ wants: [], onEvent() {} });": /no `says`/,
    'import "./other.js"; export default () => ({});': /other\.js|Invalid|resolve/i,
    'export default () => { throw new Error("on purpose"); };': /on purpose/,
  };
  for (const [text, says] of Object.entries(wrong)) {
    const loaded = await loadPlugin(text);
    assert.ok(
      !loaded.ok && loaded.code === "SW-PLUGIN" && says.test(loaded.says),
      `${text}: ${JSON.stringify(loaded)}`,
    );
  }
  const endless = await loadPlugin("await new Promise(() => {}); export default 1;", 20);
  assert.ok(!endless.ok && /not loaded within/.test(endless.says));
});
