import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProfileInfo } from "../src/core/sequence-profile.ts";
import { until } from "../src/api/server.fixture.ts";
import { busySearch } from "../src/api/search.fixture.ts";
import { noBrowser, open, openPage } from "./browser.fixture.ts";

const skip = noBrowser;

function profileOf(at: number): ProfileInfo {
  const path = `/usr/sbin/program-${at}`;
  return { id: `s-1-${at}-1`, path, stage: "learning", windows: 9, fill: 0, departures: 0, sinceMs: 1, changedMs: 0 };
}

test("a search shows its swarm, what is on trial, the best, and how sure that is", { skip }, async (t) => {
  const { tab, layer, complaints } = await openPage(t);
  layer.search = busySearch;
  layer.change();
  await open(tab, "search");
  const { space } = busySearch;
  assert.ok(space);
  await tab.getByText("ant colony (ACO_R)").waitFor();
  const text = await tab.locator("main").innerText();
  for (const part of [
    "3 archived solutions",
    "+17.0 % (+11.0 % to +22.0 %) in 7 pairs, over 99.9 % sure",
    "71.0 % sure",
  ])
    assert.ok(text.includes(part), part);
  assert.equal(await tab.locator(".axes .axis").count(), space.knobs.length);
  assert.equal(await tab.locator(".axes path.member").count(), space.members.length);
  assert.equal(await tab.locator(".axes polyline").count(), busySearch.compared.length + 2, "on trial, and in force");
  // The second knob of what is on trial stands at its level's word.
  const word = await tab.locator(".axes .axis").nth(1).getByText("15000 µs").boundingBox();
  const dots = (await tab.locator(".axes path.trying").getAttribute("d")) ?? "";
  const plot = await tab.locator(".axes svg").boundingBox();
  assert.ok(word !== null && plot !== null);
  const across = Number(/^M\S+ \S+h0M(\S+) /.exec(dots)?.[1]);
  assert.ok(Math.abs(plot.x + (across / 100) * plot.width - (word.x + word.width / 2)) < 0.03 * plot.width);
  layer.search = { ...busySearch, compared: [], searches: false };
  layer.change();
  await tab.getByText("Nothing was compared in this search yet.").waitFor();
  assert.deepEqual(complaints, []);
});

test(
  "of a thousand profiles only those in sight are drawn; each can be deleted, and the focus stays in the list",
  {
    skip,
  },
  async (t) => {
    const { tab, layer } = await openPage(t);
    layer.learned = { ...layer.learned, profiles: Array.from({ length: 1000 }, (_, at) => profileOf(at)) };
    await open(tab, "learned");
    const rows = tab.getByRole("list", { name: "profiles" }).getByRole("listitem");
    await rows.first().waitFor();
    assert.ok((await rows.count()) < 40);
    await tab.getByRole("list", { name: "profiles" }).evaluate((box) => (box.scrollTop = box.scrollHeight));
    await tab.getByText("/usr/sbin/program-999", { exact: true }).waitFor();
    const name = "delete the profile of /usr/sbin/program-999 and learn anew";
    await tab.getByRole("button", { name, exact: true }).click();
    assert.ok(!layer.asked.includes("reset profile s-1-999-1"), "asks twice");
    const sure = tab.getByRole("button", { name: `really ${name}` });
    layer.learned = { ...layer.learned, profiles: layer.learned.profiles.slice(0, -1) };
    await sure.click();
    await until(() => layer.asked.includes("reset profile s-1-999-1"));
    await tab.getByText("/usr/sbin/program-999", { exact: true }).waitFor({ state: "detached" });
    const focused = await tab.evaluate(() =>
      document.activeElement?.closest("[role=list]")?.getAttribute("aria-label"),
    );
    assert.equal(focused, "profiles");
  },
);
