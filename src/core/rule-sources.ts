/** What rules are made from, as the warden hands it to the hive. */
export interface RuleSources {
  /** In their order. */
  readonly sources: readonly { readonly file: string; readonly text: string }[];
  /** Counts sets of files that differ; absent where nothing is looked up for them. */
  readonly revision?: number;
  /** Files that could not be read, each in a sentence. */
  readonly missing: readonly string[];
  /** Which of the rules that hold for one event speak. */
  readonly matching: "first" | "all";
  readonly hostname: string;
  readonly users: readonly (readonly [id: number, name: string])[];
  readonly groups: readonly (readonly [id: number, name: string])[];
}
