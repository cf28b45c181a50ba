/** How often the dear part of sampling runs. */
export interface ScanPace {
  /** Milliseconds between scans while nobody looks. */
  readonly scanMs: number;
  /** While somebody does. */
  readonly viewerMs: number;
}

export const SCAN_PACE: ScanPace = { scanMs: 5000, viewerMs: 1000 };

/** Largest share of one core that scans may take, alone and while somebody looks. */
const SHARE_ALONE = 0.005;
const SHARE_WATCHED = 0.02;

/** However dear scans are, what they show is never older than this. */
const MAX_PAUSE_MS = 60_000;

/** CPU time of this thread in milliseconds: unlike the clock's, it does not grow when others hold the CPU. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * Decides when to scan again. On a host with thousands of processes a scan is dear: the pause grows
 * with the measured cost, so that the share of a core stays what it is.
 */
export class ScanSchedule {
  private readonly pace: ScanPace;
  private lastMs: number | undefined;
  private lastCostMs = 0;
  private scans = 0;
  watching = false;

  constructor(pace: ScanPace) {
    this.pace = pace;
  }

  isDue(monoMs: number): boolean {
    return this.lastMs === undefined || monoMs - this.lastMs >= this.pauseMs;
  }

  done(startedMs: number, costMs: number): void {
    this.lastMs = startedMs;
    this.lastCostMs = costMs;
    this.scans++;
  }

  private get pauseMs(): number {
    // Rates need two scans: the second one follows soon.
    const [paceMs, share] =
      this.watching || this.scans < 2 ? [this.pace.viewerMs, SHARE_WATCHED] : [this.pace.scanMs, SHARE_ALONE];
    return Math.min(MAX_PAUSE_MS, Math.max(paceMs, this.lastCostMs / share));
  }
}

/** What sampling itself costs, microseconds of CPU time. */
export interface SamplerCost {
  readonly turns: number;
  readonly scans: number;
  /** Mean of the cheap part of a turn. */
  readonly turnUs: number;
  /** Mean of a scan. */
  readonly scanUs: number;
}

export class CostMeter {
  private turns = 0;
  private scans = 0;
  private turnMs = 0;
  private scanMs = 0;

  turn(ms: number): void {
    this.turns++;
    this.turnMs += ms;
  }

  scan(ms: number): void {
    this.scans++;
    this.scanMs += ms;
  }

  cost(): SamplerCost {
    const { turns, scans } = this;
    return {
      turns,
      scans,
      turnUs: turns === 0 ? 0 : (this.turnMs * 1000) / turns,
      scanUs: scans === 0 ? 0 : (this.scanMs * 1000) / scans,
    };
  }
}
