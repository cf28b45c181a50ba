import type { ChildProcess } from "node:child_process";
import { failed, ok, type Result } from "../../core/errors.ts";
import { type Crew, end } from "../crew.ts";
import { programArgv, programFile } from "../program.ts";
import type { KeeperOrder, KeeperReport, StoryReport } from "./keeper.ts";

/** The lab's hand on the room. */
export interface Room {
  /** Reports of this story go to this listener, and of earlier ones to nobody. */
  play(order: Omit<KeeperOrder, "story">, onReport: (report: KeeperReport) => void): void;
  stop(): Promise<void>;
}

const START_MS = 30_000;
const PATIENCE_MS = 1000;

/** Furnished before the layer starts, so that the making of it is no part of what the layer sees. SW-LAB. */
export async function openRoom(crew: Crew, folder: string, procs: readonly string[]): Promise<Result<Room>> {
  const source = programFile("./attack/portal");
  // A file outside of every package: its extension alone says that it is a module.
  const name = source.endsWith(".ts") ? "server.mts" : "server.mjs";
  const child = crew.start({
    name: "room",
    argv: [
      "unshare",
      "--mount",
      "--net",
      "--propagation",
      "private",
      ...programArgv("attack/keeper", folder, source, name),
    ],
    groups: procs,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-600)));
  let story = 0;
  let listener: (report: KeeperReport) => void = () => undefined;
  const ready = await isReady(child);
  if (!ready) {
    await end(child, PATIENCE_MS);
    return failed("SW-LAB", `the room could not be furnished: ${complaint.trim() || "no answer"}`);
  }
  child.on("message", (report: StoryReport) => report.story === story && listener(report));
  return ok({
    play: (order, onReport) => {
      listener = onReport;
      story++;
      child.send({ ...order, story } satisfies KeeperOrder, () => {});
    },
    stop: async () => void (await end(child, PATIENCE_MS)),
  });
}

function isReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (is: boolean): void => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit).off("error", onExit);
      resolve(is);
    };
    const timer = setTimeout(() => finish(false), START_MS);
    const onMessage = (report: KeeperReport): void => finish(report.is === "ready");
    const onExit = (): void => finish(false);
    child.on("message", onMessage).once("exit", onExit).once("error", onExit);
  });
}
