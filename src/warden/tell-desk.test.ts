import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { configSchema } from "../core/config.ts";
import { INCIDENT } from "../outputs/record.fixture.ts";
import { TellDesk, withoutOutputs } from "./tell-desk.ts";

function world(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "swarms-desk-"));
  const path = join(dir, "out.json");
  const said: string[] = [];
  const clock = new FakeClock();
  const config = configSchema.parse({ outputs: [{ name: "log", to: "file", path, priority: "warning" }] });
  const desk = new TellDesk({
    config,
    version: "1",
    dir,
    clock,
    sender: () => undefined,
    atLeisure: (work) => work(),
    log: (says) => void said.push(says),
  });
  t.after(() => {
    desk.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  });
  return { desk, clock, config, said, lines: () => readFileSync(path, "utf8").trim().split("\n") };
}

test("a hive that tells without end is heard so often a minute; the rest is not confirmed, and the log says how much", (t) => {
  const { desk, clock, said, lines } = world(t);
  const taken = Array.from({ length: 1000 }, (_, index) => desk.tellForHive({ ...INCIDENT, id: `i-${index}` }));
  assert.equal(taken.filter(Boolean).length, 600);
  assert.equal(lines().length, 600);
  clock.advance(60_001);
  assert.ok(desk.tellForHive(INCIDENT));
  assert.match(said.join(), /SW-OUTPUT: 400 incidents of the hive were not told/);
});

test("status is given once for each change", (t) => {
  const { desk } = world(t);
  assert.equal(desk.turn()?.[0]?.delivered, 0);
  assert.equal(desk.turn(), undefined);
  desk.tell(INCIDENT);
  assert.equal(desk.turn()?.[0]?.delivered, 1);
});

test("what is configured as before goes on with its counts after a reload, and what is gone is told no more", (t) => {
  const { desk, config, lines } = world(t);
  desk.tell(INCIDENT);
  desk.reload(config);
  assert.equal(desk.status()[0]?.delivered, 1);
  desk.reload(configSchema.parse({}));
  desk.tell(INCIDENT);
  assert.deepEqual([desk.status().length, lines().length], [0, 1]);
});

test("the hive is not told where anything goes, nor where tokens lie", () => {
  const webhook = { name: "siem", to: "webhook", url: "https://siem.test/in?key=s3cret", tokenFile: "/etc/token" };
  const config = configSchema.parse({ outputs: [webhook] });
  assert.doesNotMatch(JSON.stringify(withoutOutputs(config)), /siem|s3cret|token/);
});
