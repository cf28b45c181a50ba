import type { ProcessRecord, ProcessView } from "../../../core/agent.ts";
import type { ContainerInfo } from "../../../core/container-info.ts";
import type { SensedEvent } from "../../../core/event.ts";

/** What a field has for one event; undefined where it has nothing. */
export type FieldValue = string | number | boolean | readonly string[] | undefined;

/**
 * How values are compared: a "list" has many, "ip" and "net" are addresses, "host" the names of one, "port" those of both ends, "flags" a
 * text of names.
 */
export type FieldType = "text" | "number" | "port" | "bool" | "flags" | "ip" | "net" | "host" | "list";

export interface FieldSpec {
  readonly type: FieldType;
  /** What may stand in brackets behind it: nothing, an ancestor's number, or a name. Default: nothing. */
  readonly argument?: "index" | "name";
  /** Whether the argument may be left out; then the field has many values. */
  readonly bare?: boolean;
  /** Nothing for such an event. */
  readonly get?: (facts: Facts, argument: string) => FieldValue;
  /** Why it never has a value here; said when a rule that uses it is loaded. */
  readonly lacking?: string;
  readonly says: string;
}

/** Names of users and groups, which only the host's files know. */
export interface AccountNames {
  user(uid: number): string | undefined;
  group(gid: number): string | undefined;
}

/** What runtimes tell of containers, which only files of the host know. */
export interface ContainerNames {
  container(id: string): ContainerInfo | undefined;
}

/** Where nobody tells. */
export const NO_CONTAINERS: ContainerNames = { container: () => undefined };

/** Where the names lead that rules compare with. */
export interface HostNames {
  /** The names that lead to an address, of those that are looked up; undefined where nothing is known yet. */
  namesOf(address: string): readonly string[] | undefined;
}

/** Where nobody looks names up. */
export const NO_HOSTS: HostNames = { namesOf: () => undefined };

/** One event as fields see it. The same object serves for all events. */
export interface Facts {
  event: SensedEvent;
  /** Counts events from 1. */
  number: number;
  /** Changes whenever anything here does: what was read before is stale. */
  turn: number;
  /** Looked up when a field asks for it. */
  readonly process: ProcessRecord | undefined;
  processes: ProcessView;
  /** Wall clock of the batch, milliseconds. */
  wallMs: number;
  /** A file's path as the kernel has it, in place of as it was typed: links and mounts resolved. */
  asResolved: boolean;
  accounts: AccountNames;
  containers: ContainerNames;
  hosts: HostNames;
  hostname: string;
  /** The path that the event is about, of the turn in which it was asked for. */
  path: string | undefined;
  pathTurn: number;
}

export type FieldTable = Readonly<Record<string, FieldSpec>>;

/** Ancestors that are looked at. A line longer than this is a flood of its own. */
export const MAX_ANCESTORS = 32;

/** Own process 0, its parent 1, and so on; undefined where the line is not known that far. */
export function ancestor(facts: Facts, generation: number): ProcessRecord | undefined {
  let record = facts.process;
  for (let i = 0; i < generation && record !== undefined; i++) record = facts.processes.get(record.parent);
  return record;
}

/** The number that stands in brackets; undefined for what is none, which `validate` refuses. */
export function generationOf(argument: string): number | undefined {
  const generation = /^\d{1,2}$/.test(argument) ? Number(argument) : undefined;
  return generation === undefined || generation > MAX_ANCESTORS ? undefined : generation;
}

/** A field of one ancestor, or without brackets of all of them from the parent on. */
export function ofAncestors(
  get: (record: ProcessRecord) => string | undefined,
): (facts: Facts, argument: string) => FieldValue {
  return (facts, argument) => {
    if (argument !== "") {
      const generation = generationOf(argument);
      const record = generation === undefined ? undefined : ancestor(facts, generation);
      return record === undefined ? undefined : get(record);
    }
    const values: string[] = [];
    let record = ancestor(facts, 1);
    for (let i = 0; i < MAX_ANCESTORS && record !== undefined; i++) {
      const value = get(record);
      if (value !== undefined) values.push(value);
      record = facts.processes.get(record.parent);
    }
    return values.length === 0 ? undefined : values;
  };
}
