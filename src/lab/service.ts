import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failed, ok, type Result } from "../core/errors.ts";
import { type Crew, isInstalled, type Placement } from "./crew.ts";
import { programArgv } from "./program.ts";
import { encodeCommand } from "./resp.ts";

export interface Service {
  /** For the report. */
  readonly name: string;
  readonly sockets: readonly string[];
}

const START_MS = 5000;

/**
 * redis-server where installed, else the lab's own, one shard for each core used, as such servers are
 * deployed: each computes on one thread. On Unix sockets, keeping nothing.
 */
export async function startService(
  crew: Crew,
  folder: string,
  placement: Placement & { readonly shards: number },
  redis = isInstalled("redis-server"),
): Promise<Result<Service>> {
  const sockets = Array.from({ length: placement.shards }, (_, i) => join(folder, `service-${i}.sock`));
  const children = sockets.map((path) =>
    crew.start({
      name: "service",
      argv: redis ? redisArgv(folder, path) : programArgv("list-server", path),
      groups: placement.groups,
      cpus: placement.cpus,
    }),
  );
  const name = redis ? "redis-server" : "the lab's own list server";
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && children.every((child) => child.exitCode === null)) {
    if ((await Promise.all(sockets.map((path) => answersPing(path)))).every(Boolean)) return ok({ name, sockets });
    await sleep(50);
  }
  return failed("SW-LAB", `${name} did not start within ${START_MS / 1000} s`);
}

function redisArgv(folder: string, socketPath: string): string[] {
  const options = { port: "0", unixsocket: socketPath, save: "", appendonly: "no", daemonize: "no", dir: folder };
  return ["redis-server", ...Object.entries(options).flatMap(([key, value]) => [`--${key}`, value])];
}

function answersPing(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
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
