import { join } from "node:path";
import type { Decision, Proposal, RevertCause } from "../../core/action.ts";
import { FakeClock } from "../../core/clock.ts";
import type { Config } from "../../core/config.ts";
import type { Random } from "../../core/random.ts";
import { Guard } from "../guard.ts";
import { HEARTBEAT, Heartbeat } from "../heartbeat.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import type { JournalLimits } from "../journal/limits.ts";
import { restoreChanges } from "../restore.ts";
import { Disk } from "./disk.fixture.ts";
import { Killed, type Machine } from "./machine.fixture.ts";
import type { Stage } from "./stage.fixture.ts";

/** Small, so that segments begin all the time; nothing is removed, so that what was said can be looked up. */
const LIMITS: JournalLimits = { segmentBytes: 12_000, totalBytes: Infinity, maxAgeMs: Infinity };
/** As runSentinel has them. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 500;
const TURN_MS = 200;
/** The sentinel ends a warden that says nothing for five seconds, and looks once a second. */
const NOTICED_MS = 8000;

/** The three processes without the processes: what each does, in the order in which they would, on a clock that a test moves. */
export class Layer {
  readonly clock = new FakeClock(1_700_000_000_000, 1_000_000);
  readonly folder: string;
  guard: Guard | undefined;
  journal: Journal | undefined;
  /** Whether a sentinel is on guard. */
  sentinel = true;
  bootId = "boot-0";
  /** Why the last start did not come about. */
  why = "";
  /** Called every second of a stop that is long enough for the sentinel to have noticed. */
  onStopped: () => void = () => {};
  /** Called whenever the layer has taken everything back, as far as it could. */
  onRecovered: (complete: boolean) => void = () => {};
  private readonly sealsLater: boolean;
  private readonly stage: Stage;
  private readonly machine: Machine;
  private disk: Disk;
  /** What the journal left for when nothing is urgent. */
  private due: (() => void)[] = [];
  private heart: Heartbeat | undefined;
  private warden = 900;
  private boots = 0;

  /** `sealsLater`: as the warden has it; others that restore do not. */
  constructor(stage: Stage, machine: Machine, sealsLater: boolean) {
    this.sealsLater = sealsLater;
    this.stage = stage;
    this.machine = machine;
    this.disk = new Disk(machine);
    this.folder = join(stage.host.root, "journal");
    stage.nowMs = () => this.clock.monoMs();
  }

  /** Undefined where the process died on the way. */
  during<T>(use: () => T): T | undefined {
    try {
      const done = use();
      if (!this.machine.dead) return done;
    } catch (error) {
      // A file that cannot be opened may say so for a process that is no more.
      if (!(error instanceof Killed) && !this.machine.dead) throw error;
    }
    this.lost();
    return undefined;
  }

  /** A start: what an earlier run left behind is put back first, then the guard begins. False where it cannot. */
  start(config: Config): boolean {
    const { clock, folder, stage } = this;
    this.machine.revive();
    const owner = this.begin();
    const began = this.during(() => {
      const restored = this.restoreOnce("recovery", owner);
      if (restored === undefined) return false;
      const opened = openJournal(folder, {
        clock,
        procRoot: stage.host.procRoot,
        files: this.disk,
        owner,
        limits: LIMITS,
        ...(this.sealsLater && { later: (seal: () => void) => void this.due.push(seal) }),
      });
      if (!opened.ok) {
        this.why = opened.says;
        return false;
      }
      this.journal = opened.value;
      this.onRecovered(restored);
      const self = { pids: () => [{ pid: owner.pid, startTicks: owner.startTicks }] };
      const { host } = stage;
      this.guard = new Guard({ config, fs: host, procRoot: host.procRoot, clock, journal: opened.value, self });
      return true;
    });
    if (began !== true) {
      this.forget();
      return false;
    }
    this.sentinel = true;
    this.heart?.stop();
    this.heart = new Heartbeat(clock, () => this.lost());
    return true;
  }

  /** As warden.ts has it: nothing is decided while nobody would take it back. */
  propose(proposal: Proposal): Decision | "alone" | undefined {
    if (!this.sentinel) return "alone";
    return this.during(() => this.guard?.decide(proposal));
  }

