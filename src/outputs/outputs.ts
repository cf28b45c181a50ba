import type { Clock } from "../core/clock.ts";
import type { OutputConfig } from "../core/config-outputs.ts";
import type { Result } from "../core/errors.ts";
import type { OutputRecord, OutputStatus } from "../core/output-record.ts";
import type { Random } from "../core/random.ts";
import type { PostAnswer, PostJob } from "../core/wire/sender.ts";
import type { Carrier } from "./carrier.ts";
import { DatagramCarrier } from "./datagram.ts";
import { FileCarrier } from "./file.ts";
import { lineOf } from "./line.ts";
import type { Origin } from "./origin.ts";
import { isWanted } from "./subject.ts";
import { WebhookCarrier } from "./webhook.ts";

export interface OutputPorts {
  readonly origin: Origin;
  /** Where queues lie. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly pid: number;
  readFile(path: string): string;
  sendDatagram(path: string, bytes: Buffer): Result<void>;
  post(job: PostJob, end: (answer: PostAnswer) => void): void;
}

/** A link to what this process has as its standard output (proc_pid_fd(5)); opened anew, so that it can be made not to block. */
const STDOUT = "/proc/self/fd/1";

interface Running {
  readonly config: OutputConfig;
  readonly carrier: Carrier;
}

/** Tells incidents and actions in all the places that the configuration names. */
export class Outputs {
  private readonly ports: OutputPorts;
  private running: readonly Running[];

  constructor(configs: readonly OutputConfig[], ports: OutputPorts) {
    this.ports = ports;
    this.running = configs.map((config) => this.start(config));
  }

  get some(): boolean {
    return this.running.length > 0;
  }

  tell(record: OutputRecord): void {
    for (const { config, carrier } of this.running)
      if (isWanted(record, config)) carrier.carry(lineOf(record, config.format, this.ports.origin));
  }

  /** Call a few times a second. */
  turn(): void {
    for (const { carrier } of this.running) carrier.turn();
  }

  /** What is configured as before goes on with its counts, and opens its files anew. */
  reload(configs: readonly OutputConfig[]): void {
    const before = new Map(this.running.map((each) => [JSON.stringify(each.config), each]));
    const kept = configs.map((config) => before.get(JSON.stringify(config)));
    for (const each of this.running) if (!kept.includes(each)) each.carrier.close();
    for (const each of kept) each?.carrier.reopen();
    // Last: two that changed places have one queue only.
    this.running = configs.map((config, index) => kept[index] ?? this.start(config));
  }

  status(): readonly OutputStatus[] {
    return this.running.map(({ carrier }) => carrier.status());
  }

  close(): void {
    for (const { carrier } of this.running) carrier.close();
    this.running = [];
  }

  private start(config: OutputConfig): Running {
    return { config, carrier: this.carrierFor(config) };
  }

  private carrierFor(config: OutputConfig): Carrier {
    const { name, to, path } = config;
    const { ports } = this;
    const { clock, folder, random, origin } = ports;
    const times = { nowMs: () => clock.monoMs(), wallMs: () => clock.wallMs() };
    switch (to) {
      case "file":
      case "stdout":
        return new FileCarrier({ name, to, path: path ?? STDOUT, ...times });
      case "syslog":
      case "journal": {
        const send = (place: string, bytes: Buffer): Result<void> => ports.sendDatagram(place, bytes);
        return new DatagramCarrier({ name, to, path, pid: ports.pid, send, ...times });
      }
      case "webhook":
      case "plugin":
        return new WebhookCarrier(config, {
          folder,
          random,
          version: origin.version,
          ...times,
          readFile: (file) => ports.readFile(file),
          post: (job, end) => ports.post(job, end),
        });
    }
  }
}
