import type { FrameSource } from "../api/frame-stream.ts";
import type { LayerPort } from "../api/port.ts";
import { trailsOf } from "../balance/trail-book.ts";
import type { Agent } from "../core/agent.ts";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";
import type { ProcessList } from "../core/live.ts";
import type { Memory } from "../core/memory.ts";
import type { ProfileInfo, ProfileList } from "../core/sequence-profile.ts";
import type { ExplainedChange, Explanation, StatusDocument } from "../core/status.ts";
import type { Trail } from "../core/trail.ts";
import type { Answer } from "../core/wire/messages.ts";
import { QuorumAgent } from "../immune/quorum/quorum.ts";
import type { Store } from "../store/store.ts";
import type { ChangeLog } from "./change-log.ts";
import { explainIncident } from "./explain-incident.ts";
import { explainChange, fieldsOf } from "./explain.ts";
import type { GuardPort } from "./guard-port.ts";
import { confirmIncident, judgeIncident } from "./judgement.ts";
import type { LiveBoard } from "./live-board.ts";
import type { ProfileDesk } from "./profile-desk.ts";
import type { StatusBoard } from "./status-board.ts";

interface Ports {
  readonly agents: readonly Agent[];
  readonly clock: Clock;
  readonly store: Store;
  readonly guard: GuardPort;
  readonly board: Pick<StatusBoard, "document">;
  readonly changes: ChangeLog;
  readonly picture: LiveBoard;
  readonly profiles: ProfileDesk;
  /** For the agents, which learn from people's words. */
  onJudged(incident: Incident): void;
}

/** What people see of the layer, and what they ask of it and tell it. */
export class PeopleDesk implements LayerPort {
  readonly live: FrameSource;
  private readonly ports: Ports;
  private readonly quorum: QuorumAgent | undefined;
  private readonly watchers = new Set<() => void>();

  constructor(ports: Ports) {
    this.ports = ports;
    this.live = ports.picture.frames((onChange) => this.subscribe(onChange));
    this.quorum = ports.agents.find((agent) => agent instanceof QuorumAgent);
  }

  status(): StatusDocument {
    return this.ports.board.document();
  }

  incidents(limit: number): readonly Incident[] {
    return this.ports.store.incidents(limit);
  }

  incident(id: string): Incident | undefined {
    return this.ports.store.incident(id);
  }

  explain(id: string): Promise<Result<Explanation>> {
    const { changes, clock } = this.ports;
    const change = changes.get(id);
    if (change !== undefined) return Promise.resolve(ok(explainChange(change, clock.wallMs())));
    const incident = this.incident(id);
    if (incident !== undefined) return Promise.resolve(ok(explainIncident(incident, changes.of(id))));
    return Promise.resolve(failed("SW-NOT-FOUND", `no change or incident is called ${quoted(id)}`));
  }

  /** What was done for a dismissed incident and is still in force is taken back. */
  judge(id: string, status: Incident["status"], by: string): Promise<Answer> {
    const { store, changes, guard } = this.ports;
    const undo = (action: string): Promise<Answer> => guard.undo(action, by);
    return judgeIncident({ store, held: changes.heldFor(id), undo, told: this.ports.onJudged }, id, status, by);
  }

  confirm(id: string, by: string): Promise<Answer> {
    const answer = confirmIncident({ store: this.ports.store, told: this.ports.onJudged }, id, by);
    this.changed();
    return Promise.resolve(answer);
  }

  memories(): readonly Memory[] {
    return this.quorum?.memories(this.ports.clock.wallMs()) ?? [];
  }

  forget(id: string): Promise<Answer> {
    const known = this.quorum?.forget(id) === true;
    return answered(known ? `${id} is forgotten` : undefined, `nothing is remembered of ${quoted(id)}`);
  }

  undo(id: string, by: string): Promise<Answer> {
    return this.ports.guard.undo(id, by);
  }

  restore(by: string): Promise<Answer> {
    return this.ports.guard.restore(by);
  }

  trails(): readonly Trail[] {
    return trailsOf(this.ports.store, this.ports.clock.wallMs());
  }

  deleteTrail(id: string): Promise<Answer> {
    const done = this.ports.store.deleteTrail(id);
    const says = done.ok ? `${id} is forgotten` : done.says;
    return Promise.resolve({ request: "", ok: done.ok, code: done.ok ? "" : done.code, says });
  }

  profiles(): ProfileList {
    return this.ports.profiles.list();
  }

  profile(id: string): (ProfileInfo & { readonly bits: string }) | undefined {
    return this.ports.profiles.show(id);
  }

  freezeProfile(id: string): Promise<Answer> {
    return answered(this.ports.profiles.freeze(id), noProfile(id));
  }

  resetProfile(id: string): Promise<Answer> {
    return answered(this.ports.profiles.reset(id), noProfile(id));
  }

  changes(limit: number): readonly ExplainedChange[] {
    return this.ports.changes.latest(limit).map(fieldsOf);
  }

  processes(since: number): ProcessList {
    return this.ports.picture.processes(since);
  }

  subscribe(onChange: () => void): () => void {
    const { guard } = this.ports;
    this.watchers.add(onChange);
    guard.watch(this.watchers.size);
    return () => {
      this.watchers.delete(onChange);
      guard.watch(this.watchers.size);
    };
  }

  /** What can be seen may be another than before. */
  changed(): void {
    for (const watcher of this.watchers) watcher();
  }
}

/** `says`: what was done; undefined where there is nothing of that name. */
function answered(says: string | undefined, missing: string): Promise<Answer> {
  const found = says !== undefined;
  return Promise.resolve({ request: "", ok: found, code: found ? "" : "SW-NOT-FOUND", says: says ?? missing });
}

function noProfile(id: string): string {
  return `no executable's profile is called ${quoted(id)}`;
}

/** A name that somebody typed, however long. */
function quoted(id: string): string {
  return JSON.stringify(id.slice(0, 64));
}
