import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRow } from "../src/core/live.ts";
import { until } from "../src/api/server.fixture.ts";
import { busyLearned, busySearch } from "../src/api/search.fixture.ts";
import { busyStatus, guardAsking } from "../src/api/status.fixture.ts";
import { noBrowser, open, openPage } from "./browser.fixture.ts";
import { findBarriers, findFaint, findSmall } from "./checks.fixture.ts";

const VIEWS = ["overview", "field", "changes", "incidents", "search", "learned"];
const skip = noBrowser;

function rowOf(pid: number, parent = 1, comm = "sh"): ProcessRow {
  return {
    key: `p:${pid}@${pid}`,
    parent: `p:${parent}@${parent}`,
    comm,
    path: `/usr/bin/${comm}`,
    cgroup: "/batch.slice/report",
    uid: 0,
  };
}

test(
  "the first picture: workloads with target and actual, pressure, incidents, what is in force, losses and cost",
  { skip },
  async (t) => {
    const { tab, page, complaints, asked } = await openPage(t);
    await tab.getByText("redis", { exact: true }).waitFor();
    const text = await tab.locator("body").innerText();
    for (const part of [
      "3.8 ms",
      "1 ms",
      "42 %",
      "enforce",
      "cpu.idle",
      "shop-api started a shell",
      "lost 15",
      "% of a core",
    ])
      assert.ok(text.includes(part), part);
    assert.equal(new URL(tab.url()).search, "", "the token is gone from the address");
    assert.deepEqual(complaints, []);
    const origin = `http://127.0.0.1:${page.port}/`;
    assert.ok(asked.length > 20);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(origin)),
      [],
      "nothing was asked elsewhere",
    );
  },
);

test("buttons do what they say, once; what reaches far asks twice", { skip }, async (t) => {
  const { tab, layer, people } = await openPage(t);
  layer.document = { ...busyStatus, guard: guardAsking };
  layer.change();
  await tab.getByRole("button", { name: "approve freeze" }).click();
  await tab.getByText("Done: approve a-12: done").waitFor();
  await tab.getByRole("button", { name: "undo cpu.idle" }).click();
  await until(() => people.asked.includes("undo c-0017"));
  await open(tab, "changes");
  await tab.getByRole("button", { name: "undo every change" }).click();
  assert.deepEqual(people.asked, ["approve a-12", "undo c-0017"]);
  await tab.getByRole("button", { name: "really undo every change" }).click();
  await until(() => people.asked.includes("restore"));
  await open(tab, "incidents");
  await tab.getByRole("button", { name: "confirm this incident" }).click();
  await until(() => layer.asked.includes("confirm i-7k2m9q by ada"));
  await tab.getByRole("button", { name: "dismiss this incident" }).click();
  await until(() => people.asked.includes("dismiss i-7k2m9q"));
});

test("an incident shows its story, lineage, evidence over time and what was done", { skip }, async (t) => {
  const { tab } = await openPage(t);
  await open(tab, "incidents");
  await tab.locator(".story").waitFor();
  const text = await tab.locator("main").innerText();
  for (const part of ["shop-api", "upd8", "/tmp/.cache/upd8", "fresh-file", "written 0.4 s before", "T1059.004"])
    assert.ok(text.includes(part), part);
  const lineage = await tab.locator(".lineage li").allInnerTexts();
  assert.deepEqual(
    lineage.map((step) => step.split(/\s/)[0]),
    ["shop-api", "sh", "upd8"],
  );
});

test(
  "who started whom stays within its boxes, and they within the panel, however long a path is",
  { skip },
  async (t) => {
    const { tab } = await openPage(t);
    await open(tab, "incidents");
    await tab.locator(".lineage li").first().waitFor();
    const spills = await tab.evaluate(() => {
      const list = document.querySelector(".lineage");
      const steps = [...(list?.querySelectorAll("li") ?? [])];
      for (const path of list?.querySelectorAll(".path") ?? []) path.textContent = "/opt/a-long-name".repeat(9);
      const left = list?.getBoundingClientRect().left ?? 0;
      return steps.flatMap((step) => {
        const box = step.getBoundingClientRect();
        const inside = step.querySelector(".path")?.getBoundingClientRect();
        // The arrow of a step stands 20 px in front of it.
        const arrowOut = step.previousElementSibling !== null && box.left - 20 < left;
        return inside === undefined || inside.right > box.right || arrowOut ? [step.innerText] : [];
      });
    });
    assert.deepEqual(spills, []);
  },
);

