import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { failed, ok, type Result } from "../../src/core/errors.ts";
import { isInstalled } from "../../src/lab/crew.ts";

/** What the scenarios run, where it is looked for beside PATH, and the distribution's package of it. */
const SERVERS = {
  redis: { program: "redis-server", packages: ["redis-server"], units: ["redis-server"] },
  nginx: { program: "nginx", packages: ["nginx"], units: ["nginx"] },
  postgres: { program: "pgbench", packages: ["postgresql"], units: ["postgresql"] },
  gcc: { program: "gcc", packages: ["gcc", "libc6-dev"], units: [] },
} as const satisfies Record<string, { program: string; packages: readonly string[]; units: readonly string[] }>;

export type ServerName = keyof typeof SERVERS;

/** Asked by Debian's packages before they start anything (invoke-rc.d(8)): 101 forbids it. */
const POLICY = "/usr/sbin/policy-rc.d";
const INSTALL_MS = 300_000;

/** Installs from the distribution what is missing; nothing that it brings is started, now or at the next boot. */
export function provide(names: readonly ServerName[], say: (line: string) => void): Result<void> {
  const missing = names.filter((name) => !isHere(name));
  if (missing.length === 0) return ok(undefined);
  const packages = missing.flatMap((name) => SERVERS[name].packages);
  const wanting = `${packages.join(", ")} ${packages.length === 1 ? "is" : "are"} missing`;
  if (process.getuid?.() !== 0) return failed("SW-LAB", `${wanting}, and only root can install`);
  if (!isInstalled("apt-get")) return failed("SW-LAB", `${wanting}, and this distribution has no apt-get`);
  say(`installing ${packages.join(", ")}`);
  const forbidden = !existsSync(POLICY);
  if (forbidden) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    let done = install(packages);
    // The lists may be too old for what the mirror still has.
    if (!done.ok && apt(["update"]).ok) done = install(packages);
    if (!done.ok) return done;
  } finally {
    if (forbidden) rmSync(POLICY, { force: true });
  }
  if (isInstalled("systemctl"))
    for (const unit of missing.flatMap((name) => [...SERVERS[name].units]))
      spawnSync("systemctl", ["disable", unit], { stdio: "ignore", timeout: 20_000 });
  const still = missing.filter((name) => !isHere(name));
  return still.length === 0 ? ok(undefined) : failed("SW-LAB", `${still.join(", ")} is still missing after apt-get`);
}

function isHere(name: ServerName): boolean {
  const { program } = SERVERS[name];
  return isInstalled(program) || isInstalled(program, "/usr/sbin") || (name === "postgres" && pgBin() !== undefined);
}

function install(packages: readonly string[]): Result<void> {
  return apt(["install", "--yes", "--no-install-recommends", ...packages]);
}

function apt(args: readonly string[]): Result<void> {
  const { status, stderr } = spawnSync("apt-get", ["-q", ...args], {
    encoding: "utf8",
    timeout: INSTALL_MS,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0
    ? ok(undefined)
    : failed("SW-LAB", `apt-get ${args[0] ?? ""}: ${stderr.trim().split("\n").at(-1) ?? ""}`);
}

/** Debian keeps the servers of each major version apart; the newest. */
export function pgBin(): string | undefined {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return undefined;
  const newest = readdirSync(root).toSorted((a, b) => Number(b) - Number(a));
  return newest.map((version) => join(root, version, "bin")).find((bin) => existsSync(join(bin, "postgres")));
}
