import type { CallEvent, CallKind } from "../../core/event.ts";

type Told = { readonly [K in keyof CallEvent]?: unknown };

/** What a program does, in C, and what must be told of it: every event of the kinds named, in order. */
export interface Scenario {
  readonly does: string;
  readonly told: readonly ({ readonly kind: CallKind } & Told)[];
}
