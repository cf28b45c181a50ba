import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { failed, type Result } from "../../../src/core/errors.ts";
import { encodeCommand } from "../../../src/lab/resp.ts";
import { freePort } from "../free-port.ts";
import { placementOf, type Stage } from "../scenario.ts";
import { startOpenLoop, type Traffic } from "../traffic.ts";

const START_MS = 8000;
const LIST = "swarms:list";

export interface RedisLoad {
  readonly group: string;
  /** As such servers are deployed: each computes on one thread. */
  readonly shards: number;
  readonly ratePerSecond: number;
  readonly share: number;
  /** Numbers that each request sorts. */
  readonly items: number;
}

/** redis-server on loopback, keeping nothing, and its clients. */
export async function startRedis(stage: Stage, load: RedisLoad): Promise<Result<Traffic>> {
  const { crew, folder } = stage.workplace;
  const dir = join(folder, load.group);
  mkdirSync(dir);
  const ports: number[] = [];
  for (let i = 0; i < load.shards; i++) ports.push(await freePort());
  const children = ports.map((port) =>
    crew.start({ name: `redis ${load.group}`, argv: redisArgv(dir, port), ...placementOf(stage, load.group) }),
  );
  const until = performance.now() + START_MS;
  while (!(await Promise.all(ports.map((port) => answers(port)))).every(Boolean)) {
    if (performance.now() > until || children.some((child) => child.exitCode !== null))
      return failed("SW-LAB", "redis-server did not start");
    await pause(50);
  }
  // Fixed and scattered: 7919 is prime to the modulus, so that all differ.
  const numbers = Array.from({ length: load.items }, (_, i) => String((i * 7919) % 100_003));
  return await startOpenLoop(
    crew,
    load.group,
    {
      protocol: "resp",
      ports,
      connectionsPerPort: 2,
      ratePerSecond: load.ratePerSecond,
      share: load.share,
      seed: stage.seed,
      fill: [
        ["DEL", LIST],
        ["RPUSH", LIST, ...numbers],
      ],
      query: ["SORT", LIST, "LIMIT", "0", "10"],
      log: join(dir, "samples"),
    },
    stage.host.cpus,
  );
}

function redisArgv(dir: string, port: number): string[] {
  const options = { port: String(port), bind: "127.0.0.1", save: "", appendonly: "no", daemonize: "no", dir };
  return ["redis-server", ...Object.entries(options).flatMap(([key, value]) => [`--${key}`, value])];
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const finish = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(500, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("connect", () => socket.write(encodeCommand("PING")));
    socket.once("data", () => finish(true));
  });
}
