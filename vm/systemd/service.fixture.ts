import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RuleStatus } from "../../src/core/status.ts";

/** The layer as a service of a running systemd, as tests in a test machine speak to it. */
export interface Done {
  readonly status: number | null;
  readonly out: string;
}

export function run(command: string, ...args: readonly string[]): Done {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 120_000 });
  return { status, out: `${stdout}${stderr}`.trim() };
}

/** Fails with what the journal says. */
export function must(command: string, ...args: readonly string[]): string {
  const { status, out } = run(command, ...args);
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${out}\n${lately()}`);
  return out;
}

export const lately = (): string => run("journalctl", "--no-pager", "-n", "200", "-o", "cat").out;
export const property = (name: string, unit = "swarms"): string =>
  must("systemctl", "show", "--value", "-p", name, unit);

export async function until<T>(
  what: string,
  attempt: () => T | Promise<T>,
  withinMs = 120_000,
): Promise<NonNullable<T>> {
  for (const from = performance.now(); ; await sleep(250)) {
    const found = await attempt();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() - from > withinMs) throw new Error(`not within ${withinMs} ms: ${what}\n${lately()}`);
  }
}

export interface Status {
  readonly pids: { readonly warden: number; readonly hive: number };
  readonly arrangement: string;
  readonly missing: readonly string[];
  readonly rules?: RuleStatus;
}

/** Asked here rather than by the command line: starting Node takes seconds under an emulated CPU. */
export function status(): Promise<Status | undefined> {
  return new Promise((resolve) => {
    const asked = request({ socketPath: "/var/lib/swarms/hive/api.sock", path: "/status" }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more: string) => (text += more));
      response.on("end", () => resolve(response.statusCode === 200 ? (JSON.parse(text) as Status) : undefined));
    });
    asked.on("error", () => resolve(undefined));
    asked.setTimeout(5000, () => asked.destroy());
    asked.end();
  });
}

/** Waits for a hive other than this one. */
export function hiveAfter(pid: number): Promise<Status["pids"]> {
  return until("another hive", async () => {
    const pids = (await status())?.pids;
    return pids !== undefined && pids.hive > 0 && pids.hive !== pid ? pids : undefined;
  });
}

export function dropIn(name: string, text: string): void {
  mkdirSync("/etc/systemd/system/swarms.service.d", { recursive: true });
  writeFileSync(`/etc/systemd/system/swarms.service.d/${name}.conf`, `[Service]\n${text}`);
  must("systemctl", "daemon-reload");
}

export function undrop(name: string): void {
  rmSync(`/etc/systemd/system/swarms.service.d/${name}.conf`);
  must("systemctl", "daemon-reload");
}

export const statusOf = (pid: number, field: string): string =>
  new RegExp(`^${field}:\\s*(\\S+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
