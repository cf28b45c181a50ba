import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Duplex } from "node:stream";
import type { Clock } from "../core/clock.ts";
import { openPipe } from "../kernel/pipe.ts";
import { HiveChannel, type HiveEvents, type HiveProcess } from "./hive-channel.ts";
import { readLines } from "./hive-lines.ts";

/** Events on their way: what the fastest producers make in 10 ms. More than this is refused to who is not the system's administrator (pipe(7)). */
export const EVENT_BYTES = 1 << 20;

/** How a hive that asked for what the filter kills for is told of. */
const KILLED_BY_FILTER = "asked the kernel for what no hive asks for (SIGSYS): take it for an attack";

/** Starts the hive and guards the channel to it. */
export function startHive(
  command: { readonly command: string; readonly args: readonly string[] },
  clock: Clock,
  events: HiveEvents,
): HiveProcess {
  const pipe = openPipe(EVENT_BYTES);
  const child = spawn(command.command, command.args, {
    // 3: messages, both ways. 4: the kernel's events, as they lie in the ring.
    stdio: ["ignore", "ignore", "pipe", "pipe", pipe.ok ? pipe.value.readFd : "ignore"],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    cwd: "/",
    // A session of its own: Ctrl-C reaches the warden alone, which then asks the hive to end.
    detached: true,
  });
  let eventsFd = pipe.ok ? pipe.value.writeFd : -1;
  // The child has its own: were this one kept, the pipe would not end with the hive.
  if (pipe.ok) closeSync(pipe.value.readFd);
  else events.onLine(`no events reach this hive: ${pipe.says}`);
  const takeEventsFd = (): number => {
    const fd = eventsFd;
    eventsFd = -1;
    return fd;
  };
  const channel = child.stdio[3] as Duplex;
  let why: string | undefined;
  let ended = false;

  const kill = (reason: string): void => {
    why ??= reason;
    child.kill("SIGKILL");
  };
  const finish = (reason: string): void => {
    if (ended) return;
    ended = true;
    channel.destroy();
    const unused = takeEventsFd();
    if (unused >= 0) closeSync(unused);
    events.onEnd(why ?? reason);
  };
  const messages = new HiveChannel({
    channel,
    clock,
    onMessage: (message) => events.onMessage(message),
    onFault: kill,
  });
  // A process that ends closes its channel first: its exit says more, if it comes at once.
  channel.on("close", () => void setTimeout(() => kill("closed its channel"), 100));
  child.on("error", (error) => finish(`could not be started: ${error.message}`));
  child.on("exit", (code, signal) =>
    finish(signal === "SIGSYS" ? KILLED_BY_FILTER : `ended by itself (${signal ?? `exit ${code}`})`),
  );
  if (child.stderr !== null) readLines(child.stderr, clock, events.onLine);

  return {
    pid: child.pid ?? 0,
    send: (frame) => messages.send(frame),
    withEvents: (take) => take(takeEventsFd()),
    check: () => messages.check(),
    kill: (reason = "was ended") => kill(reason),
  };
}
