import type { EntityKey } from "../../../core/entity.ts";
import type { WritesEvent } from "../../../core/event.ts";
import { dropOldest } from "../../bounded/oldest.ts";

export const CONTENT = {
  /** Fewer samples say nothing: a picture, a key, one packed file. */
  samples: 8,
  /** Share of samples that look like chance from which on the content does: headers and last blocks are not. */
  share: 0.8,
  processes: 1024,
  /** As many as files are counted to (file-doers.ts), and the child itself. */
  generations: 4,
} as const;

export interface ContentSum {
  readonly sampled: number;
  readonly random: number;
}

const NOTHING: ContentSum = { sampled: 0, random: 0 };

/**
 * Whether what a doer writes looks encrypted, by samples that the kernel takes (bpf/calls-writes.h). Counts come a turn after the
 * writing, when a short command is gone: who answers for it is kept from when it opened what it wrote.
 */
export class WrittenContent {
  private readonly answerable = new Map<EntityKey, readonly EntityKey[]>();
  private readonly sums = new Map<EntityKey, ContentSum>();

  /** A process that opened a file for writing; of others nothing is counted. */
  watch(by: EntityKey, answerable: readonly EntityKey[]): void {
    this.answerable.delete(by);
    this.answerable.set(by, answerable);
    dropOldest(this.answerable, CONTENT.processes);
  }

  /** What a child of such a one writes may go to the file that it was born with (a shell's redirection). */
  inherit(parent: EntityKey, child: EntityKey): void {
    const answerable = this.answerable.get(parent);
    if (answerable !== undefined) this.watch(child, [child, ...answerable].slice(0, CONTENT.generations));
  }

  /** Adds a turn's counts; gives whose sums changed. */
  add(by: EntityKey, { sampled = 0, random = 0 }: Pick<WritesEvent, "sampled" | "random">): readonly EntityKey[] {
    if (sampled === 0) return [];
    const doers = this.answerable.get(by) ?? [];
    for (const doer of doers) {
      const before = this.sums.get(doer) ?? NOTHING;
      this.sums.delete(doer);
      this.sums.set(doer, { sampled: before.sampled + sampled, random: before.random + random });
      dropOldest(this.sums, CONTENT.processes);
    }
    return doers;
  }

  /** What was counted of a doer, where that looks like chance. */
  chanceIn(doer: EntityKey): ContentSum | undefined {
    const sum = this.sums.get(doer) ?? NOTHING;
    return sum.sampled >= CONTENT.samples && sum.random >= CONTENT.share * sum.sampled ? sum : undefined;
  }
}
