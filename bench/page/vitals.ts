import type { Page } from "playwright-core";

/** What Lighthouse measures and checks, as far as a page behind a token on loopback can be judged by it. */
export interface Vitals {
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  /** What tasks longer than 50 ms took beyond that, from the first paint on (Total Blocking Time). */
  readonly blockingMs: number;
  /** Cumulative Layout Shift (W3C Layout Instability). */
  readonly shift: number;
  readonly kilobytes: number;
  /** Sentences: what somebody who sees little, cannot point well or hears the page could not use. */
  readonly barriers: readonly string[];
}

/** The page has come up and goes on for so long: first frames, first processes. */
const SETTLE_MS = 2500;

/** Call before the page is opened. */
export async function watchVitals(tab: Page): Promise<void> {
  await tab.addInitScript(WATCH);
}

/** Those of the page's own tests; they are of the browser's world, whose types are not those of here. */
async function checks(): Promise<readonly (() => string[])[]> {
  const path = new URL("../../ui/checks.fixture.ts", import.meta.url).href;
  const all = (await import(path)) as Readonly<Record<string, () => string[]>>;
  return Object.entries(all).flatMap(([name, check]) => (name.startsWith("find") ? [check] : []));
}

export async function readVitals(tab: Page, views: readonly string[]): Promise<Vitals> {
  await tab.waitForTimeout(SETTLE_MS);
  // Before the checks, whose own work is long.
  const told = (await tab.evaluate("window.vitals()")) as Omit<Vitals, "barriers">;
  const barriers: string[] = [];
  const finders = await checks();
  for (const view of views) {
    await tab.locator(`nav.tabs a[href="#${view}"]`).click();
    await tab.waitForTimeout(300);
    for (const find of finders) barriers.push(...(await tab.evaluate(find)).map((says) => `${view}: ${says}`));
  }
  return { ...told, barriers };
}

/** Runs in the page, from its first moment. */
const WATCH = `
  let [largest, shift, first] = [0, 0, 0];
  const tasks = [];
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch("paint", ({ name, startTime }) => { if (name === "first-contentful-paint") first = startTime; });
  watch("largest-contentful-paint", ({ startTime }) => { largest = startTime; });
  // Within half a second of a key or a press a shift is what was asked for.
  watch("layout-shift", ({ value, hadRecentInput }) => { if (!hadRecentInput) shift += value; });
  watch("longtask", ({ startTime, duration }) => tasks.push([startTime, duration]));
  window.vitals = () => ({
    firstPaintMs: first,
    largestPaintMs: largest,
    blockingMs: tasks.reduce((sum, [at, took]) => sum + (at >= first ? Math.max(0, took - 50) : 0), 0),
    shift,
    kilobytes: performance.getEntriesByType("resource").reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000,
  });
`;
