import type { Page } from "playwright-core";

/** What people do: each is one key or one press. */
export const MOVES: readonly { readonly name: string; do(tab: Page): Promise<void> }[] = [
  { name: "to the field", do: (tab) => tab.keyboard.press("2") },
  { name: "into the tree", do: (tab) => tab.getByRole("tree").focus() },
  { name: "down", do: (tab) => tab.keyboard.press("ArrowDown") },
  { name: "a page down", do: (tab) => tab.keyboard.press("PageDown") },
  { name: "to the end", do: (tab) => tab.keyboard.press("End") },
  { name: "to the beginning", do: (tab) => tab.keyboard.press("Home") },
  { name: "folds the root", do: (tab) => tab.keyboard.press("ArrowLeft") },
  { name: "unfolds it", do: (tab) => tab.keyboard.press("ArrowRight") },
  { name: "presses a row", do: (tab) => tab.getByRole("treeitem").nth(3).click() },
  { name: "only hot", do: (tab) => tab.getByRole("checkbox").click() },
  { name: "all again", do: (tab) => tab.getByRole("checkbox").click() },
  { name: "into the search", do: (tab) => tab.getByRole("searchbox").focus() },
  { name: "types 9", do: (tab) => tab.keyboard.press("9") },
  { name: "types 8", do: (tab) => tab.keyboard.press("8") },
  { name: "takes it back", do: (tab) => tab.getByRole("searchbox").fill("") },
  { name: "leaves the search", do: (tab) => tab.locator("#main").focus() },
  { name: "to the changes", do: (tab) => tab.keyboard.press("3") },
  { name: "to the incidents", do: (tab) => tab.keyboard.press("4") },
  { name: "back to the overview", do: (tab) => tab.keyboard.press("1") },
];

/** Frames come every half second: moves fall before, into and after one. */
const PAUSE_MS = 130;

/**
 * Milliseconds from each key or press to the next picture, longest event of each. Of those within one picture of the screen (16 ms)
 * the browser tells nothing: they count as 16.
 */
export async function interact(tab: Page, times: number): Promise<number[]> {
  await tab.evaluate(watchEvents);
  const took: number[] = [];
  for (let time = 0; time < times; time++)
    for (const move of MOVES) {
      await tab.evaluate("window.longest = 16");
      await move.do(tab);
      await tab.waitForTimeout(PAUSE_MS);
      const longest = Number(await tab.evaluate("window.longest"));
      took.push(longest);
      if (process.env["BENCH_SHOWS"] !== undefined) process.stderr.write(`  ${move.name}: ${longest} ms\n`);
    }
  return took;
}

/** Runs in the page. */
const watchEvents = `
  window.longest = 16;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
  }).observe({ type: "event", durationThreshold: 16 });
`;
