import type { OutputStatus } from "../core/output-record.ts";
import type { OutputLine } from "./line.ts";

/** Takes lines to one place. None of its methods waits for anybody, and none throws. */
export interface Carrier {
  carry(line: OutputLine): void;
  /** Called a few times a second: tries again what did not go. */
  turn(): void;
  /** SIGHUP: opens anew what lies in the file system. */
  reopen(): void;
  status(): OutputStatus;
  close(): void;
}
