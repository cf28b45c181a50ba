/** What stands in the place of a secret. */
export const REDACTED = "(left out)";

/** Names of settings, options and variables whose value nobody else may know. */
const SECRET_NAME =
  /(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|credential|auth(?:orization)?|cookie|session)/i;

interface Pattern {
  /** What it finds, for the reader of the report. */
  readonly what: string;
  readonly finds: RegExp;
  readonly becomes: string;
}

/** Secrets as they stand in free text: command lines, messages, logs. Over-eager where in doubt. */
const PATTERNS: readonly Pattern[] = [
  {
    what: "private keys in PEM",
    finds: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    becomes: REDACTED,
  },
  {
    what: "names and passwords in addresses",
    finds: /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi,
    becomes: `$1${REDACTED}@`,
  },
  {
    // Webhooks of chat services have their secret in the path.
    what: "what follows the host in addresses of the web",
    finds: /(\bhttps?:\/\/[^\s/"'?#)\]},]+)[/?#][^\s"')\]},]*/gi,
    becomes: `$1/${REDACTED}`,
  },
  {
    // What a workload's probe sends may begin with it (Redis, POP3, IMAP).
    what: "what is said to log in",
    finds: /\b(AUTH|PASS|LOGIN)[ \t]+(?:"[^"\n]*"|[^\s"'\\]+)(?:[ \t]+[^\s"'\\]+)?/g,
    becomes: `$1 ${REDACTED}`,
  },
  {
    what: "whose home a folder is",
    finds: /(\/home\/)[^\s/"'`,:;)\]}]+/g,
    becomes: `$1${REDACTED}`,
  },
  {
    what: "bearer and basic credentials",
    finds: /\b(bearer|basic)\s+[A-Za-z0-9+/=_.~-]{6,}/gi,
    becomes: `$1 ${REDACTED}`,
  },
  { what: "JSON web tokens", finds: /\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){0,2}/g, becomes: REDACTED },
  {
    what: "keys of cloud and code services",
    finds: /\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\b(?:gh[pousr]|github_pat|glpat|xox[abpr]|sk|npm)[-_][A-Za-z0-9_-]{12,}/g,
    becomes: REDACTED,
  },
  {
    what: "options and variables that are named like secrets",
    finds: new RegExp(
      `([\\w-]*${SECRET_NAME.source}[\\w-]*["']?\\s*[=:]\\s*|--[\\w-]*${SECRET_NAME.source}[\\w-]*\\s+)("[^"\\n]*"|'[^'\\n]*'|[^\\s,;}\\]"']+)`,
      "gi",
    ),
    becomes: `$1${REDACTED}`,
  },
];

export interface Redactor {
  (text: string): string;
  /** What it looks for, in words. */
  readonly looksFor: readonly string[];
}

/** Takes secrets out of free text, and the names of this host where asked to. */
export function redactor(hostNames: readonly string[] = []): Redactor {
  const names = hostNames.filter((name) => name !== "").toSorted((a, b) => b.length - a.length);
  const hosts = names.map((name) => new RegExp(`(?<![\\w.-])${escapeForRegExp(name)}(?![\\w-])`, "gi"));
  const redact = (text: string): string => {
    const clean = PATTERNS.reduce((rest, { finds, becomes }) => rest.replaceAll(finds, becomes), text);
    return hosts.reduce((rest, name) => rest.replaceAll(name, "HOST"), clean);
  };
  return Object.assign(redact, {
    looksFor: [...PATTERNS.map(({ what }) => what), ...(names.length > 0 ? ["the name of this host"] : [])],
  });
}

/** Settings without what only their owner may know: by the name of the key, whatever the value looks like. */
export function redactTree(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => redactTree(item, name));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, redactTree(below, key)]));
  }
  return (SECRET_NAME.test(name) || name === "send") && typeof value === "string" ? REDACTED : value;
}

function escapeForRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
