import { chromium, type Page } from "playwright-core";
import { serveDashboard } from "../../src/api/dashboard/server.ts";
import { FixturePeople } from "../../src/api/dashboard/page.fixture.ts";
import { ApiClient } from "../../src/api/client.ts";
import { FixtureLayer } from "../../src/api/server.fixture.ts";
import { serveApi } from "../../src/api/server.ts";
import { busyStatus } from "../../src/api/status.fixture.ts";
import type { Result } from "../../src/core/errors.ts";
import type { ProcessRow } from "../../src/core/live.ts";
import { browserPlace } from "./browser.ts";

export const BUSY = {
  processes: 10_000,
  depositsPerSecond: 1000,
  /** Each second so many end and so many begin. */
  churnPerSecond: 100,
  tickMs: 50,
  /** Of one level of the tree. */
  children: 6,
} as const;

export type BusyPage = Awaited<ReturnType<typeof startBusyPage>>;

/** The real server and page over a layer that is made up, so that what is measured is theirs alone. */
export async function startBusyPage(socket: string) {
  const layer = new BusyLayer();
  const api = need(await serveApi(layer, socket));
  const page = need(await serveDashboard({ client: new ApiClient(socket), people: new FixturePeople(), port: 0 }));
  const browser = await chromium.launch({
    ...(process.getuid?.() === 0 && { args: ["--no-sandbox"] }),
    executablePath: browserPlace() ?? "chromium",
  });
  const timer = setInterval(() => layer.tick(), BUSY.tickMs);
  return {
    open: () => browser.newPage({ viewport: { width: 1440, height: 900 } }),
    /** Where it is served: everything else is outside. */
    origin: `http://127.0.0.1:${page.port}/`,
    async firstPictureMs(tab: Page): Promise<number> {
      const beganMs = performance.now();
      await tab.goto(page.link);
      await tab.locator(".workload:not(.head)").first().waitFor();
      return performance.now() - beganMs;
    },
    heapBytes: async (tab: Page) => Number(await tab.evaluate("performance.memory.usedJSHeapSize")),
    async close(): Promise<void> {
      clearInterval(timer);
      await browser.close();
      await page.close();
      await api.close();
    },
  };
}

function need<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.code}: ${result.says}`);
}

class BusyLayer extends FixtureLayer {
  private changed: { readonly look: number; readonly row: ProcessRow; readonly gone: string }[] = [];
  private look = 1;
  private seq = 0;
  private next = BUSY.processes;

  constructor() {
    super();
    this.rows = Array.from({ length: BUSY.processes }, (_, at) => rowOf(at));
  }

  /** As the hive's feed does, changes since a cursor. */
  override processes(since: number): ReturnType<FixtureLayer["processes"]> {
    if (since === 0) return { cursor: this.look, whole: true, rows: this.rows, gone: [] };
    const fresh = this.changed.filter(({ look }) => look > since);
    return { cursor: this.look, whole: false, rows: fresh.map(({ row }) => row), gone: fresh.map(({ gone }) => gone) };
  }

  tick(): void {
    const share = BUSY.tickMs / 1000;
    const atMs = Date.now();
    for (let each = 0; each < BUSY.depositsPerSecond * share; each++) {
      const row = this.rows[(++this.seq * 7919) % this.rows.length];
      if (row === undefined) continue;
      const says = "wrote a file a second before it ran";
      const about = { entity: row.key, label: `${row.comm} (${this.seq})`, pheromone: "danger", agent: "lineage" };
      this.deposits.add({ ...about, seq: this.seq, atMs, kind: "lineage", weight: 0.4, says });
    }
    this.churn(BUSY.churnPerSecond * share);
    const heat = Array.from({ length: 600 }, (_, at) => this.rows[(at * 13) % this.rows.length]?.key ?? "");
    const signals = heat.map((entity, at) => {
      return { entity, label: entity, pheromone: "danger", concentration: 10 / (1 + at / 50), sources: ["lineage"] };
    });
    this.document = { ...busyStatus, atMs, signals };
    this.change();
  }

  private churn(count: number): void {
    this.look++;
    const rows = this.rows.slice();
    for (let each = 0; each < count; each++) {
      const at = rows.length - 1 - ((this.next * 31) % 2000);
      const gone = rows[at]?.key ?? "";
      const row = rowOf(this.next++, at);
      rows[at] = row;
      this.changed.push({ look: this.look, row, gone });
    }
    this.rows = rows;
    this.changed = this.changed.slice(-2000);
  }
}

const NAMES = ["sh", "node", "postgres", "nginx", "make", "cc1", "python3"];

function rowOf(number: number, place = number): ProcessRow {
  const parent = Math.floor((place - 1) / BUSY.children);
  const comm = NAMES[number % NAMES.length] ?? "";
  return {
    key: `p:${number + 1}@${number * 3}`,
    parent: place === 0 ? "" : `p:${parent + 1}@${parent * 3}`,
    comm,
    path: `/usr/bin/${comm}`,
    cgroup: `/system.slice/${comm}-${number % 40}.service`,
    uid: 1000,
  };
}
