import { spawnSync } from "node:child_process";
import { mkdtempSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { EventKind } from "../../src/core/event-kinds.ts";
import { type LayerRun, startLayer } from "./layer-run.ts";
import type { Bench } from "./part.ts";
import { type ProbeOrder, type ProbeReport, readReport } from "./probe.ts";

export interface ProbedLayer extends LayerRun {
  /** After the probe wrote anew: at most half a second. */
  report(): Promise<ProbeReport>;
}

/** A whole layer that also wants `wants`, and tells what reached its agents. */
export async function startProbedLayer(
  bench: Bench,
  options: { readonly wants: readonly EventKind[]; readonly known?: string },
): Promise<ProbedLayer> {
  const folder = mkdtempSync(join(bench.folder, "probe-"));
  const order: ProbeOrder = {
    wants: options.wants,
    known: options.known ?? "",
    bootOffsetNs: bootOffsetNs(bench),
    report: join(folder, "report.json"),
  };
  const main = join(import.meta.dirname, "probe-layer.ts");
  // As ./swarms starts it.
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", "--max-semi-space-size=1"];
  const layer = await startLayer(bench, {
    state: mkdtempSync(join(folder, "state-")),
    command: [...node, main, JSON.stringify(order)],
  });
  return {
    ...layer,
    report: async () => {
      // One that is being written now may have begun before what is asked about.
      for (let turn = 0; turn < 2; turn++) await nextReport(order.report);
      return readReport(order.report);
    },
  };
}

async function nextReport(path: string): Promise<void> {
  const before = stampOf(path);
  for (let look = 0; look < 600 && stampOf(path) === before; look++) await pause(10);
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return `${found?.ino} ${found?.mtimeMs}`;
}

function bootOffsetNs({ programs }: Bench): number {
  const { stdout } = spawnSync(programs.program("clocks"), { encoding: "utf8", timeout: 5000 });
  return (JSON.parse(stdout) as { ns: number }).ns;
}
