import { SwarmsError } from "../core/errors.ts";
import { whyUnwritable } from "../core/unwritable.ts";

/** That a file which a person named cannot be written, with the reason. */
export function unwritable(file: string, error: unknown): SwarmsError {
  return new SwarmsError("SW-FILE-WRITE", `${file}: ${whyUnwritable(error)}`, { cause: error });
}
