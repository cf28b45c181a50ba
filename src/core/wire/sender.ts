/** Frame types between warden and sender. */
export const SENDER_FRAME = { post: 1, answer: 2 } as const;

/** One POST that the sender is to make. */
export interface PostJob {
  readonly url: string;
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
