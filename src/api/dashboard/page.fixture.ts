import assert from "node:assert/strict";
import { request } from "node:http";
import type { TestContext } from "node:test";
import { ok } from "../../core/errors.ts";
import { serve } from "../server.fixture.ts";
import type { People } from "./asks.ts";
import { type Dashboard, serveDashboard } from "./server.ts";

/** Decisions are noted and always carried out. */
export class FixturePeople implements People {
  readonly name = "ada";
  readonly asked: string[] = [];

  approve(id: string): ReturnType<People["approve"]> {
    return this.note(`approve ${id}`);
  }
  dismiss(id: string): ReturnType<People["dismiss"]> {
    return this.note(`dismiss ${id}`);
  }
  undo(id: string): ReturnType<People["undo"]> {
    return this.note(`undo ${id}`);
  }
  restore(): ReturnType<People["restore"]> {
    return this.note("restore");
  }
  private note(asked: string): ReturnType<People["restore"]> {
    this.asked.push(asked);
    return Promise.resolve(ok({ says: `${asked}: done` }));
  }
}

/** A layer made of a fixture, and its page on a port of its own. */
export async function servePage(t: TestContext) {
  const { layer, client, close } = await serve(t);
  const people = new FixturePeople();
  const served = await serveDashboard({ client, people, port: 0 });
  assert.ok(served.ok, served.ok ? "" : served.says);
  t.after(() => served.value.close());
  return { layer, people, page: served.value, stopLayer: close };
}

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One exchange with any headers, Host among them, as no browser would let a page send. */
export function get(page: Dashboard, path: string, { method = "GET", headers = {}, body }: Sent = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: page.port, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** The cookie that a browser has after the link was opened. */
export async function enter(page: Dashboard): Promise<string> {
  const { headers } = await get(page, new URL(page.link).pathname + new URL(page.link).search);
  const [cookie = ""] = headers["set-cookie"] ?? [];
  return cookie.split(";")[0] ?? "";
}

/** Headers of the page's own requests that change something. */
export function own(page: Dashboard, cookie: string): Readonly<Record<string, string>> {
  return { cookie, origin: `http://127.0.0.1:${page.port}`, "content-type": "application/json" };
}
