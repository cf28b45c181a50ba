import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { spreadOf } from "../src/lab/spread.ts";
import { atMost, benchOptions, conclude, type Figure } from "./harness.ts";
import { BROWSER, browserPlace } from "./page/browser.ts";
import { BUSY, startBusyPage } from "./page/busy-page.ts";
import { interact, MOVES } from "./page/interactions.ts";

/*
 * The dashboard on a host with 10,000 processes, a thousand deposits and a hundred ends and beginnings of processes a second: how long
 * from a key or a press to the next picture that shows what it did, as the browser measures it (Event Timing, W3C).
 */

const REPEATS = { whole: 5, quick: 2 } as const;
/** Nielsen 1993: within a tenth of a second somebody feels that they do it themselves. */
const FELT_AT_ONCE_MS = 100;
/** After this nobody who opens the page looks elsewhere. */
const FIRST_PICTURE_MS = 2000;

const options = benchOptions(process.argv.slice(2));
if (options !== undefined) {
  if (browserPlace() === undefined) process.stdout.write(`page: skipped, ${BROWSER.missing}\n`);
  else conclude("The dashboard, 10,000 processes, 1,000 deposits a second", await measure(options.quick), options);
}

async function measure(quick: boolean): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "swarms-bench-page-"));
  const busy = await startBusyPage(join(folder, "api.sock"));
  try {
    const rounds: {
      readonly worst: number[];
      readonly middle: number[];
      readonly first: number[];
      readonly heap: number[];
    } = {
      worst: [],
      middle: [],
      first: [],
      heap: [],
    };
    for (let round = 0; round < (quick ? REPEATS.quick : REPEATS.whole); round++) {
      const tab: Page = await busy.open();
      rounds.first.push(await busy.firstPictureMs(tab));
      const took = (await interact(tab, quick ? 1 : 3)).toSorted((a, b) => a - b);
      rounds.worst.push(took.at(-1) ?? Number.NaN);
      rounds.middle.push(took[Math.floor(took.length / 2)] ?? Number.NaN);
      rounds.heap.push(await busy.heapBytes(tab));
      await tab.close();
    }
    return [
      { name: "first picture", spread: spreadOf(rounds.first), unit: "ms", limit: atMost(FIRST_PICTURE_MS) },
      { name: `interaction, median of ${MOVES.length} kinds`, spread: spreadOf(rounds.middle), unit: "ms" },
      { name: "interaction, the longest", spread: spreadOf(rounds.worst), unit: "ms", limit: atMost(FELT_AT_ONCE_MS) },
      { name: "heap of the page", spread: spreadOf(rounds.heap.map((bytes) => bytes / 1e6)), unit: "MB" },
      { name: "deposits", spread: spreadOf([BUSY.depositsPerSecond]), unit: "a second" },
    ];
  } finally {
    await busy.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
