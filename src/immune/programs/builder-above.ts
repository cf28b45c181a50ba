import type { ProcessView } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { type Builder, builderAt } from "./builders.ts";

/** The builder that excuses most among a process's ancestors, itself left out: it may have taken the name. */
export function builderAbove(entity: EntityKey, processes: ProcessView): Builder | undefined {
  let best: Builder | undefined;
  for (const { process, path } of processes.lineage(entity)) {
    const builder = process === entity ? undefined : builderAt(path);
    if (builder !== undefined && builder.factor < (best?.factor ?? 1)) best = builder;
  }
  return best;
}
