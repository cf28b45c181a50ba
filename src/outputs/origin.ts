/** Who tells: the same for every record. */
export interface Origin {
  readonly hostname: string;
  /** Of the layer. */
  readonly version: string;
}
