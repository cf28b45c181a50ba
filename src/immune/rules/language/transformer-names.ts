export interface TransformerSpec {
  /** Least and most operands. */
  readonly operands: readonly [least: number, most: number];
  /** Whether constants may stand among the operands. */
  readonly constants: boolean;
  readonly says: string;
}

/** Every transformer of the condition language; what each does is in transformers.ts. */
export const TRANSFORMERS = {
  val: { operands: [1, 1], constants: false, says: "the field's own value, for the right side of a comparison" },
  tolower: { operands: [1, 1], constants: false, says: "in lower case" },
  toupper: { operands: [1, 1], constants: false, says: "in upper case" },
  b64: { operands: [1, 1], constants: false, says: "decoded from base64; no value where it is none" },
  basename: { operands: [1, 1], constants: false, says: "what follows the last slash; empty where nothing does" },
  len: { operands: [1, 1], constants: false, says: "how many items, characters or bytes it has" },
  concat: { operands: [2, 16], constants: true, says: "one behind the other" },
  join: { operands: [2, 2], constants: true, says: "the items of a list with a text between them" },
  getopt: {
    operands: [2, 2],
    constants: true,
    says: "the options of a command line by getopt(3); with [x] behind it, the argument of option x",
  },
} as const satisfies Record<string, TransformerSpec>;

export type TransformerName = keyof typeof TRANSFORMERS;
export const TRANSFORMER_NAMES = Object.keys(TRANSFORMERS) as TransformerName[];
