import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  profileId,
  type ProfileFile,
  type ProfileInfo,
  type ProfileOrder,
  type ProfileState,
} from "../../core/sequence-profile.ts";

export const LEARNING = {
  /** Windows of seven calls that a profile is learned from at least, and how long new ones must then have been rare. */
  windows: 20_000,
  quietMs: 600_000,
  /** Rare: of the windows since the last report, no more than this share was new. */
  rare: 0.001,
  /** After its content has changed an executable is learned for so many times longer: who could change it may still be there. */
  again: 2,
  /** And what it departs from counts for this part for a day after. */
  changedFactor: 0.5,
  changedMs: 86_400_000,
  /** Nothing is learned of whom other evidence speaks against, nor so long after; what came in since the last but one report goes. */
  suspicion: 0.3,
  pauseMs: 600_000,
} as const;

export const CHECKING = {
  /** A thread's share of unknown windows above which the kernel tells: a dozen in a row of a young thread, one in seven of an old one. */
  limit: 0.15,
  /** What the share is drawn to, as if so many windows had been seen (docs/sequences.md). */
  share: 0.01,
  windows: 64,
  /** Windows that a start may take: so long nothing is said of a thread whose executable was never seen to start while it was learned. */
  start: 4096,
} as const;

const BITMAP_BYTES = 8192;

export type ProfileStage = ProfileInfo["stage"];

/** One executable's profile as it is written down. */
export interface KeptProfile {
  readonly file: ProfileFile;
  readonly path: string;
  readonly stage: ProfileStage;
  readonly sinceMs: number;
  readonly windows: number;
  readonly departures: number;
  readonly changedMs: number;
  readonly knowsStart: boolean;
  /** Deflated, in base64. */
  readonly bits: string;
}

/** What the hive knows of one executable's orders of system calls, and what it wants the kernel to do with them. Times are wall-clock milliseconds. */
export class SequenceProfile {
  readonly file: ProfileFile;
  readonly path: string;
  stage: ProfileStage = "learning";
  readonly sinceMs: number;
  /** When the content of its executable was found changed; 0: never. */
  readonly changedMs: number;
  windows = 0;
  departures = 0;
  fill = 0;
  /** Whether a start was learned: a daemon that was there before its profile shows none. */
  knowsStart = false;
  /** Since when new windows have been rare; when it was last heard of. 0 in a profile of an earlier run, until the first report. */
  private quietSinceMs: number;
  heardMs: number;
  pausedUntilMs = 0;
  /** The bitmap at the last report, and at the one before, which nobody has spoken against since. */
  private pending = "";
  private committed = "";
  /** What the kernel has counted since it was told of this profile. */
  private counted = { windows: 0, fresh: 0, departures: 0 };

  constructor(file: ProfileFile, path: string, nowMs: number, changedMs = 0) {
    this.file = file;
    this.path = path;
    this.sinceMs = nowMs;
    this.quietSinceMs = nowMs;
    this.heardMs = nowMs;
    this.changedMs = changedMs;
  }

  /** True where its stage became another by it. */
  take(state: ProfileState, nowMs: number): boolean {
    const { counted } = this;
    if (this.quietSinceMs === 0) this.quietSinceMs = nowMs;
    if (this.heardMs === 0) this.heardMs = nowMs;
    const windows = Math.max(0, state.windows - counted.windows);
    const fresh = Math.max(0, state.fresh - counted.fresh);
    this.departures += Math.max(0, state.departures - counted.departures);
    this.counted = { windows: state.windows, fresh: state.fresh, departures: state.departures };
    this.windows += windows;
    this.fill = state.fill;
    if (windows > 0) this.heardMs = nowMs;
    if (this.stage !== "learning") return this.stage === "paused" && this.resume(nowMs);
    this.committed = this.pending;
    this.pending = state.bits ?? this.pending;
    if (fresh > windows * LEARNING.rare) this.quietSinceMs = nowMs;
    if (!this.isLearned(nowMs)) return false;
    this.committed = this.pending;
    this.stage = "checking";
    return true;
  }

  /** Somebody who runs it is under suspicion: back to what was learned before, and no further. True where that changes anything. */
  pause(nowMs: number): boolean {
    if (this.stage !== "learning" && this.stage !== "paused") return false;
    const was = this.stage;
    this.stage = "paused";
    this.pausedUntilMs = nowMs + LEARNING.pauseMs;
    this.pending = this.committed;
    this.quietSinceMs = nowMs;
    return was === "learning";
  }

