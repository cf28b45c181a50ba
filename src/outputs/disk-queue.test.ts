import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import * as fc from "fast-check";
import { DiskQueue, type Queued } from "./disk-queue.ts";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "swarms-queue-"));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 10 }));
  return join(path, "queue");
}

const item = (n: number): Queued => ({ id: String(n), atMs: n, text: "x".repeat(20) });
const taken = (queue: DiskQueue): string[] => {
  const ids: string[] = [];
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    ids.push(next.id);
    queue.shift();
  }
  return ids;
};

test("any order of adding, taking and being opened anew gives every line once, in order", (t) => {
  const root = folder(t);
  let run = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom("add", "take", "open"), { maxLength: 80 }), (steps) => {
      const options = { folder: join(root, String(run++)), maxBytes: 1e6, segmentBytes: 150 };
      let queue = new DiskQueue(options);
      const model: string[] = [];
      let added = 0;
      for (const step of steps) {
        if (step === "add") {
          assert.ok(queue.add(item(added)));
          model.push(String(added++));
        } else if (step === "take") {
          assert.equal(queue.peek()?.id, model[0]);
          if (model.length > 0) queue.shift();
          model.shift();
        } else {
          queue.close();
          queue = new DiskQueue(options);
        }
        assert.equal(queue.count, model.length);
      }
      assert.deepEqual(taken(queue), model);
      assert.equal(queue.bytes, 0);
      queue.close();
    }),
    { numRuns: 60 },
  );
});

test("what is beyond the bound is refused, and there is room again once something went", (t) => {
  const queue = new DiskQueue({ folder: folder(t), maxBytes: 1000, segmentBytes: 200 });
  let count = 0;
  while (queue.add(item(count))) count++;
  assert.ok(count > 10 && queue.bytes <= 1000);
  const before = queue.count;
  for (let each = 0; each < 8; each++) queue.shift();
  assert.ok(queue.add(item(99)));
  assert.equal(queue.count, before - 7);
  queue.close();
});

test("a line that a crash cut in two, and files that are not its own, are left out", (t) => {
  const path = folder(t);
  const queue = new DiskQueue({ folder: path, maxBytes: 1e6 });
  queue.add(item(1));
  queue.close();
  const segment = readdirSync(path).find((name) => name.endsWith(".jsonl")) ?? "";
  appendFileSync(join(path, segment), '{"id":"2","atMs":1,"te');
  appendFileSync(join(path, "dead.jsonl"), "{}\n");
  const again = new DiskQueue({ folder: path, maxBytes: 1e6 });
  again.add(item(3));
  assert.deepEqual(taken(again), ["1", "3"]);
  again.close();
});

test("kill -9 in the middle: what was added is there, nothing that was not taken is missing", async (t) => {
  const path = folder(t);
  const program = `
    import { writeSync } from "node:fs";
    import { DiskQueue } from ${JSON.stringify(new URL("./disk-queue.ts", import.meta.url).href)};
    const queue = new DiskQueue({ folder: ${JSON.stringify(path)}, maxBytes: 1e8, segmentBytes: 4000 });
    for (let n = 0; ; n++) {
      queue.add({ id: String(n), atMs: n, text: "x".repeat(100) });
      writeSync(1, "+" + n + "\\n");
      if (n % 3 === 0) { const id = queue.peek().id; queue.shift(); writeSync(1, "-" + id + "\\n"); }
    }`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.length > 12_000) child.kill("SIGKILL");
  });
  await once(child, "close");
  const words = said.split("\n").slice(0, -1);
  const added = words.filter((word) => word.startsWith("+")).map((word) => word.slice(1));
  const gone = words.filter((word) => word.startsWith("-")).map((word) => word.slice(1));
  assert.ok(added.length > 300 && gone.length > 100);
  const queue = new DiskQueue({ folder: path, maxBytes: 1e8 });
  const left = new Set(taken(queue));
  const lost = added.filter((id) => !left.has(id) && !gone.includes(id));
  // The one that was being taken when the end came was taken, though nobody could say so any more.
  assert.ok(lost.length <= 1, lost.join());
  const twice = gone.filter((id) => left.has(id));
  assert.ok(twice.length <= 1, twice.join());
  queue.close();
});