  /** Takes everything back while the warden lives. False where something could not be. */
  revertAll(cause: RevertCause, by = ""): boolean {
    this.during(() => this.guard?.revertAll(cause, by));
    return this.guard !== undefined && this.guard.leases().length === 0;
  }

  /** Nothing urgent is at hand. */
  quiet(): void {
    for (const seal of this.due.splice(0)) this.during(seal);
  }

  /** Ends in order, as on SIGTERM. */
  stop(): void {
    this.during(() => {
      this.guard?.revertAll("shutdown");
      const left = this.guard?.leases().length ?? 0;
      this.journal?.close();
      this.forget();
      if (left > 0 && this.sentinel) this.watchOver();
      else if (left === 0) this.onRecovered(true);
    });
  }

  /** Time passes, with the warden's turns and both heartbeats, or with the warden stopped (SIGSTOP). */
  pass(ms: number, stopped = false): void {
    const sinceMs = this.clock.monoMs();
    const until = sinceMs + ms;
    while (this.clock.monoMs() < until) {
      const left = until - this.clock.monoMs();
      // Long waits are not looked at turn by turn: what matters in them is that leases end.
      const step = stopped ? HEARTBEAT.everyMs : left > 60_000 ? 10_000 : 5 * TURN_MS;
      if (!stopped) this.quiet();
      this.clock.advance(Math.min(left, step));
      if (!stopped) {
        this.heart?.heard();
        if (this.guard !== undefined) this.during(() => this.guard?.expire());
      } else if (this.sentinel && this.guard !== undefined) {
        this.heart?.turn();
        if (this.clock.monoMs() - sinceMs > NOTICED_MS) this.onStopped();
      }
    }
    if (stopped && this.guard !== undefined) this.during(() => this.guard?.expire());
  }

  /** kill -9 of the warden: at once, or because it was found in the midst of something. */
  lost(): void {
    if (this.guard === undefined && this.journal === undefined) return this.forget();
    this.forget();
    if (this.sentinel) this.watchOver();
  }

  /** The machine goes dark and comes back: nothing of the kernel's is left, and of the disk what was synced. */
  powerCut(random: Random): void {
    this.forget();
    this.disk.powerCut(this.folder, random);
    this.disk = new Disk(this.machine);
    this.bootId = `boot-${++this.boots}`;
    this.stage.reboot();
  }

  /** What runSentinel does once the pipe is closed. */
  private watchOver(): void {
    const until = this.clock.monoMs() + PATIENCE_MS;
    this.machine.dead = false;
    const owner = this.begin();
    for (;;) {
      let restored: boolean | undefined;
      try {
        restored = this.restoreOnce("warden-lost", owner);
      } catch (error) {
        if (!(error instanceof Killed) && !this.machine.dead) throw error;
      }
      // The sentinel can be killed too: then the next start finds what is left.
      if (this.machine.dead) {
        this.sentinel = false;
        return this.forget();
      }
      if (restored === true || this.clock.monoMs() >= until) {
        this.onRecovered(restored === true);
        return this.forget();
      }
      this.clock.advance(RETRY_MS);
    }
  }

  /** True where nothing is left to take back, undefined where the journal could not be read. */
  private restoreOnce(cause: RevertCause, owner: ReturnType<Layer["begin"]>): boolean | undefined {
    const { folder, clock, stage, disk } = this;
    const { host } = stage;
    const restored = restoreChanges({ folder, fs: host, clock, cause, procRoot: host.procRoot, files: disk, owner });
    if (!restored.ok) this.why = restored.says;
    return restored.ok ? restored.value.unfinished === 0 : undefined;
  }

  /** A process of the layer, which others can see. */
  private begin(): { pid: number; startTicks: number; bootId: string } {
    this.stage.host.end(this.warden);
    const pid = ++this.warden;
    this.stage.host.process(pid, { ppid: 899 });
    return { pid, startTicks: pid * 10, bootId: this.bootId };
  }

  /** The run is over. */
  end(): void {
    this.forget();
  }

  private forget(): void {
    this.heart?.stop();
    this.heart = undefined;
    this.due = [];
    this.guard = undefined;
    this.journal = undefined;
    this.disk.closeAll();
    this.stage.host.end(this.warden);
    this.stage.host.forgetEnforced();
  }
}
