/** How large the journal's files may become, and how long they are kept. */
export interface JournalLimits {
  /** A segment is closed once it holds so many bytes beside what it carries over. */
  readonly segmentBytes: number;
  /** All segments together; the oldest go first. Infinity: none is ever removed for its size. */
  readonly totalBytes: number;
  /** Segments whose last record is older, in milliseconds, go. Infinity: none is ever removed for its age. */
  readonly maxAgeMs: number;
}

/** Without a configuration segments are begun, but nothing is removed: whoever only recovers has no business to. */
export const KEEP_ALL: JournalLimits = {
  segmentBytes: 16 * 1024 * 1024,
  totalBytes: Number.POSITIVE_INFINITY,
  maxAgeMs: Number.POSITIVE_INFINITY,
};

/** From the configuration's units. */
export function limitsOf(config: {
  readonly segmentMegabytes: number;
  readonly totalMegabytes: number;
  readonly days: number;
}): JournalLimits {
  const MB = 1024 * 1024;
  return {
    segmentBytes: config.segmentMegabytes * MB,
    totalBytes: config.totalMegabytes * MB,
    maxAgeMs: config.days * 86_400_000,
  };
}
