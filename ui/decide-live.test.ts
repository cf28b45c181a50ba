import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { noBrowser, open, openLink } from "./browser.fixture.ts";
import { startLiveLayer, unfit } from "./live-layer.fixture.ts";

/** Of what a real layer takes its time for, on a host that other tests keep busy. */
const PATIENCE_MS = 30_000;

/** Presses the first button of this name, once there is one. */
async function press(tab: Page, name: RegExp): Promise<void> {
  const button = tab.getByRole("button", { name }).first();
  await button.waitFor({ timeout: PATIENCE_MS });
  await button.click();
}

test("a person approves in the page what a real layer asks for, sees it done, and takes it back", async (t) => {
  const lacks = noBrowser === false ? unfit() : noBrowser;
  if (lacks !== undefined) return t.skip(lacks);
  const layer = await startLiveLayer(t);
  const { tab, complaints } = await openLink(t, layer.link);
  const before = { batch: layer.knobs("batch"), app: layer.knobs("app") };

  await t.test("a knob: approved, turned, undone", async () => {
    const quiet = layer.makeServiceWait();
    await press(tab, /^approve cpu\S+ of \/swarms-lab\S+\/batch$/);
    await tab
      .getByText(/^Done: /)
      .first()
      .waitFor();
    await layer.untilKnobs("batch", (now) => JSON.stringify(now) !== JSON.stringify(before.batch));
    await quiet();
    await open(tab, "changes");
    await press(tab, /^undo cpu\S+ of \/swarms-lab\S+\/batch$/);
    await layer.untilKnobs("batch", (now) => JSON.stringify(now) === JSON.stringify(before.batch));
    await tab.locator(".change-row", { hasText: "undo" }).first().waitFor();
  });

  await t.test("an incident: its story, a freeze approved and undone, then dismissed", async () => {
    await open(tab, "overview");
    await layer.openReverseShell(t);
    await press(tab, /^approve freeze of \/swarms-lab\S+\/app$/);
    await layer.untilKnobs("app", (now) => JSON.stringify(now) !== JSON.stringify(before.app));
    const incident = await layer.incidentOfFreeze();
    await open(tab, "incidents");
    await tab.evaluate((id) => void (location.hash = `#incidents/${id}`), incident);
    await tab.locator(".details", { hasText: incident }).locator(".story").waitFor();
    const text = await tab.locator(".details").innerText();
    for (const part of ["update", "reverse-shell", "Evidence over time"]) assert.ok(text.includes(part), part);
    assert.ok((await tab.locator(".lineage li").count()) > 1);
    await press(tab, /^undo freeze of \/swarms-lab\S+\/app$/);
    await layer.untilKnobs("app", (now) => JSON.stringify(now) === JSON.stringify(before.app));
    await press(tab, /^dismiss this incident/);
    await tab.getByRole("button", { name: "take the dismissal back" }).waitFor();
  });

  assert.deepEqual(complaints, []);
});
