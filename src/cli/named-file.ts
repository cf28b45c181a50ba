import type { Source } from "../core/config-positions.ts";
import { readSource } from "../core/config-load.ts";
import { SwarmsError } from "../core/errors.ts";
import { must } from "./global-options.ts";

/** A text file that a person named and that is no configuration, at most 1 MB. Throws SW-FILE-READ, SW-CONFIG-SYNTAX. */
export function readNamed(file: string): Source {
  const source = readSource(file);
  if (!source.ok && source.code === "SW-CONFIG-READ") throw new SwarmsError("SW-FILE-READ", source.says);
  return must(source);
}
