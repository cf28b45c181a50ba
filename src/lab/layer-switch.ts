import type { CgroupLayout } from "../kernel/cgroup-layout.ts";
import { ok, type Result } from "../core/errors.ts";
import { readKnobs } from "./knobs.ts";
import type { LabGroups } from "./lab-groups.ts";
import type { LayerPort, RunningLayer } from "./layer.ts";
import type { Arm } from "./results.ts";
import type { LayerSwitch } from "./rounds.ts";

/** How often the lab itself looks at the batch group's knobs, milliseconds. */
const LOOK_MS = 20;

/**
 * Turns the layer on and off, really: off is a process that has ended. After each start the lab
 * watches the kernel's files, not the layer's words, for the first change.
 */
export class WatchedLayer implements LayerSwitch {
  running: RunningLayer | undefined = undefined;
  /** Milliseconds from ready to the first change, one per start; -1 where none came while it ran. */
  readonly reflexMs: number[] = [];
  /** Every stop so far was asked for and obeyed. */
  readonly killed: string[] = [];
  private watch: NodeJS.Timeout | undefined;
  private readonly port: LayerPort;
  private readonly layout: CgroupLayout;
  private readonly groups: LabGroups;

  constructor(port: LayerPort, layout: CgroupLayout, groups: LabGroups) {
    this.port = port;
    this.layout = layout;
    this.groups = groups;
  }

  async turn(arm: Arm): Promise<Result<void>> {
    if (arm === "off") return await this.stop();
    if (this.running !== undefined) return ok(undefined);
    const baseline = this.batchKnobs();
    const started = await this.port.start();
    if (!started.ok) return started;
    this.running = started.value;
    this.watchFor(baseline, started.value.readyMs);
    return ok(undefined);
  }

  async stop(): Promise<Result<void>> {
    clearInterval(this.watch);
    if (this.running !== undefined && !(await this.running.stop())) this.killed.push("the layer had to be killed");
    this.running = undefined;
    return ok(undefined);
  }

  private watchFor(baseline: string, readyMs: number): void {
    const index = this.reflexMs.push(-1) - 1;
    this.watch = setInterval(() => {
      if (this.batchKnobs() === baseline) return;
      this.reflexMs[index] = Math.max(0, Date.now() - readyMs);
      clearInterval(this.watch);
    }, LOOK_MS);
    this.watch.unref();
  }

  private batchKnobs(): string {
    return JSON.stringify(readKnobs(this.layout, this.groups, "batch"));
  }
}
