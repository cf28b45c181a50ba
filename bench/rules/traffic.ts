import type { ProcessView } from "../../src/core/agent.ts";
import type { SensedEvent } from "../../src/core/event.ts";

/** Events with what was known of processes when each happened. */
export interface Traffic {
  readonly events: readonly SensedEvent[];
  /** For each event, the same place. */
  readonly views: readonly ProcessView[];
}