  freeze(): void {
    if (this.stage === "learning") this.committed = this.pending;
    this.stage = "frozen";
  }

  reset(nowMs: number): void {
    this.stage = "learning";
    this.pending = "";
    this.committed = "";
    this.windows = 0;
    this.departures = 0;
    this.fill = 0;
    this.knowsStart = false;
    this.quietSinceMs = nowMs;
  }

  /** The kernel begins to count anew where it had forgotten the profile. */
  order(isNewThere: boolean): ProfileOrder {
    if (isNewThere) this.counted = { windows: 0, fresh: 0, departures: 0 };
    const mode = ({ learning: "learn", paused: "off", checking: "check", frozen: "check" } as const)[this.stage];
    return {
      file: this.file,
      mode,
      limit: Math.round(CHECKING.limit * 65_536),
      share: Math.round(CHECKING.share * 65_536),
      windows: CHECKING.windows,
      bits: this.stage === "learning" ? this.pending : this.committed,
    };
  }

  /** What a departure from it counts for. */
  trust(nowMs: number): number {
    return this.changedMs > 0 && nowMs - this.changedMs < LEARNING.changedMs ? LEARNING.changedFactor : 1;
  }

  /** Its bitmap as it is good for now: base64, "" where nothing is learned. */
  get bits(): string {
    return this.committed;
  }

  info(): ProfileInfo {
    const { file, path, stage, windows, fill, departures, sinceMs, changedMs, learnedMs } = this;
    const info = { id: profileId(file), path, stage, windows, fill, departures, sinceMs, changedMs };
    return learnedMs === undefined ? info : { ...info, learnedMs };
  }

  keep(): KeptProfile {
    const { file, path, stage, sinceMs, windows, departures, changedMs, knowsStart } = this;
    const bits = deflateRawSync(Buffer.from(this.committed, "base64")).toString("base64");
    return { file, path, stage, sinceMs, windows, departures, changedMs, knowsStart, bits };
  }

  static kept(kept: KeptProfile): SequenceProfile {
    const profile = new SequenceProfile(kept.file, kept.path, kept.sinceMs, kept.changedMs);
    profile.stage = kept.stage === "paused" ? "learning" : kept.stage;
    profile.windows = kept.windows;
    profile.knowsStart = kept.knowsStart;
    profile.departures = kept.departures;
    profile.quietSinceMs = 0;
    profile.heardMs = 0;
    profile.committed = inflated(kept.bits);
    profile.pending = profile.committed;
    return profile;
  }

  private resume(nowMs: number): boolean {
    if (nowMs < this.pausedUntilMs) return false;
    this.stage = "learning";
    this.quietSinceMs = nowMs;
    return true;
  }

  /** When it will be learned, if its windows come as they did and none of them is new; undefined where it is, or nothing was heard of it. */
  private get learnedMs(): number | undefined {
    const factor = this.changedMs > 0 ? LEARNING.again : 1;
    const quietSinceMs = this.stage === "paused" ? this.pausedUntilMs : this.quietSinceMs;
    if (this.stage === "checking" || this.stage === "frozen" || quietSinceMs === 0 || this.windows === 0)
      return undefined;
    const perMs = this.windows / Math.max(1, this.heardMs - this.sinceMs);
    const lacking = Math.max(0, LEARNING.windows * factor - this.windows);
    return Math.round(Math.max(quietSinceMs + LEARNING.quietMs * factor, this.heardMs + lacking / perMs));
  }

  private isLearned(nowMs: number): boolean {
    const factor = this.changedMs > 0 ? LEARNING.again : 1;
    return (
      this.windows >= LEARNING.windows * factor &&
      nowMs - this.quietSinceMs >= LEARNING.quietMs * factor &&
      this.pending !== ""
    );
  }
}

/** "" where it is no bitmap. */
function inflated(bits: string): string {
  try {
    const bytes = inflateRawSync(Buffer.from(bits, "base64"), { maxOutputLength: BITMAP_BYTES });
    return bytes.length === BITMAP_BYTES ? bytes.toString("base64") : "";
  } catch {
    return "";
  }
}
