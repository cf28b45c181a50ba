import { readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import type { OutputRecord, OutputStatus } from "../core/output-record.ts";
import { openDatagramSender } from "../kernel/datagram.ts";
import { Outputs } from "../outputs/outputs.ts";
import { readPlugins } from "./plugin-folders.ts";
import type { ProberCommand } from "./prober-start.ts";
import { Senders } from "./senders.ts";

type TellConfig = Pick<Config, "outputs" | "plugins">;

interface Options {
  readonly config: TellConfig;
  readonly version: string;
  /** The layer's state. */
  readonly dir: string;
  readonly clock: Clock;
  sender(): ProberCommand | undefined;
  /** What folders of plugins hold. */
  readonly plugins?: typeof readPlugins;
  /** Does the work without standing before others (core/leisure.ts): whoever is started in it does not either. */
  atLeisure<T>(work: () => T): T;
  log(says: string): void;
}

/** Incidents that a hive may tell: an honest one folds repeats, and a queue should not be filled by one that is not. */
const ALLOWANCE = { perMinute: 600 } as const;
/** A token or some certificates. */
const MAX_FILE_BYTES = 1 << 20;

/** The warden's side of outputs: the one place from which anything is told outside. */
export class TellDesk {
  private readonly options: Options;
  private readonly senders: Senders;
  private readonly datagrams = openDatagramSender();
  private readonly outputs: Outputs;
  private plugins: ReadonlyMap<string, string>;
  private shown = "";
  private window = { sinceMs: -Infinity, count: 0 };

  constructor(options: Options) {
    this.options = options;
    const { clock, version, log } = options;
    this.plugins = this.readOutputs(options.config);
    this.senders = new Senders({
      clock,
      log,
      command: () => options.sender(),
      atLeisure: (work) => options.atLeisure(work),
      plugin: (name) => this.plugins.get(name),
    });
    this.outputs = new Outputs(options.config.outputs, {
      origin: { hostname: hostname(), version },
      folder: join(options.dir, "outputs"),
      clock,
      random: Math.random,
      pid: process.pid,
      readFile: readSmall,
      sendDatagram: (path, bytes) => this.datagrams.send(path, bytes),
      post: (job, end) => this.senders.post(job, end),
    });
  }

  /** Of the senders that run. */
  pids(): readonly number[] {
    return this.senders.pids();
  }

  tell(record: OutputRecord): void {
    this.outputs.tell(record);
  }

  /** False where the hive tells more than is taken: it will tell it again. */
  tellForHive(record: OutputRecord): boolean {
    const nowMs = this.options.clock.monoMs();
    if (nowMs - this.window.sinceMs >= 60_000) {
      const left = this.window.count - ALLOWANCE.perMinute;
      if (left > 0) this.options.log(`SW-OUTPUT: ${left} incidents of the hive were not told: more than allowed`);
      this.window = { sinceMs: nowMs, count: 0 };
    }
    if (++this.window.count > ALLOWANCE.perMinute) return false;
    this.outputs.tell(record);
    return true;
  }

  /** Call a few times a second; what status should show, where that has changed. */
  turn(): readonly OutputStatus[] | undefined {
    this.senders.turn();
    this.outputs.turn();
    const status = this.outputs.status();
    const text = JSON.stringify(status);
    if (text === this.shown) return undefined;
    this.shown = text;
    return status;
  }

  status(): readonly OutputStatus[] {
    return this.outputs.status();
  }

  reload(config: TellConfig): void {
    this.plugins = this.readOutputs(config);
    this.senders.renew();
    this.outputs.reload(config.outputs);
  }

  /** Code of the outputs that are plugins, by name; of those that may not be loaded the log tells at each start of a hive. */
  private readOutputs({ outputs, plugins }: TellConfig): ReadonlyMap<string, string> {
    if (!outputs.some(({ to }) => to === "plugin")) return new Map();
    const read = (this.options.plugins ?? readPlugins)(plugins).plugins;
    return new Map(read.flatMap(({ name, output }) => (output === undefined ? [] : [[name, output] as const])));
  }

  close(): void {
    this.outputs.close();
    this.senders.stop();
    this.datagrams.close();
  }
}

/** Of outputs the hive need know only that there are some: addresses and the names of secrets are not its business. */
export function withoutOutputs(config: Config): Config {
  return { ...config, outputs: [] };
}

function readSmall(path: string): string {
  if (statSync(path).size > MAX_FILE_BYTES) throw new Error(`${path} is larger than ${MAX_FILE_BYTES} bytes`);
  return readFileSync(path, "utf8");
}
