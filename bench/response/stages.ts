import { spreadOf } from "../../src/lab/spread.ts";
import type { Figure } from "../harness.ts";
import type { HiveLine, Judged } from "./lines.ts";

/** The way of one containment, in the order in which it is gone; milliseconds. */
const STAGES = {
  heard: "from the kernel's event until the hive heard of it",
  asked: "until the guard was asked",
  judged: "judged, written and read back",
  ruled: "of it: until the guard had judged",
  intent: "of it: the intent on the disk",
  result: "of it: the result in the kernel's hands",
  told: "until the answer was back in the hive",
} as const;

type StageName = keyof typeof STAGES;

/** Where the time of the containments goes. */
export class Stages {
  private readonly ms: Record<StageName, number[]> = {
    heard: [],
    asked: [],
    judged: [],
    ruled: [],
    intent: [],
    result: [],
    told: [],
  };

  add({ us, heardUs, atNs }: HiveLine, judged: Judged | undefined): void {
    if (judged === undefined || heardUs === undefined || atNs === undefined) return;
    const { ms } = this;
    ms.heard.push(heardUs / 1000);
    ms.asked.push((judged.beganNs - atNs) / 1e6 - heardUs / 1000);
    ms.judged.push((judged.endedNs - judged.beganNs) / 1e6);
    ms.ruled.push((judged.judgedNs - judged.beganNs) / 1e6);
    ms.intent.push((judged.records["intent"] ?? 0) / 1e6);
    ms.result.push((judged.records["result"] ?? 0) / 1e6);
    ms.told.push(us / 1000 - (judged.endedNs - atNs) / 1e6);
  }

  figures(): Figure[] {
    return (Object.keys(STAGES) as StageName[]).flatMap((name) =>
      this.ms[name].length === 0
        ? []
        : [
            { name: `${STAGES[name]}: p50`, spread: spreadOf([quantile(this.ms[name], 0.5)]), unit: "ms" },
            { name: `${STAGES[name]}: p99`, spread: spreadOf([quantile(this.ms[name], 0.99)]), unit: "ms" },
          ],
    );
  }
}

/** The least value that so large a share of all do not exceed (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
