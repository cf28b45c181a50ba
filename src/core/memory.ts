/** What a person's word about an incident has left: its like is recognised at once, or tolerated. */
export interface Memory {
  /** The incident. */
  readonly id: string;
  readonly word: "confirmed" | "dismissed";
  /** Learned names (immune/programs/executable.ts): of the program, and of the one that started it, launchers passed over. */
  readonly program: string;
  readonly parent: string;
  readonly kinds: readonly string[];
  readonly techniques: readonly string[];
  /** Kinds of address it talked to, such as "public". */
  readonly destinations: readonly string[];
  /** What is left of it, 1 when a person said so. */
  readonly strength: number;
  /** Times that it was met since. */
  readonly met: number;
  /** Wall clock: when a person said so, and when it was met last. */
  readonly atMs: number;
  readonly lastMs: number;
}
