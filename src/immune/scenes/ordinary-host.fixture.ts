import type { ProcessRef } from "../../core/entity.ts";
import type { Random } from "../../core/random.ts";
import type { FakeHost } from "./context.fixture.ts";

/** File times: just written, and long ago. */
const FRESH_MS = 2000;

/** What happens on a host that nobody attacks; each activity is a few events, and takes some seconds. */
export class OrdinaryHost {
  readonly activities: Readonly<Record<string, () => void>>;
  private readonly host: FakeHost;
  private readonly random: Random;
  private readonly init: ProcessRef;
  private readonly cron: ProcessRef;
  private readonly web: ProcessRef;
  private readonly shell: ProcessRef;
  private newEndpoint = false;
  private upgraded = false;

  constructor(host: FakeHost, random: Random) {
    this.host = host;
    this.random = random;
    this.init = host.existing("/usr/lib/systemd/systemd");
    this.cron = host.existing("/usr/sbin/cron", this.init, "/system.slice/cron.service");
    this.web = host.existing("/usr/bin/node", this.init, "/system.slice/web.service");
    const sshd = host.existing("/usr/sbin/sshd", this.init, "/system.slice/ssh.service");
    this.shell = host.existing("/bin/bash", sshd, "/user.slice/session-3.scope");
    this.activities = {
      webRequests: () => this.webRequests(),
      session: () => this.session(),
      cronJob: () => this.cronJob(),
      logRotation: () => this.logRotation(),
      compile: () => this.compile(),
      upgrade: () => this.upgrade(),
    };
  }

  /** From now on the web application also talks to a service that it never used. */
  learnNewEndpoint(): void {
    this.newEndpoint = true;
  }

  private webRequests(): void {
    for (let i = 0; i < 12; i++) {
      this.run(this.web, "/usr/bin/date");
      this.run(this.web, "/usr/bin/curl", [this.newEndpoint && i % 3 === 0 ? ["10.0.0.9", 8443] : ["10.0.0.5", 8080]]);
      this.host.connect(this.web, "10.0.0.5", 5432);
      if (this.newEndpoint) this.host.connect(this.web, "203.0.113.7", 9443);
      this.pass(1);
    }
  }

  private session(): void {
    for (const tool of ["ls", "git", "grep", "vim", "less", "python3", "ssh", "curl"]) {
      if (this.random() < 0.5) continue;
      const goesOut = { ssh: ["198.51.100.4", 22], curl: ["198.51.100.80", 443], git: ["198.51.100.81", 443] } as const;
      const to = tool in goesOut ? goesOut[tool as keyof typeof goesOut] : undefined;
      this.run(this.shell, `/usr/bin/${tool}`, to === undefined ? [] : [to]);
      this.pass(20);
    }
    // A script that was just edited.
    this.run(this.shell, "./backup-test.sh", [], FRESH_MS);
  }

  private cronJob(): void {
    const sh = this.spawn(this.cron, "/bin/sh");
    this.run(sh, "/usr/lib/sysstat/debian-sa1");
    this.run(this.spawn(sh, "/usr/bin/run-parts"), "/etc/cron.hourly/backup", [["10.0.0.7", 22]]);
    this.pass(2);
    this.host.exit(sh);
  }

  private logRotation(): void {
    const logrotate = this.spawn(this.init, "/usr/sbin/logrotate");
    for (let i = 0; i < 4; i++) this.run(logrotate, "/bin/gzip");
    const sh = this.spawn(logrotate, "/bin/sh");
    this.run(sh, "/usr/bin/systemctl");
    this.host.exit(sh);
    this.host.exit(logrotate);
  }

  private compile(): void {
    const make = this.spawn(this.shell, "/usr/bin/make");
    for (let i = 0; i < 8; i++) {
      const cc = this.spawn(make, "/usr/bin/cc");
      this.run(cc, "/usr/libexec/gcc/x86_64-linux-gnu/12/cc1");
      this.run(cc, "/usr/bin/as");
      this.host.exit(cc);
    }
    this.run(make, "./build/tests", [["127.0.0.1", 34_567]], FRESH_MS);
    this.host.exit(make);
    this.run(this.shell, "./build/server", [["127.0.0.1", 5432]], FRESH_MS);
  }

  private upgrade(): void {
    const apt = this.spawn(this.spawn(this.shell, "/usr/bin/sudo"), "/usr/bin/apt");
    for (let i = 0; i < 3; i++) this.run(apt, "/usr/lib/apt/methods/http", [["198.51.100.10", 80]]);
    const dpkg = this.spawn(apt, "/usr/bin/dpkg");
    for (const name of ["libc6", "openssl", "relayd"]) {
      this.run(dpkg, "/usr/bin/dpkg-deb");
      const script = this.spawn(dpkg, `/var/lib/dpkg/info/${name}.postinst`, FRESH_MS);
      this.run(script, "/usr/bin/systemctl");
      this.host.exit(script);
    }
    this.pass(3);
    // Restarted by the service manager from the new file; the first time it is a service that never ran here.
    const relay = this.spawn(this.init, "/usr/sbin/relayd", FRESH_MS);
    this.host.connect(relay, "198.51.100.25", this.upgraded ? 25 : 587);
    this.upgraded = true;
    this.run(this.shell, "/usr/bin/openssl", [], FRESH_MS);
  }

  private run(parent: ProcessRef, path: string, to: readonly (readonly [string, number])[] = [], ageMs?: number): void {
    const process = this.spawn(parent, path, ageMs);
    for (const [address, port] of to) this.host.connect(process, address, port);
    this.host.exit(process);
  }

  private spawn(parent: ProcessRef, path: string, ageMs?: number): ProcessRef {
    this.host.wait(5);
    return this.host.spawn(parent, path, ageMs);
  }

  private pass(seconds: number): void {
    this.host.wait(seconds * 1000 * (0.5 + this.random()));
  }
}
