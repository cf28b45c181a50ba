import { writeFileSync } from "node:fs";
import type { TestEvent } from "node:test/reporters";

/**
 * Each failure with its message, each kind of skip with its reason, and the count as the last line: "N passed, N failed, N skipped".
 * The file that SWARMS_TEST_RESULT names is given the three numbers and then the files with a failure, a line each (test.sh).
 */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const skips = new Map<string, string[]>();
  const failures: string[] = [];
  const files = new Set<string>();
  for await (const event of source) {
    if (event.type === "test:stderr" || event.type === "test:stdout") yield event.data.message;
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { name, file, skip } = event.data;
    if (event.data.details.type === "suite") continue;
    const error = event.type === "test:fail" ? event.data.details.error : undefined;
    if (file !== undefined && name.endsWith(".test.ts")) {
      if (error !== undefined && !isChildFailure(error)) {
        count.failed++;
        files.add(file);
        failures.push(`${name}\n    ${describe(error)}`);
      }
      continue;
    }
    if (skip !== undefined && skip !== false) {
      count.skipped++;
      const reason = skip === true ? "no reason given" : String(skip);
      skips.set(reason, [...(skips.get(reason) ?? []), name]);
    } else if (error === undefined) {
      count.passed++;
    } else {
      count.failed++;
      if (file !== undefined) files.add(file);
      failures.push(`${short(file)}: ${name}\n    ${describe(error)}`);
      yield `FAILED ${short(file)}: ${name}\n`;
    }
  }
  for (const [reason, names] of skips) yield `skipped (${reason}): ${names.join("; ")}\n`;
  for (const failure of failures) yield `\n✗ ${failure}\n`;
  const result = process.env["SWARMS_TEST_RESULT"];
  if (result !== undefined)
    writeFileSync(result, [`${count.passed} ${count.failed} ${count.skipped}`, ...files, ""].join("\n"));
  yield `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`;
}

function isChildFailure(error: unknown): boolean {
  return error instanceof Error && /subtests? failed/.test(error.message);
}

function describe(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = inner instanceof Error ? (inner.stack ?? inner.message) : String(inner);
  return text.split("\n").slice(0, 30).join("\n    ");
}

function short(file: string | undefined): string {
  return file?.replace(/^.*\/(src|bench)\//, "$1/") ?? "?";
}
