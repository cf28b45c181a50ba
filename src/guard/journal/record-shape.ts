type Kind = "string" | "number" | "boolean" | "list" | "object";

/**
 * What each member of a record's body is, where it is there. Others may be there too, and members may be missing: a
 * later version's journal is read as far as it is understood. But whoever folds records must not meet a
 * number where a text belongs, even where somebody computed a fitting hash for it.
 */
const SHAPES: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  open: { pid: "number", startTicks: "number", bootId: "string", key: "string" },
  intent: {
    kind: "string",
    cgroup: "string",
    inode: "number",
    from: "string",
    to: "string",
    setting: "string",
    before: "string",
    baseline: "string",
    replaces: "string",
    leaseMs: "number",
    agent: "string",
    reason: "string",
    evidence: "list",
    omitted: "object",
    incident: "string",
    processes: "number",
    monoMs: "number",
  },
  result: { action: "string", ok: "boolean", raw: "string", code: "string", says: "string", putBack: "boolean" },
  revert: {
    action: "string",
    cause: "string",
    written: "boolean",
    raw: "string",
    says: "string",
    by: "string",
    renewals: "number",
    monoMs: "number",
    rebase: "object",
  },
  refused: { total: "number", codes: "object", agents: "object", latest: "string" },
  alarm: {
    id: "string",
    alarm: "string",
    sinceMs: "number",
    lastMs: "number",
    count: "number",
    agents: "list",
    latest: "string",
  },
  note: { says: "string" },
  segment: { segment: "number", parts: "number" },
  carried: { records: "list" },
  removed: {
    segments: "list",
    records: "list",
    head: "string",
    bytes: "number",
    why: "string",
    fromMs: "number",
    toMs: "number",
    open: "list",
  },
  signed: { segment: "number", seq: "number", hash: "string", atMs: "number", key: "string", signature: "string" },
};

/** Members without which a body of our own bookkeeping means nothing. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  open: ["bootId"],
  segment: ["segment", "parts"],
  carried: ["records"],
  removed: ["segments", "records", "head", "fromMs", "toMs"],
  signed: ["segment", "seq", "hash", "atMs", "key", "signature"],
};

const CARRIED: ReadonlySet<unknown> = new Set(["open", "intent", "result", "revert"]);

export function hasShape(type: string, body: unknown): boolean {
  if (!isObject(body)) return false;
  for (const [name, kind] of Object.entries(SHAPES[type] ?? {}))
    if (Object.hasOwn(body, name) && !isOf(kind, body[name])) return false;
  if (!(NEEDED[type] ?? []).every((name) => Object.hasOwn(body, name))) return false;
  if (type === "revert" && isObject(body["rebase"])) return isRebase(body["rebase"]);
  if (type === "carried") return (body["records"] as unknown[]).every(isCarried);
  if (type === "removed") return isPair(body["segments"]) && isPair(body["records"]);
  return true;
}

function isCarried(record: unknown): boolean {
  if (!isObject(record) || !CARRIED.has(record["type"])) return false;
  const { seq, atMs, type, body } = record;
  return Number.isSafeInteger(seq) && Number.isFinite(atMs) && hasShape(String(type), body);
}

function isRebase({ action, baseline }: Readonly<Record<string, unknown>>): boolean {
  return typeof action === "string" && typeof baseline === "string";
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => Number.isSafeInteger(each));
}

function isOf(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case "list":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "number":
      return Number.isFinite(value);
    default:
      return typeof value === kind;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
