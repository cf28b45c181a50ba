/** Frame types between warden and sender. */
export const SENDER_FRAME = { post: 1, answer: 2, plugin: 3 } as const;

/** One POST that the sender is to make, or one record that a plugin is to be called with. */
export interface PostJob {
  /** "" where a plugin has none. */
  readonly url: string;
  /** Called instead; its code was handed over before. */
  readonly plugin?: string;
  readonly id: string;
  /** JSON. */
  readonly text: string;
  readonly timeoutMs: number;
  /** Of the layer, for the server's log. */
  readonly version: string;
  readonly token?: string;
  /** Certificates in PEM. */
  readonly ca?: string;
}

/** taken: delivered. later: try again. refused: the server will never take it. */
export interface PostAnswer {
  readonly result: "taken" | "later" | "refused";
  /** "" where all is well. */
  readonly says: string;
  /** The server asked for so much patience, milliseconds. */
  readonly afterMs?: number;
}

/** Jobs come down with a number, answers go up with the same. */
export type NumberedJob = PostJob & { readonly number: number };
export type NumberedAnswer = PostAnswer & { readonly number: number };

/** The code of an output that is a plugin: the text of its `output.js`. */
export interface PluginCode {
  readonly name: string;
  readonly text: string;
}
