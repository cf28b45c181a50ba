/** Where the lab writes; a terminal gets one line that changes, anything else whole lines. */
export interface Out {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Says what goes on and about how long it still takes. Silent where `quiet`. */
export class Progress {
  private readonly out: Out;
  private readonly quiet: boolean;
  private readonly endsMs: number;
  private dirty = false;

  constructor(out: Out, quiet: boolean, expectedSeconds: number) {
    this.out = out;
    this.quiet = quiet;
    this.endsMs = performance.now() + expectedSeconds * 1000;
  }

  step(says: string): void {
    if (this.quiet) return;
    const left = Math.max(0, Math.round((this.endsMs - performance.now()) / 1000));
    const line = `${left > 0 ? `${left} s left`.padStart(9) : "   almost"}  ${says}`;
    if (this.out.isTTY) {
      this.out.write(`\r\u001b[2K${line.slice(0, (this.out.columns ?? 80) - 1)}`);
      this.dirty = true;
    } else {
      this.out.write(`${line}\n`);
    }
  }

  /** Leaves the terminal's line empty for what follows. */
  end(): void {
    if (this.dirty) this.out.write("\r\u001b[2K");
    this.dirty = false;
  }
}
