import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { type OutputConfig, outputSchema } from "../core/config-outputs.ts";
import { failed } from "../core/errors.ts";
import { seededRandom } from "../core/random.ts";
import type { PostAnswer, PostJob } from "../core/wire/sender.ts";
import { Outputs } from "./outputs.ts";
import { APPLIED, INCIDENT, ORIGIN } from "./record.fixture.ts";

function world(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "swarms-outputs-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const posts: { job: PostJob; end: (answer: PostAnswer) => void }[] = [];
  const open = (configs: readonly OutputConfig[]): Outputs =>
    new Outputs(configs, {
      origin: ORIGIN,
      folder: join(folder, "queues"),
      clock: new FakeClock(),
      random: seededRandom(1),
      pid: 1,
      readFile: (path) => readFileSync(path, "utf8"),
      sendDatagram: (path) => failed("SW-OUTPUT", `${path}: nobody listens there`),
      post: (job, end) => void posts.push({ job, end }),
    });
  const file = (name: string, change: Partial<OutputConfig> = {}): OutputConfig => ({
    ...outputSchema.parse({ name, to: "file", path: join(folder, `${name}.json`) }),
    ...change,
  });
  const lines = (name: string): Record<string, unknown>[] =>
    readFileSync(join(folder, `${name}.json`), "utf8")
      .split("\n")
      .filter((text) => text !== "")
      .map((text) => JSON.parse(text) as Record<string, unknown>);
  const hook = outputSchema.parse({ name: "siem", to: "webhook", url: "http://siem.test/" });
  return { folder, posts, open, file, lines, hook };
}

test("each place gets what it asks for, in its shape; one that fails takes nothing from the others", (t) => {
  const { open, file, lines } = world(t);
  const broken = outputSchema.parse({ name: "log", to: "syslog" });
  const outputs = open([broken, file("all"), file("ocsf", { format: "ocsf", tell: ["containment"] })]);
  outputs.tell(INCIDENT);
  outputs.tell(APPLIED);
  assert.deepEqual(
    lines("all").map(({ rule }) => rule),
    ["Swarms incident", "Swarms action applied"],
  );
  assert.deepEqual(
    lines("ocsf").map(({ class_uid }) => class_uid),
    [7001],
  );
  const [log] = outputs.status();
  assert.deepEqual([log?.waiting, log?.trouble], [2, "/dev/log: nobody listens there"]);
  outputs.close();
});

test("a reload keeps what is as before with its counts, ends what is gone, and a queue goes on under its name", (t) => {
  const { posts, open, file, hook } = world(t);
  const outputs = open([file("log"), hook]);
  outputs.tell(INCIDENT);
  outputs.tell(APPLIED);
  outputs.reload([hook, file("log")]);
  assert.deepEqual(
    outputs.status().map(({ name, delivered, waiting }) => [name, delivered, waiting]),
    [
      ["siem", 0, 2],
      ["log", 2, 0],
    ],
  );
  assert.equal(posts.length, 1, "what was under way still is");
  const moved = { ...hook, url: "http://other.test/" };
  outputs.reload([moved]);
  assert.deepEqual(
    outputs.status().map(({ name, waiting }) => [name, waiting]),
    [["siem", 2]],
  );
  posts[0]?.end({ result: "taken", says: "" });
  assert.equal(outputs.status()[0]?.waiting, 2, "the answer of the old address is nobody's");
  assert.equal(posts[1]?.job.url, "http://other.test/");
  assert.equal(posts[1]?.job.id, INCIDENT.id);
  outputs.close();
});
