import { existsSync } from "node:fs";
import { after, type TestContext } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { servePage } from "../src/api/dashboard/page.fixture.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = PLACES.find((path) => existsSync(path));

/** Why there is no browser to test in; false where there is one. */
export const noBrowser: string | false = executablePath === undefined ? "needs chromium (package chromium)" : false;

let browser: Promise<Browser> | undefined;

/** One browser for a file of tests. */
export function openBrowser(): Promise<Browser> {
  // Its own sandbox needs another user than root, or user namespaces.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  browser ??= chromium.launch({ args, ...(executablePath !== undefined && { executablePath }) });
  return browser;
}

after(async () => (await browser)?.close());

interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "dark" | "light";
}

/** A fixture layer's page, opened by its link. */
export async function openPage(t: TestContext, look: Look = {}) {
  const served = await servePage(t);
  return { ...served, ...(await openLink(t, served.page.link, look)) };
}

/** A page in a browser of its own; whatever that complains of is kept. */
export async function openLink(
  t: TestContext,
  link: string,
  { width = 1280, height = 860, colorScheme = "dark" }: Look = {},
) {
  const context = await (await openBrowser()).newContext({ viewport: { width, height }, colorScheme });
  t.after(() => context.close());
  const tab = await context.newPage();
  tab.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  const asked: string[] = [];
  tab.on(
    "console",
    (message) => message.type() === "error" && complaints.push(`${message.text()} (${message.location().url})`),
  );
  tab.on("pageerror", (error) => complaints.push(error.message));
  tab.on("request", (request) => asked.push(request.url()));
  await tab.goto(link);
  await tab.locator("nav.tabs").waitFor();
  return { tab, complaints, asked };
}

export async function open(tab: Page, view: string): Promise<void> {
  await tab.locator(`nav.tabs a[href="#${view}"]`).click();
  await tab.locator(`nav.tabs a[href="#${view}"][aria-current=page]`).waitFor();
}
