/** Where the view is drawn: standard output, or a stream in a test. */
export interface Out {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
  write(text: string): boolean;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** Where keys come from. */
export interface In {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: "data", listener: (keys: Buffer) => void): unknown;
  off(event: "data", listener: (keys: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** xterm control sequences (ctlseqs): alternate screen, cursor, wrapping, synchronized output. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const BEGIN = "\x1b[?2026h\x1b[H";
const END = "\x1b[?2026l";
/** Before a line, not after: a full line leaves the cursor on its last column. */
const CLEAR_LINE = "\x1b[2K";
const CLEAR_BELOW = "\r\n\x1b[J";

/** The terminal while the view has it. `leave` gives it back as it was, also when called twice or at the exit of the process. */
export class Screen {
  private readonly out: Out;
  private readonly keys: In;
  private readonly onKeys: (keys: Buffer) => void;
  private readonly onResize: () => void;
  private readonly atExit = (): void => this.leave();
  private entered = false;

  constructor(out: Out, keys: In, events: { onKey(key: string): void; onResize(): void }) {
    this.out = out;
    this.keys = keys;
    this.onKeys = (bytes) => events.onKey(bytes.toString("latin1"));
    this.onResize = () => events.onResize();
  }

  enter(): void {
    this.entered = true;
    process.once("exit", this.atExit);
    if (this.keys.isTTY === true) this.keys.setRawMode?.(true);
    this.keys.on("data", this.onKeys);
    this.keys.resume();
    this.out.on("resize", this.onResize);
    this.out.write(ENTER);
  }

  /** A frame is left out where the terminal has not taken the one before. */
  draw(lines: readonly string[]): void {
    if (!this.entered || this.out.writableNeedDrain === true) return;
    const rows = lines.map((line) => CLEAR_LINE + line).join("\r\n");
    const rest = lines.length < (this.out.rows ?? 0) ? CLEAR_BELOW : "";
    this.out.write(BEGIN + rows + rest + END);
  }

  leave(): void {
    if (!this.entered) return;
    this.entered = false;
    process.off("exit", this.atExit);
    this.out.off("resize", this.onResize);
    this.keys.off("data", this.onKeys);
    this.keys.pause();
    if (this.keys.isTTY === true) this.keys.setRawMode?.(false);
    this.out.write(LEAVE);
  }
}
