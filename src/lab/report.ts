import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errnoOf, EXIT, failed, ok, type Result } from "../core/errors.ts";
import { defaultStateDir } from "../core/state-paths.ts";
import type { Out } from "./progress.ts";
import { htmlReport } from "./report-html.ts";
import { textReport } from "./report-text.ts";
import type { FirstLightResult } from "./results.ts";

export interface ReportOptions {
  readonly out: Out;
  /** Prints the result as one JSON document and nothing else. */
  readonly json?: boolean;
  /** Where the HTML goes; by default `swarms-first-light.html` in the state folder. */
  readonly reportPath?: string;
}

/** The report on the terminal and in a file. Returns the exit status: 1 where a bar was missed, 69 where a part could not be shown. */
export function deliver(result: FirstLightResult, options: ReportOptions): number {
  const path = resolve(options.reportPath ?? join(defaultFolder(), "swarms-first-light.html"));
  const written = writeReport(path, htmlReport(result));
  if (options.json) options.out.write(`${JSON.stringify({ ...result, report: written.ok ? path : null })}\n`);
  else options.out.write(`${textReport(result)}\n${written.ok ? `with plots: ${path}` : written.says}\n`);
  if (result.verdicts.some((verdict) => !verdict.held)) return EXIT.failed;
  if ("missing" in result.dropper) return EXIT.unavailable;
  return written.ok ? EXIT.ok : EXIT.cantCreate;
}

function defaultFolder(): string {
  return defaultStateDir({ uid: process.getuid?.() ?? -1, env: process.env });
}

function writeReport(path: string, html: string): Result<void> {
  try {
    // The state folder is entered by the layer's unprivileged half.
    mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
    writeFileSync(path, html);
    return ok(undefined);
  } catch (error) {
    return failed("SW-LAB", `the report could not be written to ${path}: ${errnoOf(error)}`);
  }
}
