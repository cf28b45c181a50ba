import { Leisure, STANDING, type Standing } from "../core/leisure.ts";
import { RING_THREAD } from "../kernel/ring-reader.ts";
import { runnableTasksPerCpu } from "../kernel/runnable-tasks.ts";
import { stand, standAll } from "../kernel/standing.ts";

export const HURRY = {
  /** A host whose CPUs are all taken: from then on the start takes a share like everybody's, */
  joinMs: 5000,
  /** and from then on all it can get, well before a hive that has not said a word counts as lost (hive-channel.ts). */
  urgentMs: 12_000,
  /**
   * What has just started looks at all there is, compiles and collects for so long: eager, that is a CPU of a small host for a
   * second, before the services that it is to keep fast.
   */
  settleMs: 3000,
  /** Tasks that run or wait for a CPU, for each CPU. A service and its jobs on a busy host are two or three. */
  crowdedPerCpu: 4,
} as const;

/**
 * A start is nobody's emergency; compilers and collectors never are, whose threads were there before any of this ran. Where many wait for each CPU
 * a third of a share is next to nothing, and whoever starts the layer there needs it soon: a share like everybody's.
 */
export function startAtLeisure(procRoot: string): Leisure {
  standAll(process.pid, STANDING.leisurely, (tid) => tid !== process.pid);
  const leisure = new Leisure((standing) => stand(0, standing));
  if (runnableTasksPerCpu(procRoot) > HURRY.crowdedPerCpu) leisure.join();
  return leisure;
}

interface Ports {
  readonly leisure: Pick<Leisure, "join" | "hurry">;
  /** The first processes of the layer but this one: they do what somebody waits for on their first thread. */
  others(): readonly number[];
  hivePid(): number;
  /** Of all threads of a process that are wanted. */
  standAll?: typeof standAll;
  log(says: string): void;
}

/**
 * Puts the layer before ordinary work once it has started and settled. It needs a hundredth of a core; on a host whose CPUs are all taken
 * each of its three steps would otherwise wait its turn. Only the threads that somebody waits for: compilers and collectors stay at leisure.
 */
export class Hurry {
  private readonly ports: Ports;
  private readonly standAll: typeof standAll;
  private readonly timers: NodeJS.Timeout[];
  private standing: Standing = STANDING.leisurely;
  private settling = false;
  private said = false;

  constructor(ports: Ports) {
    this.ports = ports;
    this.standAll = ports.standAll ?? standAll;
    this.timers = [
      setTimeout(() => this.join(), HURRY.joinMs).unref(),
      setTimeout(() => this.hurry(), HURRY.urgentMs).unref(),
    ];
  }

  /** Of the hive where it does nothing in particular. */
  get atRest(): Standing {
    return this.standing;
  }

  /** Whenever a hive is ready. One that was started anew is still at leisure, and has no time to settle: something ended the one before. */
  begin(): void {
    if (this.standing === STANDING.eager) return this.hurry();
    // What takes changes back when this process ends has nothing to settle, and is eager before the first of them.
    this.othersTo(STANDING.eager);
    if (!this.settling) this.timers.push(setTimeout(() => this.hurry(), HURRY.settleMs).unref());
    this.settling = true;
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private join(): void {
    if (this.standing === STANDING.eager) return;
    this.standing = STANDING.ordinary;
    const hive = this.ports.hivePid();
    this.ports.leisure.join();
    if (!this.settling) this.othersTo(STANDING.ordinary);
    this.standAll(hive, STANDING.ordinary, (tid) => tid === hive);
  }

  private othersTo(standing: Standing): void {
    for (const pid of this.ports.others()) this.standAll(pid, standing, (tid) => tid === pid);
  }

  private hurry(): void {
    this.stop();
    this.standing = STANDING.eager;
    const { leisure, hivePid, log } = this.ports;
    if (!leisure.hurry()) {
      if (!this.said) log("the layer runs at ordinary priority: on a busy host it answers later");
      this.said = true;
      return;
    }
    const hive = hivePid();
    this.standAll(process.pid, STANDING.eager, (_tid, name) => RING_THREAD.startsWith(name) && name !== "");
    this.othersTo(STANDING.eager);
    this.standAll(hive, STANDING.leisurely, (tid) => tid !== hive);
    this.standAll(hive, STANDING.eager, (tid) => tid === hive);
  }
}
