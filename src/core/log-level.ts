import type { Clock } from "./clock.ts";

/** How much the layer says of itself, from the least to the most; each holds what those before it do. */
export const LOG_LEVELS = {
  warn: "what went wrong, refused or lost: every line that carries an error code",
  info: "as well what it did to the host and to itself: changes, starts, reloads",
  debug: "as well what its halves ask of each other, and every decision, refused ones too",
} as const;

export type LogLevel = keyof typeof LOG_LEVELS;

/** A line for the log; without a level one that carries an error code is a warning, any other information. */
export type LogLine = (says: string, level?: LogLevel) => void;

const ORDER = Object.keys(LOG_LEVELS) as readonly LogLevel[];
const CODE = /\bSW-[A-Z]/;

/** Levels as they are now: the configured one, or another for a while, which ends by itself. */
export class LogLevels {
  private readonly clock: Clock;
  private usual: LogLevel;
  private instead: { readonly level: LogLevel; readonly untilMs: number } | undefined;

  constructor(clock: Clock, usual: LogLevel = "info") {
    this.clock = clock;
    this.usual = usual;
  }

  get now(): LogLevel {
    if (this.instead !== undefined && this.clock.monoMs() >= this.instead.untilMs) this.instead = undefined;
    return this.instead?.level ?? this.usual;
  }

  /** The configured level; what was asked for meanwhile goes on until its time. */
  configure(level: LogLevel): void {
    this.usual = level;
  }

  /** The configured one ends what was asked for before. */
  use(level: LogLevel, forMs: number): void {
    this.instead = level === this.usual ? undefined : { level, untilMs: this.clock.monoMs() + forMs };
  }

  lets(says: string, level: LogLevel = CODE.test(says) ? "warn" : "info"): boolean {
    return ORDER.indexOf(level) <= ORDER.indexOf(this.now);
  }

  /** In words, for whoever asks. */
  get says(): string {
    const now = this.now;
    if (this.instead === undefined) return `the log level is ${now}`;
    return `the log level is ${now} for ${roughly(this.instead.untilMs - this.clock.monoMs())} more, then ${this.usual}`;
  }
}

/** "40 s", "10 min", "3 h": up to two minutes by the second, up to two hours by the minute. */
function roughly(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 120) return `${seconds} s`;
  return seconds <= 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
