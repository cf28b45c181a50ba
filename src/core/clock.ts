/** The three clocks that the layer uses, injected everywhere. */
export interface Clock {
  /** CLOCK_REALTIME, milliseconds. For people and records. */
  wallMs(): number;
  /** CLOCK_MONOTONIC, milliseconds. For durations, leases and evaporation: never jumps. */
  monoMs(): number;
}

/** performance.now() is the same clock, counted from the start of this process; like this all processes of a host agree. */
const STARTED_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => STARTED_MS + performance.now(),
};

/** A clock that a test moves. */
export class FakeClock implements Clock {
  private wall: number;
  private mono: number;

  constructor(wallMs = 1_700_000_000_000, monoMs = 0) {
    this.wall = wallMs;
    this.mono = monoMs;
  }

  wallMs(): number {
    return this.wall;
  }

  monoMs(): number {
    return this.mono;
  }

  advance(ms: number): void {
    this.wall += ms;
    this.mono += ms;
  }

  /** The wall clock alone jumps, as under an administrator or NTP. */
  jumpWall(ms: number): void {
    this.wall += ms;
  }
}
