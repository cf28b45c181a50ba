import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";
import { printable } from "../core/printable.ts";
import { fromJson, isIncident, rowLimit, toJson } from "./json-text.ts";
import { storeFailure } from "./sqlite-failure.ts";
import { STORE_LIMITS, type Store, type StoreNotice } from "./store-port.ts";

type Row = Record<string, unknown>;

/** The store over an open, migrated database; `openStore` makes one. */
export class SqliteStore implements Store {
  private readonly db: DatabaseSync;
  private readonly clock: Clock;
  private readonly rows: number;
  private readonly noted: StoreNotice[] = [];
  private closed = false;

  constructor(db: DatabaseSync, clock: Clock, rows: number) {
    this.db = db;
    this.clock = clock;
    this.rows = rows;
  }

  get notices(): readonly StoreNotice[] {
    return this.noted;
  }

  saveMemory(agent: string, memory: unknown): Result<void> {
    const text = toJson(`memory of ${agent}`, memory, STORE_LIMITS.memoryChars);
    if (!text.ok) return text;
    const known = this.all("SELECT agent FROM memory");
    if (known.length >= STORE_LIMITS.agents && !known.some((row) => row["agent"] === agent)) {
      return failed("SW-STORE-LARGE", `more than ${STORE_LIMITS.agents} agents`);
    }
    return this.write("save what an agent has learned", () =>
      this.run(
        `INSERT INTO memory (agent, at_ms, json) VALUES (?, ?, ?)
         ON CONFLICT (agent) DO UPDATE SET at_ms = excluded.at_ms, json = excluded.json`,
        agent,
        this.now(),
        text.value,
      ),
    );
  }

  loadMemory(agent: string): unknown {
    return fromJson(this.all("SELECT json FROM memory WHERE agent = ?", agent)[0]?.["json"]);
  }

  putIncident(incident: Incident): Result<void> {
    const text = toJson(`incident ${incident.id}`, incident, STORE_LIMITS.rowChars);
    if (!text.ok) return text;
    return this.write("save an incident", () => {
      this.run(
        `INSERT INTO incidents (id, last_ms, status, json) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET last_ms = excluded.last_ms, json = excluded.json,
           status = CASE incidents.status WHEN 'dismissed' THEN 'dismissed' ELSE excluded.status END`,
        incident.id,
        Math.floor(incident.lastMs),
        incident.status,
        text.value,
      );
      this.trim("incidents", "last_ms");
    });
  }

  incident(id: string): Incident | undefined {
    return this.all("SELECT json, status FROM incidents WHERE id = ?", id).flatMap(incidentOf)[0];
  }

  incidents(limit: number): readonly Incident[] {
    const count = rowLimit(limit, this.rows);
    return this.all("SELECT json, status FROM incidents ORDER BY last_ms DESC, rowid DESC LIMIT ?", count).flatMap(
      incidentOf,
    );
  }

  openIncidents(): number {
    return Number(this.all("SELECT count(*) AS n FROM incidents WHERE status = 'open'")[0]?.["n"] ?? 0);
  }

  dismissIncident(id: string): Result<void> {
    return this.markIncident(id, "dismissed");
  }

  reopenIncident(id: string): Result<void> {
    return this.markIncident(id, "open");
  }

  private markIncident(id: string, status: Incident["status"]): Result<void> {
    let changed = 0;
    const done = this.write("judge an incident", () => {
      changed = this.run("UPDATE incidents SET status = ? WHERE id = ?", status, id);
    });
    if (done.ok && changed === 0) return failed("SW-NOT-FOUND", `no incident is called ${printable(id, 64)}`);
    return done;
  }

  putChange(id: string, change: unknown): Result<void> {
    const text = toJson(`change ${id}`, change, STORE_LIMITS.rowChars);
    if (!text.ok) return text;
    return this.write("save a change", () => {
      this.run(
        `INSERT INTO changes (id, at_ms, json) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET json = excluded.json`,
        id,
        this.now(),
        text.value,
      );
      this.trim("changes", "seq");
    });
  }

  change(id: string): unknown {
    return fromJson(this.all("SELECT json FROM changes WHERE id = ?", id)[0]?.["json"]);
  }

  changes(limit: number): readonly unknown[] {
    const rows = this.all("SELECT json FROM changes ORDER BY seq DESC LIMIT ?", rowLimit(limit, this.rows));
    return rows.map((row) => fromJson(row["json"])).filter((change) => change !== undefined);
  }

  putTrail(id: string, trail: unknown): Result<void> {
    const text = toJson(`trail ${id}`, trail, STORE_LIMITS.rowChars);
    if (!text.ok) return text;
    return this.write("save a trail", () => {
      this.run(
        `INSERT INTO trails (id, at_ms, json) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms, json = excluded.json`,
        id,
        this.now(),
        text.value,
      );
      this.trim("trails", "at_ms", STORE_LIMITS.trails);
    });
  }

  trails(): readonly unknown[] {
    const rows = this.all("SELECT json FROM trails ORDER BY at_ms DESC, rowid DESC");
    return rows.map((row) => fromJson(row["json"])).filter((trail) => trail !== undefined);
  }

  deleteTrail(id: string): Result<void> {
    let changed = 0;
    const done = this.write("delete a trail", () => {
      changed = this.run("DELETE FROM trails WHERE id = ?", id);
    });
    if (done.ok && changed === 0) return failed("SW-NOT-FOUND", `no trail is called ${printable(id, 64)}`);
    return done;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.db.close();
  }

  private now(): number {
    return Math.floor(this.clock.wallMs());
  }

  private trim(table: "incidents" | "changes" | "trails", age: "last_ms" | "seq" | "at_ms", rows = this.rows): void {
    this.run(
      `DELETE FROM ${table} WHERE rowid IN
         (SELECT rowid FROM ${table} ORDER BY ${age} DESC, rowid DESC LIMIT -1 OFFSET ?)`,
      rows,
    );
  }

  private run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.db.prepare(sql).run(...values).changes);
  }

  private all(sql: string, ...values: SQLInputValue[]): Row[] {
    try {
      return this.db.prepare(sql).all(...values);
    } catch (error) {
      const { code, says } = storeFailure("cannot read the learned memory", error);
      if (this.noted.at(-1)?.says !== says) this.noted.push({ code, says });
      if (this.noted.length > STORE_LIMITS.notices) this.noted.shift();
      return [];
    }
  }

  /** All of `body` or nothing. */
  private write(what: string, body: () => void): Result<void> {
    try {
      this.db.exec("BEGIN IMMEDIATE");
      body();
      this.db.exec("COMMIT");
      return ok(undefined);
    } catch (error) {
      this.rollBack();
      return storeFailure(`cannot ${what}`, error);
    }
  }

  private rollBack(): void {
    try {
      if (this.db.isTransaction) this.db.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself (sqlite.org/lang_transaction.html, "errors within a transaction"), or is closed.
    }
  }
}

/** The column holds the truth about the status: a repeat does not reopen what a person dismissed. */
function incidentOf(row: Row): Incident[] {
  const incident = fromJson(row["json"]);
  if (!isIncident(incident)) return [];
  return [{ ...incident, status: row["status"] === "dismissed" ? "dismissed" : "open" }];
}
