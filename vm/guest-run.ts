import { appendFileSync } from "node:fs";
import { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import report from "../test-reporter.ts";
import { type Batch, ON_FIXTURE_TREES } from "./suites.ts";

/**
 * Runs inside the test machine: argv are the time-out of a test in ms and the batches as JSON. One process and one count for
 * all of them, since starting Node takes seconds under an emulated CPU; only files that need it get a process of their own.
 */
const timeout = Number(process.argv[2]);
const batches = JSON.parse(process.argv[3] ?? "[]") as Batch[];

const again = new Set<string>();
let failed = false;

type Ended = Extract<TestEvent, { type: "test:pass" | "test:fail" }>;

/** Where time runs out or the kernel dies, the console log shows how far the tests had come. */
function logEnd({ type, data }: Ended): void {
  const mark = type === "test:fail" ? "FAILED " : "";
  appendFileSync("/dev/console", `${mark}${Math.round(data.details.duration_ms)} ms ${data.file} ${data.name}\n`);
}

async function* testsOf({ files, isolation }: Batch): AsyncGenerator<TestEvent> {
  const stream = run({ files: [...files], isolation, concurrency: 1, timeout, testSkipPatterns: ON_FIXTURE_TREES });
  for await (const event of stream as AsyncIterable<TestEvent>) {
    if (event.type === "test:pass" || event.type === "test:fail") logEnd(event);
    yield event;
  }
}

/**
 * An emulated CPU shares its two cores unlike a real one. A file with a failing test is therefore run once more in a process of its
 * own, and that run decides; what failed first is said all the same.
 */
async function* events(): AsyncGenerator<TestEvent> {
  for (const batch of batches)
    for await (const event of testsOf(batch)) {
      const file = event.type === "test:fail" ? event.data.file : undefined;
      if (event.type !== "test:fail") yield event;
      else if (file === undefined) {
        failed = true;
        yield event;
      } else {
        again.add(file);
        process.stdout.write(`failed once: ${file}: ${event.data.name}\n${inspect(event.data.details.error)}\n`);
      }
    }
  if (again.size === 0) return;
  process.stdout.write(`once more, each in a process of its own: ${[...again].join(", ")}\n`);
  for await (const event of testsOf({ files: [...again], isolation: "process" })) {
    failed ||= event.type === "test:fail";
    if (event.type !== "test:pass") yield event;
  }
}

for await (const text of report(events())) process.stdout.write(text);
process.exit(failed ? 1 : 0);
