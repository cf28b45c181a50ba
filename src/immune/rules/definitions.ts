import type { Span } from "../../core/config-positions.ts";
import type { Written } from "./written.ts";

/** syslog(3) severities, the gravest first. */
export const PRIORITIES = [
  "EMERGENCY",
  "ALERT",
  "CRITICAL",
  "ERROR",
  "WARNING",
  "NOTICE",
  "INFORMATIONAL",
  "DEBUG",
] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Names that rule files use beside those. */
export const PRIORITY_ALIASES: Readonly<Record<string, Priority>> = { INFO: "INFORMATIONAL", WARN: "WARNING" };

export interface Item {
  /** As it is to be compared, without quotes. */
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
}

export interface ListDefinition {
  readonly kind: "list";
  readonly name: string;
  readonly items: readonly Item[];
  readonly span: Span;
}

export interface MacroDefinition {
  readonly kind: "macro";
  readonly name: string;
  readonly condition: Written;
  readonly span: Span;
}

/** What an exception compares a field with: one value, or a list where its operator takes one. */
export type ExceptionValue = Item | readonly Item[];

export interface ExceptionDefinition {
  readonly name: string;
  readonly fields: readonly string[];
  readonly comparisons: readonly string[];
  /** Whether `fields` was one field and no list: then all values are one list. */
  readonly isSingle: boolean;
  /** Each as long as `fields`. */
  readonly tuples: readonly (readonly ExceptionValue[])[];
  readonly span: Span;
}

export interface RuleDefinition {
  readonly kind: "rule";
  readonly name: string;
  readonly description: string;
  readonly condition: Written;
  readonly output: Written;
  readonly priority: Priority;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  readonly exceptions: readonly ExceptionDefinition[];
  /** Where events come from; rules of another source than "syscall" are read, told and left out. */
  readonly eventSource: string;
  /** Falco's warn_evttypes: whether a condition without an event type is worth a warning. */
  readonly warnsWithoutType: boolean;
  /** Falco's skip-if-unknown-filter: left out, not refused, where it uses a field that is not known. */
  readonly skipsUnknown: boolean;
  readonly span: Span;
}

export type Definition = ListDefinition | MacroDefinition | RuleDefinition;
