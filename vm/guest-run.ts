import { appendFileSync } from "node:fs";
import { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import report from "../test-reporter.ts";
import { type Batch, ON_FIXTURE_TREES } from "./suites.ts";

/**
 * Runs inside the test machine: argv are the time-out of a test in ms and the batches as JSON. One process and one count for
 * all of them, since starting Node takes seconds under an emulated CPU; only files that need it get a process of their own.
 */
const timeout = Number(process.argv[2]);
const batches = JSON.parse(process.argv[3] ?? "[]") as Batch[];

let failed = false;

/** Where time runs out or the kernel dies, the console log shows how far the tests had come. */
function logEnd({ type, data }: Extract<TestEvent, { type: "test:pass" | "test:fail" }>): void {
  const mark = type === "test:fail" ? "FAILED " : "";
  appendFileSync("/dev/console", `${mark}${Math.round(data.details.duration_ms)} ms ${data.file} ${data.name}\n`);
}

async function* events(): AsyncGenerator<TestEvent> {
  for (const { files, isolation } of batches) {
    const stream = run({ files: [...files], isolation, concurrency: 1, timeout, testSkipPatterns: ON_FIXTURE_TREES });
    for await (const event of stream as AsyncIterable<TestEvent>) {
      failed ||= event.type === "test:fail";
      if (event.type === "test:pass" || event.type === "test:fail") logEnd(event);
      yield event;
    }
  }
}

for await (const text of report(events())) process.stdout.write(text);
process.exit(failed ? 1 : 0);
