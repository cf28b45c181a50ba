import assert from "node:assert/strict";
import { test } from "node:test";
import type { RuleSources } from "../core/rule-sources.ts";
import { AntibodyAgent } from "../immune/evidence/antibodies.ts";
import { executed, LINE, opened, record, view } from "../immune/rules/facts.fixture.ts";
import { RuleDesk } from "./rule-desk.ts";

function rule(name: string, condition: string, more = ""): string {
  return `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: "%proc.name"\n  priority: WARNING\n${more}`;
}

function handed(...texts: readonly string[]): RuleSources {
  const sources = texts.map((text, at) => ({ file: `/etc/swarms/rules/${at}.yaml`, text }));
  return { sources, missing: [], matching: "all", hostname: "h", users: [[0, "root"]], groups: [] };
}

/** Which rules speak of an exec and of an opened file. */
function spoken(agent: AntibodyAgent): readonly string[] {
  const reader = agent.inForce;
  const events = [executed(), opened("/etc/shadow")];
  return events.flatMap((event) => (reader?.read(event, 5000, view()) ?? []).map((word) => word.rule));
}

const EXEC = rule("on exec", "evt.type = execve");
const SHADOW = rule("on shadow", "evt.type = openat and fd.name = /etc/shadow");

test("good files replace at once: changed, added, taken away", async () => {
  const agent = new AntibodyAgent();
  const desk = new RuleDesk(agent, "ebpf");
  assert.equal(await desk.use(handed(), 1), undefined, "never any rules, so nothing is said of them");
  const counts = { inForce: 1, turnedOff: 0, inPart: 0, unusable: { events: 0, fields: 0 } };
  assert.deepEqual(await desk.use(handed(EXEC), 2), { ...counts, latest: { atMs: 2 } });
  assert.deepEqual([spoken(agent), agent.wants], [["on exec"], ["exec"]]);
  assert.equal((await desk.use(handed(EXEC, SHADOW), 3))?.inForce, 2);
  assert.deepEqual(spoken(agent), ["on exec", "on shadow"]);
  assert.deepEqual(agent.wants, ["exec", "open.read", "open.write", "open.failed"]);
  await desk.use(handed(SHADOW), 4);
  assert.deepEqual(spoken(agent), ["on shadow"]);
  assert.deepEqual(await desk.use(handed(), 5), { ...counts, inForce: 0, latest: { atMs: 5 } });
  assert.deepEqual([spoken(agent), agent.wants], [[], []]);
});

test("a broken file changes nothing, and its place is told until files are good again", async () => {
  const agent = new AntibodyAgent();
  const desk = new RuleDesk(agent, "ebpf");
  const early = await desk.use(handed("- rule: [", EXEC), 1);
  assert.match(early?.latest.says ?? "", /SW-RULE: .*0\.yaml:1:.*no rules are in force/);
  await desk.use(handed(EXEC), 2);
  for (const [broken, place] of [
    [rule("on shadow", "evt.type = openat and fd.nam = x"), /1\.yaml:3:.*the rules of before go on/],
    [": : {", /1\.yaml:1/],
    ["[".repeat(100_000), /1\.yaml:/],
  ] as const) {
    const status = await desk.use(handed(EXEC, broken), 3);
    assert.match(status?.latest.says ?? "", place);
    assert.equal(status?.inForce, 1);
    assert.deepEqual(spoken(agent), ["on exec"]);
  }
  const missing = { ...handed(), missing: ["/etc/swarms/rules/x.yaml: cannot be read (ENOENT)"] };
  assert.match((await desk.use(missing, 4))?.latest.says ?? "", /x\.yaml: cannot be read \(ENOENT\)/);
  assert.deepEqual(spoken(agent), ["on exec"]);
  assert.deepEqual((await desk.use(handed(SHADOW), 5))?.latest, { atMs: 5 });
  assert.deepEqual(spoken(agent), ["on shadow"]);
});

test("of files that come while others are read, the last handed in stay", async () => {
  const agent = new AntibodyAgent();
  const desk = new RuleDesk(agent, "ebpf");
  const many = Array.from({ length: 200 }, (_, at) => rule(`r${at}`, `evt.type = execve and proc.name = x${at}`));
  await Promise.all([desk.use(handed(many.join("")), 1), desk.use(handed(SHADOW), 2)]);
  assert.deepEqual(spoken(agent), ["on shadow"]);
});

