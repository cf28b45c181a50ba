import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { layerIn, stateOf } from "../command-line.fixture.ts";
import { Session } from "./session.fixture.ts";

const LOOKS = ["explain", "history", "incidents", "status", "waiting", "workloads"];

async function session(t: TestContext, may: string, state: string): Promise<{ session: Session; config: string }> {
  const config = join(state, "swarms.yaml");
  writeFileSync(config, `assistants: { may: [${may}] }\n`);
  const opened = await Session.open(t, ["--state", state, "--config", config]);
  return { session: opened.session, config };
}

/** What stands between the marks. */
function dataIn(text: string): unknown {
  const [, mark = "", json = "", end = ""] = /\[data (\w+)\]\n([^]*)\n\[end of data (\w+)\]$/.exec(text) ?? [];
  assert.ok(mark !== "" && mark === end, text.slice(0, 400));
  return JSON.parse(json);
}

test("an assistant looks at a running layer: every tool answers, what is not handed over is not there", async (t) => {
  const { state, asked } = await layerIn(t);
  const { session: open } = await session(t, "", state);
  assert.deepEqual(await open.tools(), LOOKS);

  const status = await open.call("status");
  assert.ok(!status.failed, status.text);
  assert.equal((dataIn(status.text) as { modes: { balance: string } }).modes.balance.length > 0, true);
  assert.ok(Array.isArray((dataIn((await open.call("workloads")).text) as { workloads: unknown }).workloads));
  const incidents = dataIn((await open.call("incidents", { limit: 1 })).text) as { id: string }[];
  assert.equal(incidents.length, 1);
  assert.equal((dataIn((await open.call("explain", { id: "c-0017" })).text) as { id: string }).id, "c-0017");
  const unknown = await open.call("explain", { id: "c-9" });
  assert.ok(unknown.failed && /SW-NOT-FOUND.*What to do/.test(unknown.text), unknown.text);

  const undone = await open.call("undo", { id: "c-0002" });
  assert.ok(undone.failed && /not found/.test(undone.text), undone.text);
  assert.deepEqual(asked, []);
  assert.equal(await open.end(), 0);
});

test("resources hold the same as the tools", async (t) => {
  const { state } = await layerIn(t);
  const { session: open } = await session(t, "", state);
  const { resources } = (await open.ask("resources/list")) as { resources: { uri: string }[] };
  assert.ok(resources.some(({ uri }) => uri === "swarms://incidents"));
  const read = (await open.ask("resources/read", { uri: "swarms://incidents" })) as { contents: { text: string }[] };
  assert.ok(Array.isArray(dataIn(read.contents[0]?.text ?? "")));
});

test("what is handed over is done as asked for by an assistant, and can be taken back while the session lasts", async (t) => {
  const { state, asked } = await layerIn(t);
  const { session: open, config } = await session(t, "dismiss", state);
  assert.deepEqual(await open.tools(), ["dismiss", ...LOOKS].sort());
  const done = await open.call("dismiss", { id: "i-7k2m9q" });
  assert.ok(!done.failed, done.text);
  assert.match(asked[0] ?? "", /^dismissed i-7k2m9q by .+ through an assistant$/);

  writeFileSync(config, "assistants: { may: [] }\n");
  const refused = await open.call("dismiss", { id: "i-7k2m9q" });
  assert.ok(refused.failed && /SW-ASSISTANT/.test(refused.text), refused.text);
  assert.equal(asked.length, 1);
});

test("without a running layer every answer says so and what to do", async (t) => {
  const { session: open } = await session(t, "approve", stateOf(t));
  for (const name of ["status", "incidents", "history"]) {
    const { text, failed } = await open.call(name);
    assert.ok(failed && /What to do: /.test(text), text);
  }
  assert.match((await open.call("status")).text, /SW-NOT-RUNNING.*swarms run/);
  assert.match((await open.call("approve", { id: "a-1" })).text, /SW-NOT-RUNNING|SW-NEEDS-ROOT/);
});

test("a configuration that is wrong ends it before anything is served", async (t) => {
  const state = stateOf(t);
  const config = join(state, "swarms.yaml");
  writeFileSync(config, "assistants: { may: [everything] }\n");
  await assert.rejects(Session.open(t, ["--state", state, "--config", config]), /the server ended/);
});
