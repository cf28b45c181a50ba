import { accessSync, constants } from "node:fs";
import { errnoOf, SwarmsError } from "../core/errors.ts";

/** Ends the command where there is no journal, or only root may read it. */
export function readableJournal(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
  } catch (error) {
    if (errnoOf(error) === "EACCES") throw new SwarmsError("SW-NEEDS-ROOT", `${folder} is root's`);
    throw new SwarmsError(
      "SW-NOT-FOUND",
      `there is no journal at ${folder}: the layer never ran with this state folder`,
      { todo: "name the folder of the layer that you mean with --state, or ask as root" },
    );
  }
}
