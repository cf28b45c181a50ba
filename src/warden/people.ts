import type { Decision, Reverted } from "../core/action.ts";
import { type AssistantDeed, throughAssistant } from "../core/assistants.ts";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { GuardInfo } from "../core/guard-info.ts";
import type { ControlAnswer, GuardRequest, WaitingInfo } from "../core/wire/control.ts";
import type { Waiting } from "../guard/approvals.ts";
import type { Guard } from "../guard/guard.ts";
import type { Asker } from "./control.ts";

interface Told {
  /** False while nothing may be held: without a sentinel, or at the end. */
  mayHold(): boolean;
  /** A change that a person's word made or refused, for the log and the hive. */
  onDecision(decision: Decision): void;
  onReverted(reverted: readonly Reverted[]): void;
}

/**
 * What the warden does when a person asks it, without the hive in between. `handedOver`: what assistants may do as the
 * configuration says now.
 */
export function answerPeople(
  guard: Guard,
  clock: Clock,
  told: Told,
  handedOver: () => readonly AssistantDeed[] = () => [],
): (request: GuardRequest, asker: Asker) => ControlAnswer {
  const info = (entry: Waiting): WaitingInfo => waitingInfo(entry, clock);
  const sinceMs = clock.wallMs();
  const approve = (id: string, asker: Asker): ControlAnswer => {
    const entry = guard.waiting().find((waiting) => waiting.id === id);
    if ((entry?.needed ?? 1) > 1 && !asker.known) {
      return failed("SW-NEEDS-LOGIN", `${id} needs ${entry?.needed} people, and this session belongs to no login`);
    }
    // Before the word is taken: a moment in which nothing may be held does not use it up.
    if (!told.mayHold())
      return failed("SW-GUARD-ALONE", "nothing may be held at present; approve it again in a moment");
    const approved = guard.approve(id, asker.name);
    if (!approved.ok) return approved;
    const { decision } = approved.value;
    const { approvedBy, needed } = approved.value.entry;
    if (decision === undefined)
      return { ok: true, says: `${approvedBy.length} of ${needed} people have approved ${id}` };
    told.onDecision(decision);
    if (decision.outcome === "refused") return { ok: false, code: decision.code, says: decision.says };
    return { ok: true, says: `${decision.action}: ${decision.says}` };
  };
  const undo = (id: string, asker: Asker): ControlAnswer => {
    const reverted = guard.undo(id, asker.name);
    return reverted.ok ? said(told, [reverted.value], reverted.value.says) : reverted;
  };
  return (request, person) => {
    const behalf = onBehalf(request, person, guard, handedOver());
    if (!behalf.ok) return behalf;
    const asker = behalf.value;
    switch (request.ask) {
      case "waiting":
        return { ok: true, says: "", waiting: guard.waiting().map(info) };
      case "leases":
        return { ok: true, says: "", leases: guard.leases() };
      case "guard":
        return { ok: true, says: "", guard: guardInfo(guard, clock, sinceMs) };
      case "approve":
        return approve(request.id, asker);
      case "dismiss":
        return dismissed(guard.dismiss(request.id));
      case "undo":
        return undo(request.id, asker);
      case "restore": {
        const reverted = guard.revertAll("restore", asker.name);
        return said(told, reverted, restoredWords(asker.name, reverted.length, guard));
      }
    }
  };
}

/** What a restore did, and whether something would not go back. */
export function restoredWords(by: string, reverted: number, guard: Pick<Guard, "leases">): string {
  const left = guard.leases().length;
  const rest =
    left === 0 ? "" : `; ${left} would not go back yet and ${left === 1 ? "is" : "are"} tried again every second`;
  return `${by} asked: ${reverted} ${reverted === 1 ? "change" : "changes"} reverted${rest}`;
}

/** What a person may see of the guard, from the warden itself or, told by it, from the hive. */
export function guardInfo(guard: Guard, clock: Clock, sinceMs: number): GuardInfo {
  const waiting = guard.waiting().map((entry) => waitingInfo(entry, clock));
  return { sinceMs, ...guard.counters(), alarms: guard.alarms(), waiting };
}

/**
 * Who asks: the person, or an assistant in that person's session. An assistant is nobody of its own: it is never one of
 * two people. SW-ASSISTANT.
 */
function onBehalf(
  request: GuardRequest,
  person: Asker,
  guard: Guard,
  handedOver: readonly AssistantDeed[],
): Result<Asker> {
  if (!("through" in request) || request.through === undefined) return ok(person);
  if (!handedOver.includes(request.ask)) return failed("SW-ASSISTANT", `${request.ask} is not handed over`);
  const entry = request.ask === "approve" ? guard.waiting().find(({ id }) => id === request.id) : undefined;
  if ((entry?.needed ?? 1) > 1)
    return failed("SW-ASSISTANT", `${request.id} needs ${entry?.needed} people, and an assistant is none`);
  return ok({ ...person, name: throughAssistant(person.name) });
}

function dismissed(result: Result<Waiting>): ControlAnswer {
  if (!result.ok) return result;
  return { ok: true, says: `${result.value.id} is dismissed; it is not asked for again for an hour` };
}

function said(told: Told, reverted: readonly Reverted[], says: string): ControlAnswer {
  told.onReverted(reverted);
  return { ok: true, says };
}

function waitingInfo(entry: Waiting, clock: Clock): WaitingInfo {
  const { id, kind, cgroup, from, to, needed, approvedBy, sinceMs, untilMs, proposal } = entry;
  const toWall = clock.wallMs() - clock.monoMs();
  const times = { sinceMs: sinceMs + toWall, untilMs: untilMs + toWall };
  const { agent, reason } = proposal;
  return { id, kind, cgroup, from, to, agent, reason, needed, approvedBy, ...times };
}
