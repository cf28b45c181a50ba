import type { AgentContext } from "../../core/agent.ts";
import type { ExecEvent } from "../../core/event.ts";
import { BUILDER_FACTOR, builderAt } from "./builders.ts";
import { isSystemPath } from "./executable.ts";
import { FRESH, freshAgeMs } from "./file-age.ts";

/**
 * Whether packages are being installed, so that a new program of a system folder is expected. Running a
 * package manager is open to anybody and excuses nothing alone: only root can also write the file there.
 */
export class PackageActivity {
  private atMs = Number.NEGATIVE_INFINITY;

  note(event: ExecEvent, nowMs: number): void {
    const builder = builderAt(event.path);
    // One in a system folder was installed by root; one elsewhere excuses nothing by itself.
    if (builder?.what === "package manager" && builder.factor === BUILDER_FACTOR.system) this.atMs = nowMs;
  }

  /** The program was put into a system folder lately, and a package manager ran lately. */
  brought(event: ExecEvent, context: Pick<AgentContext, "nowMs" | "wallMs">): boolean {
    return (
      isSystemPath(event.path) &&
      context.nowMs - this.atMs < FRESH.limitMs &&
      freshAgeMs(event, context.wallMs) !== undefined
    );
  }
}
