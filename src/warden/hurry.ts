import { Leisure, STANDING } from "../core/leisure.ts";
import { RING_THREAD } from "../kernel/ring-reader.ts";
import { stand, standAll } from "../kernel/standing.ts";

/** A host whose CPUs are all taken: from then on the start itself is in a hurry, before the hive counts as lost. */
const LEAST_LEISURE_MS = 5000;

/** A start is nobody's emergency; compilers and collectors never are, whose threads were there before any of this ran. */
export function startAtLeisure(): Leisure {
  standAll(process.pid, STANDING.leisurely, (tid) => tid !== process.pid);
  return new Leisure((standing) => stand(0, standing));
}

interface Ports {
  readonly leisure: Leisure;
  /** The first processes of the layer but this one: they do what somebody waits for on their first thread. */
  others(): readonly number[];
  hivePid(): number;
  log(says: string): void;
}

/**
 * Puts the layer before ordinary work once it has started. It needs a hundredth of a core; on a host whose CPUs are all taken each of
 * its three steps would otherwise wait its turn. Only the threads that somebody waits for: compilers and collectors stay at leisure.
 */
export class Hurry {
  private readonly ports: Ports;
  private readonly timer: NodeJS.Timeout;
  private said = false;

  constructor(ports: Ports) {
    this.ports = ports;
    this.timer = setTimeout(() => this.begin(), LEAST_LEISURE_MS);
    this.timer.unref();
  }

  /** Whenever a hive is ready: one that was started anew is still at leisure. */
  begin(): void {
    clearTimeout(this.timer);
    const { leisure, others, hivePid, log } = this.ports;
    if (!leisure.hurry()) {
      if (!this.said) log("the layer runs at ordinary priority: on a busy host it answers later");
      this.said = true;
      return;
    }
    const hive = hivePid();
    standAll(process.pid, STANDING.eager, (_tid, name) => RING_THREAD.startsWith(name) && name !== "");
    for (const pid of others()) standAll(pid, STANDING.eager, (tid) => tid === pid);
    standAll(hive, STANDING.leisurely, (tid) => tid !== hive);
    standAll(hive, STANDING.eager, (tid) => tid === hive);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
