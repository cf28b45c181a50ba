import type { Result } from "../core/errors.ts";
import type { OutputStatus } from "../core/output-record.ts";
import type { Carrier } from "./carrier.ts";
import type { OutputLine } from "./line.ts";
import { Pending } from "./pending.ts";
import { syslogSeverity } from "./priority.ts";

interface DatagramOptions {
  readonly name: string;
  readonly to: "syslog" | "journal";
  readonly path?: string | undefined;
  readonly pid: number;
  /** Wall-clock milliseconds. */
  wallMs(): number;
  send(path: string, bytes: Buffer): Result<void>;
}

const PLACES = { syslog: "/dev/log", journal: "/run/systemd/journal/socket" } as const;
/** authpriv, for what concerns security (RFC 5424, 6.2.1). */
const FACILITY = 10;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

interface Waiting {
  readonly bytes: number;
  readonly content: Buffer;
}

/** Tells the host's own log: a datagram each, to the socket of syslog or of systemd's journal. */
export class DatagramCarrier implements Carrier {
  private readonly options: DatagramOptions;
  private readonly path: string;
  private readonly pending = new Pending<Waiting>();
  private delivered = 0;
  private retries = 0;
  private trouble: string | undefined;

  constructor(options: DatagramOptions) {
    this.options = options;
    this.path = options.path ?? PLACES[options.to];
  }

  carry(line: OutputLine): void {
    const { to, pid, wallMs } = this.options;
    const content = to === "syslog" ? syslogMessage(line, pid, wallMs()) : journalEntry(line);
    this.pending.add({ bytes: content.length, content });
    this.turn();
  }

  turn(): void {
    this.pending.drain(({ content }) => {
      const sent = this.options.send(this.path, content);
      if (sent.ok) this.delivered++;
      else this.retries++;
      this.trouble = sent.ok ? undefined : sent.says;
      return sent.ok;
    });
  }

  /** Each datagram names its place anew. */
  reopen(): void {
    this.turn();
  }

  status(): OutputStatus {
    const { name, to } = this.options;
    const { delivered, retries, trouble, pending } = this;
    const { count: waiting, bytes: waitingBytes, dropped } = pending;
    const counts = { delivered, waiting, waitingBytes, dropped, dead: 0, retries };
    return { name, to, ...counts, ...(trouble !== undefined && { trouble }) };
  }

  close(): void {
    this.turn();
  }
}

/** As syslog(3) writes it to the local socket: `<PRI>Mmm dd hh:mm:ss tag[pid]: text`, in local time. */
export function syslogMessage({ priority, text }: OutputLine, pid: number, wallMs: number): Buffer {
  const at = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = String(at.getDate()).padStart(2, " ");
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const pri = FACILITY * 8 + syslogSeverity(priority);
  return Buffer.from(`<${pri}>${MONTHS[at.getMonth()]} ${day} ${time} swarms[${pid}]: ${text}`);
}

/** systemd's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): a field a line, no value has a line break. */
export function journalEntry({ id, priority, text }: OutputLine): Buffer {
  const fields = {
    MESSAGE: text,
    PRIORITY: String(syslogSeverity(priority)),
    SYSLOG_IDENTIFIER: "swarms",
    SYSLOG_FACILITY: String(FACILITY),
    SWARMS_ID: id,
  };
  return Buffer.from(
    Object.entries(fields)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(""),
  );
}
