import type { PostAnswer, PostJob } from "../core/wire/sender.ts";
import { type KeeperOptions, SenderKeeper } from "./sender-keeper.ts";

/**
 * A sender for all servers, and one for each plugin: code of others may hold its process for ever, and then nothing else is held up by it.
 * None runs before there is something to deliver.
 */
export class Senders {
  private readonly options: KeeperOptions;
  /** By plugin, "" for the servers: as many as the configuration has. */
  private readonly keepers = new Map<string, SenderKeeper>();

  constructor(options: KeeperOptions) {
    this.options = options;
  }

  /** Of what was started and runs. */
  pids(): readonly number[] {
    return [...this.keepers.values()].map(({ pid }) => pid).filter((pid) => pid > 0);
  }

  post(job: PostJob, end: (answer: PostAnswer) => void): void {
    this.keeperOf(job.plugin ?? "").post(job, end);
  }

  /** Call now and then: ends those that owe an answer for too long. */
  turn(): void {
    for (const keeper of this.keepers.values()) keeper.turn();
  }

  /** Plugins may have changed or gone: what is next to deliver is for a sender with the new ones. */
  renew(): void {
    for (const [plugin, keeper] of this.keepers) {
      if (plugin === "") continue;
      if (keeper.pid === 0) this.keepers.delete(plugin);
      else keeper.renew();
    }
  }

  stop(): void {
    for (const keeper of this.keepers.values()) keeper.stop();
  }

  private keeperOf(plugin: string): SenderKeeper {
    const found = this.keepers.get(plugin);
    if (found !== undefined) return found;
    const made = new SenderKeeper({ ...this.options, ...(plugin !== "" && { who: `the sender of plugin ${plugin}` }) });
    this.keepers.set(plugin, made);
    return made;
  }
}
