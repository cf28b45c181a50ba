import { spawn, type ChildProcess } from "node:child_process";
import { closeSync } from "node:fs";
import type { Duplex } from "node:stream";
import type { Clock } from "../core/clock.ts";
import { decodeFromHive, type HiveMessage } from "../core/wire/from-hive.ts";
import { FrameReader } from "../core/wire/frame.ts";
import { openPipe } from "../kernel/pipe.ts";

/** When a hive counts as lost, and how much it may send or leave unread. */
const LIMITS = {
  /** It says "alive" twice a second; silent for longer, it hangs. */
  silenceMs: 2000,
  /** From start to its first word: Node's own start on a busy host. */
  startMs: 20_000,
  /** Messages in any second; a hive that thinks sends a few dozen. */
  messagesPerSecond: 1000,
  /** Bytes of messages that may wait for a slow hive; more ends it. Events do not count: they wait in the ring. */
  backlogBytes: 16 << 20,
  /** Events on their way: what the fastest producers make in 10 ms. More than this is refused to who is not the system's administrator (pipe(7)). */
  pipeBytes: 1 << 20,
  /** Lines of its standard error in any second; the rest is counted. */
  linesPerSecond: 20,
} as const;

export interface HiveProcess {
  readonly pid: number;
  send(frame: Uint8Array): void;
  /** The writing end of its pipe for events, once: whoever takes it closes it. -1 afterwards. */
  takeEventsFd(): number;
  /** Call once a second: ends a hive that hangs. */
  check(): void;
  /** Ends it; `onEnd` follows. */
  kill(): void;
}

interface HiveEvents {
  onMessage(message: HiveMessage): void;
  /** Called once, with the reason in words. */
  onEnd(why: string): void;
  /** What it wrote to its standard error, a line at a time. */
  onLine(line: string): void;
}

/** Starts the hive and guards the channel to it: bad frames, floods and silence all end it. */
export function startHive(
  command: { readonly command: string; readonly args: readonly string[] },
  clock: Clock,
  events: HiveEvents,
): HiveProcess {
  const pipe = openPipe(LIMITS.pipeBytes);
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
  const reader = new FrameReader();
  const startedMs = clock.monoMs();
  let heardMs: number | undefined;
  let windowMs = startedMs;
  let inWindow = 0;
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
  const take = (chunk: Buffer): void => {
    const frames = reader.push(chunk);
    if (!frames.ok) return kill(`spoke nonsense: ${frames.says}`);
    const nowMs = clock.monoMs();
    if (nowMs - windowMs > 1000) {
      windowMs = nowMs;
      inWindow = 0;
    }
    for (const frame of frames.value) {
      if (++inWindow > LIMITS.messagesPerSecond) return kill("flooded the warden");
      const message = decodeFromHive(frame);
      if (!message.ok) return kill(`spoke nonsense: ${message.says}`);
      heardMs = nowMs;
      if (why === undefined) events.onMessage(message.value);
    }
  };

  channel.on("data", take);
  channel.on("error", () => undefined);
  // A process that ends closes its channel first: its exit says more, if it comes at once.
  channel.on("close", () => void setTimeout(() => kill("closed its channel"), 100));
  child.on("error", (error) => finish(`could not be started: ${error.message}`));
  child.on("exit", (code, signal) => finish(`ended by itself (${signal ?? `exit ${code}`})`));
  readLines(child, clock, events.onLine);

  return {
    pid: child.pid ?? 0,
    send: (frame) => {
      if (ended) return;
      if (channel.writableLength > LIMITS.backlogBytes) kill("does not read what it is sent");
      else channel.write(frame);
    },
    takeEventsFd,
    check: () => {
      const silentMs = clock.monoMs() - (heardMs ?? startedMs);
      if (silentMs > (heardMs === undefined ? LIMITS.startMs : LIMITS.silenceMs)) kill("hung: it was silent too long");
    },
    kill: () => kill("was ended"),
  };
}

/** A hive may say what is wrong with it, but not fill the log. */
function readLines(child: ChildProcess, clock: Clock, onLine: (line: string) => void): void {
  let rest = "";
  let windowMs = clock.monoMs();
  let inWindow = 0;
  const tell = (line: string): void => {
    if (clock.monoMs() - windowMs > 1000) {
      const left = inWindow - LIMITS.linesPerSecond;
      if (left > 0) onLine(`(${left} lines left out)`);
      windowMs = clock.monoMs();
      inWindow = 0;
    }
    if (++inWindow <= LIMITS.linesPerSecond) onLine(line.slice(0, 1000));
  };
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-4096);
    for (const line of lines) tell(line);
  });
}
