export const FIRST_CONTACTS = {
  /** A careful scanner asks every few seconds: in ten minutes that is a hundred. */
  windowMs: 600_000,
  /** Endpoints kept of one; what they say is said long before. */
  endpoints: 256,
  /** Chance that a first contact is answered, of who knows where he goes and of who tries (Jung et al. 2004, section 5). */
  answeredKnowing: 0.8,
  answeredTrying: 0.2,
  /** Chances of a right and of a false verdict that the walk is made for. */
  detection: 0.99,
  falseAlarm: 0.01,
} as const;

const { answeredKnowing, answeredTrying, detection, falseAlarm } = FIRST_CONTACTS;
/** Steps and borders of the walk, as logarithms of likelihood ratios. */
const STEP = {
  failed: Math.log((1 - answeredTrying) / (1 - answeredKnowing)),
  answered: Math.log(answeredTrying / answeredKnowing),
};
const SCANNER = Math.log(detection / falseAlarm);
const KNOWING = Math.log((1 - detection) / (1 - falseAlarm));

/**
 * The endpoints that one asked for and had not asked for in the window before, and the sequential test of their outcomes
 * (J. Jung, V. Paxson, A. Berger, H. Balakrishnan, "Fast Portscan Detection Using Sequential Hypothesis Testing", IEEE S&P
 * 2004). Where outcomes are not known, as of connections that do not wait, only the counts say anything.
 */
export class FirstContacts {
  private sinceMs: number;
  private before: ReadonlySet<string> = new Set();
  private now = new Map<string, "asked" | "failed" | "answered">();
  private ports = new Map<string, number>();
  private hosts = new Map<number, number>();
  private walk = 0;

  constructor(nowMs: number) {
    this.sinceMs = nowMs;
  }

  failed = 0;
  isScanner = false;
  /** The host of which most ports below `low` were asked for, and the port that was asked for on most hosts. */
  mostPorts: { readonly host: string; readonly count: number } = { host: "", count: 0 };
  mostHosts: { readonly port: number; readonly count: number } = { port: 0, count: 0 };

  get size(): number {
    return this.now.size;
  }

  seconds(nowMs: number): number {
    return Math.max(1, Math.round((nowMs - this.sinceMs) / 1000));
  }

  /** `countsPort`, `countsHost`: whether the endpoint says anything of a sweep over ports, or over hosts. */
  ask(host: string, port: number, counts: { readonly port: boolean; readonly host: boolean }, nowMs: number): void {
    if (nowMs - this.sinceMs >= FIRST_CONTACTS.windowMs) this.beginAnew(nowMs);
    const name = `${host}|${port}`;
    if (this.before.has(name) || this.now.has(name) || this.now.size >= FIRST_CONTACTS.endpoints) return;
    this.now.set(name, "asked");
    if (counts.port) {
      const count = (this.ports.get(host) ?? 0) + 1;
      this.ports.set(host, count);
      if (count > this.mostPorts.count) this.mostPorts = { host, count };
    }
    if (counts.host) {
      const count = (this.hosts.get(port) ?? 0) + 1;
      this.hosts.set(port, count);
      if (count > this.mostHosts.count) this.mostHosts = { port, count };
    }
  }

  /** What became of a contact that was asked for; only its first outcome counts. */
  outcome(host: string, port: number, isAnswered: boolean): void {
    const name = `${host}|${port}`;
    if (this.now.get(name) !== "asked") return;
    this.now.set(name, isAnswered ? "answered" : "failed");
    if (!isAnswered) this.failed++;
    this.walk += isAnswered ? STEP.answered : STEP.failed;
    if (this.walk >= SCANNER) this.isScanner = true;
    // The test is over and begins again: who was answered a thousand times may begin to scan.
    if (this.walk >= SCANNER || this.walk <= KNOWING) this.walk = 0;
  }

  private beginAnew(nowMs: number): void {
    this.sinceMs = nowMs;
    this.before = new Set(this.now.keys());
    this.now = new Map();
    this.ports = new Map();
    this.hosts = new Map();
    this.walk = 0;
    this.failed = 0;
    this.isScanner = false;
    this.mostPorts = { host: "", count: 0 };
    this.mostHosts = { port: 0, count: 0 };
  }
}
