import type { Out } from "../lab/progress.ts";
import type { RunRecord } from "./history.ts";
import { duration, number } from "./report.ts";
import type { TuneFile } from "./tune-file.ts";

/** Says what goes on and about how long it still takes: one line that changes on a terminal, else a line for every step that matters. */
export class TuneProgress {
  private readonly out: Out;
  private readonly quiet: boolean;
  private readonly file: TuneFile;
  private incumbent: string;
  private phase = "";
  private dirty = false;

  constructor(out: Out, quiet: boolean, file: TuneFile) {
    this.out = out;
    this.quiet = quiet;
    this.file = file;
    this.incumbent = "";
  }

  run(record: RunRecord): void {
    if (this.quiet) return;
    const { role, setting, value, n } = record;
    const said = setting.join(" ");
    const phase = PHASES[role] ?? role;
    if (phase !== this.phase) this.line((this.phase = phase), record);
    else if (role === "incumbent" && said !== this.incumbent && this.incumbent !== "")
      this.line(`better, so far: ${this.settingWords(record)}`, record);
    if (role === "incumbent" || role === "default") this.incumbent = said;
    if (!this.out.isTTY) return;
    const measured = value === null ? "failed" : number(value);
    const text = `${this.left(record)}  run ${n}: ${measured}  ${this.settingWords(record)}`;
    this.out.write(`\r\u001b[2K${text.slice(0, (this.out.columns ?? 80) - 1)}`);
    this.dirty = true;
  }

  line(text: string, record?: RunRecord): void {
    if (this.quiet) return;
    this.end();
    this.out.write(`${record === undefined ? "" : `${this.left(record)}  `}${text}\n`);
  }

  /** Leaves the terminal's line empty for what follows. */
  end(): void {
    if (this.dirty) this.out.write("\r\u001b[2K");
    this.dirty = false;
  }

  private settingWords({ setting }: RunRecord): string {
    return Object.keys(this.file.knobs)
      .map((name, at) => `${name}=${setting[at] ?? ""}`)
      .join(" ");
  }

  private left({ n, elapsedMs }: RunRecord): string {
    const { runs = Number.POSITIVE_INFINITY, minutes = Number.POSITIVE_INFINITY } = this.file.budget;
    const byRuns = (elapsedMs / n) * (runs - n);
    const leftMs = Math.max(0, Math.min(byRuns, minutes * 60_000 - elapsedMs));
    return `at most ${duration(leftMs / 1000)} left`.padStart(20);
  }
}

const PHASES: Readonly<Record<string, string>> = {
  "warm-up": "runs the default to warm up",
  default: "measures the default",
  incumbent: "searches",
  candidate: "searches",
  "confirm default": "measures the best again, against the default",
  "confirm best": "measures the best again, against the default",
};
