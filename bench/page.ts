import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { Countdown } from "../src/lab/countdown.ts";
import { spreadOf } from "../src/lab/spread.ts";
import { atMost, benchOptions, conclude, type Figure } from "./harness.ts";
import { BROWSER, browserPlace } from "./page/browser.ts";
import { BUSY, type BusyPage, startBusyPage } from "./page/busy-page.ts";
import { interact, MOVES } from "./page/interactions.ts";
import { readVitals, type Vitals, watchVitals } from "./page/vitals.ts";

/*
 * The dashboard on a host with 10,000 processes, a thousand deposits and a hundred ends and beginnings of processes a second: how long
 * from a key or a press to the next picture that shows what it did, as the browser measures it (Event Timing, W3C). And what
 * Lighthouse looks at, as far as a page behind a token can be judged by it: paints, long tasks, shifts, barriers, outside requests.
 */

const REPEATS = { whole: 5, quick: 2 } as const;
/** Nielsen 1993: within a tenth of a second somebody feels that they do it themselves. */
const FELT_AT_ONCE_MS = 100;
/** After this nobody who opens the page looks elsewhere. */
const FIRST_PICTURE_MS = 2000;

/** What Lighthouse calls good for a page on a desk (developer.chrome.com/docs/lighthouse/performance). */
const GOOD = { firstPaintMs: 934, largestPaintMs: 1200, blockingMs: 150, shift: 0.1 } as const;
const VIEWS = ["overview", "field", "changes", "incidents", "search", "learned"];

const options = benchOptions(process.argv.slice(2));
if (options !== undefined) {
  if (browserPlace() === undefined) process.stdout.write(`page: skipped, ${BROWSER.missing}\n`);
  else conclude("The dashboard, 10,000 processes, 1,000 deposits a second", await measure(options.quick), options);
}

/** The page comes up and is looked at in every view, and nothing is pressed meanwhile. */
async function look(busy: BusyPage, quick: boolean): Promise<Figure[]> {
  const seen: Vitals[] = [];
  const complaints: string[] = [];
  const repeats = quick ? REPEATS.quick : REPEATS.whole;
  const countdown = new Countdown(process.stderr, "looks");
  for (let round = 0; round < repeats; round++) {
    countdown.at(round, repeats);
    const tab = await busy.open();
    tab.on("pageerror", ({ message }) => complaints.push(message));
    tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    tab.on("request", (request) => request.url().startsWith(busy.origin) || complaints.push(`asks ${request.url()}`));
    await watchVitals(tab);
    await busy.firstPictureMs(tab);
    seen.push(await readVitals(tab, VIEWS));
    await tab.close();
  }
  countdown.end();
  const found = [...complaints, ...seen.flatMap(({ barriers }) => barriers)];
  for (const says of new Set(found)) process.stderr.write(`  ${says}\n`);
  const of = (name: Exclude<keyof Vitals, "barriers">) => spreadOf(seen.map((vitals) => vitals[name]));
  return [
    { name: "first contentful paint", spread: of("firstPaintMs"), unit: "ms", limit: atMost(GOOD.firstPaintMs) },
    { name: "largest contentful paint", spread: of("largestPaintMs"), unit: "ms", limit: atMost(GOOD.largestPaintMs) },
    { name: "total blocking time", spread: of("blockingMs"), unit: "ms", limit: atMost(GOOD.blockingMs) },
    { name: "layout shift", spread: of("shift"), unit: "", limit: atMost(GOOD.shift) },
    {
      name: "barriers, faint text, errors, requests outside",
      spread: spreadOf([found.length]),
      unit: "",
      limit: atMost(0),
    },
    { name: "scripts, styles and pictures", spread: of("kilobytes"), unit: "kB" },
  ];
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
    const repeats = quick ? REPEATS.quick : REPEATS.whole;
    const countdown = new Countdown(process.stderr, "presses keys");
    for (let round = 0; round < repeats; round++) {
      countdown.at(round, repeats);
      const tab: Page = await busy.open();
      rounds.first.push(await busy.firstPictureMs(tab));
      const took = (await interact(tab, quick ? 1 : 3)).toSorted((a, b) => a - b);
      rounds.worst.push(took.at(-1) ?? Number.NaN);
      rounds.middle.push(took[Math.floor(took.length / 2)] ?? Number.NaN);
      rounds.heap.push(await busy.heapBytes(tab));
      await tab.close();
    }
    countdown.end();
    return [
      ...(await look(busy, quick)),
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
