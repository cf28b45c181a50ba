import { z } from "zod";
import { configSchema } from "./config.ts";

/** One key of the configuration, as the references show it. */
export interface ConfigKey {
  /** "budget.killsPerHour", "workloads[].name", "actions.KIND.mode". */
  readonly key: string;
  /** In words: "number from 0 to 1", "observe, advise or enforce", "list of text". */
  readonly type: string;
  /** As YAML writes it; undefined where it has none or where its parts have them. */
  readonly byDefault: string | undefined;
  readonly says: string;
}

/** The part of JSON Schema (2020-12) that zod writes and this file reads. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly description?: string;
  readonly default?: unknown;
}

/** Every key of the configuration in the order of the schema: what holds others stands before them. */
export function configKeys(): readonly ConfigKey[] {
  const schema = z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }) as Schema;
  return keysIn(schema, "");
}

function keysIn(schema: Schema, prefix: string): ConfigKey[] {
  const properties = Object.entries(schema.properties ?? {});
  const named = properties.flatMap(([name, part]) => keyAndBelow(part, prefix === "" ? name : `${prefix}.${name}`));
  const free = schema.additionalProperties;
  const isTable = typeof free === "object" && free.properties !== undefined;
  return isTable ? [...named, ...keysIn(free, `${prefix}.${placeOf(schema)}`)] : named;
}

function keyAndBelow(schema: Schema, key: string): ConfigKey[] {
  const below = [...keysIn(schema, key), ...(schema.items === undefined ? [] : keysIn(schema.items, `${key}[]`))];
  const isBundle = below.length > 0 && schema.items === undefined;
  const own = {
    key,
    type: typeOf(schema),
    byDefault: isBundle || schema.default === undefined ? undefined : inYaml(schema.default),
    says: schema.description ?? "",
  };
  return [own, ...below];
}

/** What stands for a key that the reader chooses. */
function placeOf({ propertyNames }: Schema): string {
  return (propertyNames?.anyOf?.[0] ?? propertyNames)?.enum === undefined ? "NAME" : "KIND";
}

function typeOf(schema: Schema): string {
  const { enum: choices, anyOf, oneOf, items, type } = schema;
  if (choices !== undefined) return either(choices.map(String));
  if (schema.const !== undefined) return String(schema.const);
  const parts = anyOf ?? oneOf;
  if (parts !== undefined) return either([...new Set(parts.map(typeOf))]);
  if (type === "array") return `list of ${items === undefined ? "anything" : (PLURAL[typeOf(items)] ?? typeOf(items))}`;
  if (type === "integer" || type === "number")
    return `${type === "integer" ? "whole number" : "number"}${rangeOf(schema)}`;
  return WORDS[type ?? ""] ?? "anything";
}

const WORDS: Readonly<Record<string, string>> = { string: "text", boolean: "true or false", object: "table" };
const PLURAL: Readonly<Record<string, string>> = { text: "texts", table: "tables" };

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const low = exclusiveMinimum === undefined ? bound(minimum, "from") : bound(exclusiveMinimum, "above");
  const high = exclusiveMaximum === undefined ? bound(maximum, "to") : bound(exclusiveMaximum, "below");
  return [low, high]
    .filter((text) => text !== "")
    .map((text) => ` ${text}`)
    .join("");
}

/** Whole numbers without a bound of their own have JavaScript's, which says nothing to a reader. */
function bound(value: number | undefined, word: string): string {
  return value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? "" : `${word} ${value}`;
}

function either(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** In flow style, in which JSON is YAML; texts bare. */
function inYaml(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
