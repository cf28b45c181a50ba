import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What a browser, or whoever else, sent along. */
export interface Asked {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly cookie: string | undefined;
  /** Sec-Fetch-Site (W3C Fetch Metadata): how the asking page is related to this one. */
  readonly site: string | undefined;
}

export type Refusal = "host" | "origin" | "token";

export const REFUSALS: Readonly<Record<Refusal, { readonly status: 401 | 403; readonly says: string }>> = {
  host: { status: 403, says: "this page answers only under a loopback name" },
  origin: { status: 403, says: "another page may not ask here" },
  token: { status: 401, says: "open the link that `swarms dashboard` or `swarms run` printed" },
};

/**
 * 192.0.2.1, evil.example, or a name that an attacker lets point to 127.0.0.1 (DNS rebinding) come with their own
 * name in Host. Any port: it may be another one at the near end of a tunnel.
 */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;
const TOKEN_BYTES = 32;

/**
 * Who may ask. The token in the link opens one session, whose secret the browser keeps as a cookie that no script can
 * read: the link in a terminal's history opens nothing by itself once the layer has ended, and the cookie is no link.
 */
export class Gate {
  readonly token: string;
  /** Cookies know no ports, so its name does: two layers on a host keep apart. */
  readonly cookieName: string;
  private readonly secret: string;

  constructor(port: number, random: (bytes: number) => Buffer = randomBytes) {
    this.token = random(TOKEN_BYTES).toString("base64url");
    this.secret = random(TOKEN_BYTES).toString("base64url");
    this.cookieName = `swarms-${port}`;
  }

  /** The cookie for one who has the token; undefined for all others. */
  open(token: string): string | undefined {
    if (!isSame(token, this.token)) return undefined;
    return `${this.cookieName}=${this.secret}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Undefined where the answer is to be given. */
  refusal(asked: Asked): Refusal | undefined {
    return strange(asked) ?? (this.hasSession(asked.cookie ?? "") ? undefined : "token");
  }

  private hasSession(cookie: string): boolean {
    const mine = `${this.cookieName}=`;
    const sent = cookie.split(";").map((each) => each.trim());
    return sent.some((each) => each.startsWith(mine) && isSame(each.slice(mine.length), this.secret));
  }
}

/** From a place that may not even try: judged before any token is looked at. */
export function strange({ method, host = "", origin, site }: Asked): Refusal | undefined {
  if (!LOOPBACK.test(host)) return "host";
  const changes = method !== "GET" && method !== "HEAD";
  // Browsers send Origin with every request that changes something; what has none is not our page.
  if (changes ? origin !== `http://${host}` : origin !== undefined && origin !== `http://${host}`) return "origin";
  if (changes && site !== undefined && site !== "same-origin") return "origin";
  return undefined;
}

/** Takes the same time however much of it is right: digests are of one length. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
