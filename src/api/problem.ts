import { ERRORS, EXIT, type ErrorCode } from "../core/errors.ts";

/** An error as the API gives it: the same three things that the command line prints. */
export interface Problem {
  readonly code: ErrorCode;
  readonly says: string;
  readonly todo: string;
}

export function problem(code: ErrorCode, says: string): Problem {
  return { code, says, todo: ERRORS[code].todo };
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERRORS, code);
}

/** HTTP status (RFC 9110) for the sysexits status of an error. */
export function httpStatus(code: ErrorCode): 400 | 403 | 404 | 409 | 500 | 503 {
  switch (ERRORS[code].exit) {
    case EXIT.usage:
      return 400;
    case EXIT.permission:
      return 403;
    case EXIT.noInput:
      return 404;
    case EXIT.tempFail:
      return 409;
    case EXIT.unavailable:
      return 503;
    default:
      return 500;
  }
}