test("rules that can never fire here are counted by why, also where only procfs is compared", async () => {
  const text = [
    EXEC,
    SHADOW,
    rule("on kill", "evt.type = kill"),
    rule("on labels", "evt.type = execve and container.labels = x"),
    rule("not of a label", "evt.type = execve and not container.labels = x"),
    rule("off", "evt.type = execve", "  enabled: false\n"),
  ].join("");
  const onEbpf = await new RuleDesk(new AntibodyAgent(), "ebpf").use(handed(text), 1);
  assert.deepEqual(onEbpf, {
    inForce: 3,
    turnedOff: 1,
    inPart: 1,
    unusable: { events: 1, fields: 1 },
    latest: { atMs: 1 },
  });
  const onProcfs = await new RuleDesk(new AntibodyAgent(), "procfs").use(handed(text), 1);
  assert.deepEqual([onProcfs?.inForce, onProcfs?.unusable], [2, { events: 2, fields: 1 }]);
});

test("containers' names, images and pods are those of the list that came last, and an unknown one has none", async () => {
  const agent = new AntibodyAgent();
  const desk = new RuleDesk(agent, "ebpf");
  const id = "ab".repeat(32);
  const spokenIn = (container: string): readonly string[] => {
    const inside = { container: { runtime: "docker", id: container } };
    const processes = view([...LINE.slice(0, 2), record(30, 20, "cat", inside)]);
    return (agent.inForce?.read(executed(), 5000, processes) ?? []).map((word) => word.text);
  };
  const output = "%container.name %container.image.repository:%container.image.tag %k8s.ns.name %k8s.pod.name";
  const text = rule(
    "of an image",
    "evt.type = execve and container.image.repository = quay.io/a/b and k8s.ns.name = shop",
  );
  await desk.use(handed(text.replace("%proc.name", output)), 1);
  assert.deepEqual(spokenIn(id), []);
  const info = {
    id,
    name: "web",
    image: "quay.io/a/b:v1",
    imageId: "",
    namespace: "shop",
    pod: "web-1",
    podUid: "",
    sandbox: "",
  };
  desk.takeContainers([info]);
  assert.deepEqual(spokenIn(id), ["web quay.io/a/b:v1 shop web-1"]);
  assert.deepEqual(spokenIn("cd".repeat(32)), []);
  desk.takeContainers([]);
  assert.deepEqual(spokenIn(id), []);
});

test("names that rules compare with are asked for once files are read; addresses count from when they are told", async () => {
  const agent = new AntibodyAgent();
  const asked: (readonly [revision: number, names: readonly string[]])[] = [];
  const desk = new RuleDesk(agent, "ebpf", (revision, names) => asked.push([revision, names]));
  const to = { address: "203.0.113.9", port: 443 };
  const { atNs, process, comm, uid, cgroupId, cpuCgroupId } = executed();
  const event = { atNs, process, comm, uid, cgroupId, cpuCgroupId, kind: "connect", family: "ipv4", to } as const;
  const speaks = (): number => agent.inForce?.read(event, 5000, view()).length ?? 0;
  const text = rule("to a name", "evt.type = connect and fd.sip.name in (a.example, b.example)");
  const before = await desk.use({ ...handed(text), revision: 3 }, 1);
  assert.deepEqual(asked, [[3, ["a.example", "b.example"]]]);
  assert.deepEqual([before?.unresolved, speaks()], [{ count: 2, names: ["a.example", "b.example"] }, 0]);
  const after = desk.takeAddresses([
    { name: "a.example", addresses: ["203.0.113.9"] },
    { name: "b.example", addresses: [] },
  ]);
  assert.deepEqual([after?.unresolved, after?.inForce, speaks()], [{ count: 1, names: ["b.example"] }, 1, 1]);
  assert.equal(desk.takeAddresses([{ name: "a.example", addresses: [] }])?.unresolved?.count, 2);
  assert.equal(speaks(), 0);
  assert.equal((await desk.use({ ...handed(EXEC), revision: 4 }, 2))?.unresolved, undefined);
  assert.deepEqual(asked.at(-1), [4, []], "rules that compare with no name end the look-ups of before");
});