test("all of it works from the keyboard", { skip }, async (t) => {
  const { tab, layer, people } = await openPage(t);
  layer.rows = [1, 2, 3, 4].map((pid) => rowOf(pid, pid === 1 ? 0 : 1));
  await tab.keyboard.press("2");
  await tab.getByRole("tree").focus();
  await tab.keyboard.press("ArrowDown");
  await tab.locator("[role=treeitem][aria-selected=true]").waitFor();
  assert.match(tab.url(), /#field\/p%3A1%401$/);
  await tab.keyboard.press("ArrowLeft");
  await tab.locator("[role=treeitem][aria-expanded=false]").waitFor();
  assert.equal(await tab.getByRole("treeitem").count(), 1);
  await tab.keyboard.press("ArrowRight");
  await tab.keyboard.press("End");
  await tab.waitForURL(/p%3A4%404$/);
  await tab.keyboard.press("/");
  await tab.keyboard.type("no such name 3");
  await tab.getByText("No process is called so.").waitFor();
  await tab.keyboard.press("Escape");
  await tab.locator("#main").focus();
  await tab.keyboard.press("?");
  await tab.getByRole("dialog").waitFor();
  await tab.keyboard.press("Escape");
  await tab.getByRole("dialog").waitFor({ state: "detached" });
  await tab.keyboard.press("3");
  const undo = tab.getByRole("button", { name: "undo cpu.idle" });
  await undo.waitFor();
  for (
    let presses = 0;
    presses < 40 && !(await undo.evaluate((button) => button === document.activeElement));
    presses++
  )
    await tab.keyboard.press("Tab");
  await tab.keyboard.press("Enter");
  await until(() => people.asked.includes("undo c-0017"));
});

test("names with markup or control codes are shown and do nothing", { skip }, async (t) => {
  const { tab, layer, complaints } = await openPage(t);
  const evil = '<img src=x onerror="window.pwned=1">';
  layer.rows = [rowOf(1, 0, evil), rowOf(2, 1, "a\u202eb\u0007"), rowOf(3, 1, "<script>window.pwned=1</script>")];
  const [first] = busyStatus.workloads;
  assert.ok(first);
  layer.document = { ...busyStatus, workloads: [{ ...first, label: evil, name: `/${evil}` }], missing: [evil] };
  layer.deposits.add({
    seq: 1,
    atMs: 0,
    entity: "p:1@1",
    label: evil,
    pheromone: "danger",
    agent: "a",
    kind: "k",
    weight: 1,
    says: evil,
  });
  layer.change();
  await tab.getByText(evil).first().waitFor();
  await open(tab, "field");
  await tab.getByRole("treeitem").nth(2).waitFor();
  const names = await tab.locator("[role=treeitem] b").allInnerTexts();
  assert.deepEqual(names, [evil, "a?b?", "<script>window.pwned=1</script>"]);
  assert.equal(await tab.evaluate("window.pwned"), undefined);
  assert.equal(await tab.locator("img:not([src='/icon.svg']), main script").count(), 0);
  assert.deepEqual(complaints, []);
});

test("of 10,000 processes only those in sight are drawn, and the last one is a key away", { skip }, async (t) => {
  const { tab, layer } = await openPage(t);
  layer.rows = Array.from({ length: 10_000 }, (_, at) => rowOf(at + 1, Math.floor((at + 1) / 8)));
  await open(tab, "field");
  await tab.getByText("10k here").waitFor();
  assert.ok((await tab.getByRole("treeitem").count()) < 80);
  await tab.getByRole("tree").focus();
  await tab.keyboard.press("End");
  await tab.locator("[role=treeitem][aria-posinset='10000'][aria-selected=true]").waitFor();
  await tab.keyboard.press("/");
  await tab.keyboard.type("9999");
  await tab.locator("[role=treeitem] .pid", { hasText: /^9999$/ }).waitFor();
});

for (const colorScheme of ["dark", "light"] as const)
  test(`every view can be read and used by everybody, ${colorScheme}`, { skip }, async (t) => {
    const { tab, layer, complaints } = await openPage(t, { colorScheme });
    layer.rows = Array.from({ length: 30 }, (_, at) => rowOf(at + 1, at));
    layer.search = busySearch;
    layer.learned = busyLearned;
    layer.document = { ...busyStatus, guard: guardAsking };
    layer.deposits.add({
      seq: 1,
      atMs: 0,
      entity: "p:3@3",
      label: "sh (3)",
      pheromone: "danger",
      agent: "a",
      kind: "k",
      weight: 1,
      says: "odd",
    });
    layer.change();
    for (const view of VIEWS) {
      await open(tab, view);
      if (view === "field") await tab.getByRole("treeitem").nth(5).click();
      assert.deepEqual(await tab.evaluate(findBarriers), [], view);
      assert.deepEqual(await tab.evaluate(findFaint), [], view);
      assert.deepEqual(await tab.evaluate(findSmall), [], view);
    }
    assert.deepEqual(complaints, []);
  });

for (const width of [390, 320])
  test(`at ${width} pixels nothing runs out of the window`, { skip }, async (t) => {
    const { tab, layer } = await openPage(t, { width, height: 800 });
    layer.search = busySearch;
    layer.learned = busyLearned;
    layer.rows = [rowOf(1, 0, "a-very-long-name"), { ...rowOf(2), path: `/${"long-".repeat(40)}` }];
    layer.document = { ...busyStatus, guard: guardAsking };
    layer.change();
    for (const view of VIEWS) {
      await open(tab, view);
      const over = await tab.evaluate(() => {
        const out = [...document.querySelectorAll("main *, header *, footer *")].filter(
          (element) =>
            element.getClientRects().length > 0 && element.closest(".virtual:not(.rows), .hidden, nav") === null,
        );
        return out
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
          .map((element) => element.className || element.tagName);
      });
      assert.deepEqual(over, [], view);
    }
  });

test("Tab goes through everything once, in the order of the page, and shows where it is", { skip }, async (t) => {
  const { tab, layer } = await openPage(t);
  layer.document = { ...busyStatus, guard: guardAsking };
  layer.change();
  await tab.getByRole("button", { name: "approve freeze" }).waitFor();
  const stops: number[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await tab.keyboard.press("Tab");
    const stop = await tab.evaluate(() => {
      const { activeElement } = document;
      if (activeElement === null || activeElement === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
      const isShown = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
      const says = activeElement.outerHTML.slice(0, 80);
      return { at: [...document.querySelectorAll("*")].indexOf(activeElement), isShown, says };
    });
    if (stop === undefined) break;
    assert.ok(stop.isShown, `the focus is not shown on ${stop.says}`);
    stops.push(stop.at);
  }
  assert.ok(stops.length > 12 && stops.length < 60, `${stops.length} stops`);
  assert.deepEqual(
    stops,
    stops.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(stops).size, stops.length);
});

test("nothing moves by itself while the page comes up and goes on", { skip }, async (t) => {
  const { tab, layer } = await openPage(t);
  await tab.evaluate(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) Object.assign(window, { shift: Number(Reflect.get(window, "shift")) + entry.value });
    }).observe({ type: "layout-shift", buffered: true });
  });
  for (let frame = 1; frame < 5; frame++) {
    layer.document = { ...busyStatus, atMs: busyStatus.atMs + 1000 * frame };
    layer.change();
    await tab.waitForTimeout(520);
  }
  const shift = Number(await tab.evaluate("window.shift"));
  // https://web.dev/articles/cls: good is a tenth.
  assert.ok(shift < 0.1, `${shift}`);
});

test("where the layer ends the page says so and keeps the last picture", { skip }, async (t) => {
  const { tab, stopLayer } = await openPage(t);
  await tab.getByText("redis", { exact: true }).waitFor();
  await stopLayer();
  await tab.getByText("no answer, trying again").waitFor();
  assert.ok(await tab.getByText("redis", { exact: true }).isVisible());
});
