import { dropOldest } from "../bounded/oldest.ts";

export const KNOWN = {
  /** From then on a program is an old acquaintance. */
  afterMs: 86_400_000,
  programs: 2048,
} as const;

/** Since when programs have been seen to start, by their learned names (executable.ts). Wall-clock milliseconds. */
export class KnownPrograms {
  private readonly since = new Map<string, number>();

  /** Notes a start; whether it has been known for a day. */
  note(program: string, wallMs: number): boolean {
    const first = this.since.get(program) ?? wallMs;
    this.since.delete(program);
    this.since.set(program, Math.min(first, wallMs));
    dropOldest(this.since, KNOWN.programs);
    return wallMs - first >= KNOWN.afterMs;
  }

  remember(): unknown {
    return [...this.since];
  }

  recall(memory: unknown): void {
    if (!Array.isArray(memory)) return;
    for (const each of memory.slice(-KNOWN.programs) as unknown[]) {
      if (!Array.isArray(each)) continue;
      const [program, first] = each as unknown[];
      if (typeof program === "string" && typeof first === "number" && Number.isFinite(first))
        this.since.set(program, first);
    }
  }
}
