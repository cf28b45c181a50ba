import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import type { StatusDocument } from "../core/status.ts";

const MAIN = join(import.meta.dirname, "main.ts");

/** Undefined where nobody answers (yet). */
function statusAt(socketPath: string): Promise<StatusDocument | undefined> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: "/status" }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more: string) => (text += more));
      response.on("end", () => resolve(response.statusCode === 200 ? (JSON.parse(text) as StatusDocument) : undefined));
    });
    asked.on("error", () => resolve(undefined));
    asked.setTimeout(5000, () => asked.destroy());
    asked.end();
  });
}

test("a rule about a name of this host speaks of who connects to its address, through the whole layer", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const dir = mkdtempSync(join(tmpdir(), "swarms-names-"));
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));
  const server = createServer((socket) => socket.on("error", () => undefined).end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const condition = `evt.type = connect and fd.sip.name = localhost and fd.sport = ${port}`;
  const rule = { rule: "To a name", desc: "d", condition, output: "leads to %fd.sip.name.", priority: "CRITICAL" };
  writeFileSync(join(dir, "rules.yaml"), JSON.stringify([rule]));
  const config = { rules: { own: false, files: [join(dir, "rules.yaml")] } };
  writeFileSync(join(dir, "swarms.yaml"), JSON.stringify(config));
  const places = ["--config", join(dir, "swarms.yaml"), "--state", join(dir, "state")];
  const flags = ["--disable-warning=ExperimentalWarning", MAIN, "run", "--view", "none", ...places];
  const layer = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [layer.stdout, layer.stderr]) stream.setEncoding("utf8").on("data", (more) => (log += more));
  const ended = once(layer, "exit");
  t.after(async () => {
    layer.kill("SIGTERM");
    await ended;
  });
  const until = async (what: string, holds: (status: StatusDocument) => boolean): Promise<StatusDocument> => {
    for (const from = performance.now(); performance.now() - from < 50_000; await sleep(250)) {
      const status = await statusAt(join(dir, "state/hive/api.sock"));
      if (status !== undefined && holds(status)) return status;
      if (layer.exitCode !== null) break;
    }
    assert.fail(`${what}\n${log}`);
  };
  const { events } = await until("the rule is in force", ({ rules }) => rules !== undefined);
  if (events.source !== "ebpf") return t.skip("needs eBPF: connections are not seen");
  await until("the name has an address", ({ rules }) => rules !== undefined && rules.unresolved === undefined);
  const told = ({ incidents }: StatusDocument): boolean =>
    incidents.latest.some(({ says }) => says.includes("leads to localhost."));
  // Connected to again and again: what is sensed for rules is attached within a second.
  await until("the connection is told by its name", (status) => {
    connect(port, "127.0.0.1").on("error", () => undefined);
    return told(status);
  });
});
