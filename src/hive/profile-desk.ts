import type { Agent } from "../core/agent.ts";
import type { Clock } from "../core/clock.ts";
import {
  PROFILE_LIMITS,
  type ProfileInfo,
  type ProfileList,
  type ProfileOrder,
  type ProfileReport,
} from "../core/sequence-profile.ts";
import { SequencesAgent } from "../immune/sequences/sequences.ts";
import type { GuardPort } from "./guard-port.ts";

const NONE: ProfileList = { profiles: [], turnedAway: 0, untold: 0, unplaced: 0, refused: 0 };

/** Executables' orders of system calls, between the kernel that holds them and the agent that judges them. */
export class ProfileDesk {
  private readonly sequences: SequencesAgent | undefined;
  private readonly guard: GuardPort;
  private readonly clock: Clock;

  constructor(agents: readonly Agent[], guard: GuardPort, clock: Clock) {
    this.guard = guard;
    this.clock = clock;
    this.sequences = agents.find((each) => each instanceof SequencesAgent);
    this.sequences?.useOrders((orders) => this.order(orders));
  }

  /** What the kernel has of the executables that are learned or checked. */
  take(report: ProfileReport): void {
    this.sequences?.takeReport(report, this.clock.wallMs());
  }

  private order(orders: readonly ProfileOrder[]): void {
    for (let at = 0; at < orders.length; at += PROFILE_LIMITS.aMessage)
      this.guard.profiles?.(orders.slice(at, at + PROFILE_LIMITS.aMessage));
  }

  list(): ProfileList {
    return this.sequences?.list() ?? NONE;
  }

  show(id: string): (ProfileInfo & { readonly bits: string }) | undefined {
    return this.sequences?.show(id);
  }

  /** What is to be told of it; undefined where there is none of that name. */
  freeze(id: string): string | undefined {
    return this.sequences?.freeze(id);
  }

  reset(id: string): string | undefined {
    return this.sequences?.reset(id, this.clock.wallMs());
  }
}
