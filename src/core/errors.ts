import { GUARD_ERRORS } from "./errors-guard.ts";
import { RUNNING_ERRORS } from "./errors-running.ts";
import { STATE_ERRORS } from "./errors-state.ts";
import { TOOL_ERRORS } from "./errors-tools.ts";

export { EXIT } from "./error-spec.ts";

/** Every error code there is. Messages add to what and where. */
export const ERRORS = { ...STATE_ERRORS, ...RUNNING_ERRORS, ...GUARD_ERRORS, ...TOOL_ERRORS } as const;

export type ErrorCode = keyof typeof ERRORS;

/** An error for a reader: code, what happened, to what, what to do. */
export class SwarmsError extends Error {
  override readonly name = "SwarmsError";
  readonly code: ErrorCode;
  /** What to do: the code's own advice, or better one that this very case allows. */
  readonly todo: string;

  constructor(code: ErrorCode, detail: string, options?: { cause?: unknown; todo?: string }) {
    super(detail, options);
    this.code = code;
    this.todo = options?.todo ?? ERRORS[code].todo;
  }

  get exit(): number {
    return ERRORS[this.code].exit;
  }

  /** The same for a program, as one line. */
  get json(): string {
    const { code, message: says, todo } = this;
    return JSON.stringify({ error: { code, means: ERRORS[code].means, says, todo } });
  }

  /** Three lines: code and meaning, the detail, what to do. */
  get report(): string {
    return `${this.code}: ${ERRORS[this.code].means}\n  ${this.message}\n  → ${this.todo}`;
  }
}

/** Expected failures are values. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ErrorCode; readonly says: string };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failed(
  code: ErrorCode,
  says: string,
): { readonly ok: false; readonly code: ErrorCode; readonly says: string } {
  return { ok: false, code, says };
}

/** The `code` of a Node system error ("ENOENT"), or "". */
export function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
