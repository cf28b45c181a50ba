import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { configSchema } from "../../src/core/config.ts";
import { KEPT_CAPABILITIES } from "../../src/warden/capabilities.ts";

const HERE = import.meta.dirname;
const read = (path: string): string => readFileSync(join(HERE, path), "utf8");
const MANIFEST = read("daemonset.yaml");
const UNIT = read("../../systemd/swarms.service");
const HIVE_UNIT = read("../../systemd/swarms-hive.service");
/** What the entry needs before it gives it up, in the order of the manifest. */
const FOR_THE_ENTRY = ["SYS_ADMIN", "SETPCAP", "CHOWN", "FOWNER"];
/** setpriv(1) names some by number (linux/capability.h). */
const BY_NUMBER: Readonly<Record<string, string>> = { cap_38: "PERFMON", cap_39: "BPF" };

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly securityContext: {
    readonly runAsUser: number;
    readonly runAsNonRoot?: boolean;
    readonly privileged: boolean;
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly capabilities: { readonly drop: readonly string[]; readonly add?: readonly string[] };
  };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Resource {
  readonly kind: string;
  readonly data: Readonly<Record<string, string>>;
  readonly spec: {
    readonly policyTypes?: readonly string[];
    readonly ingress?: unknown;
    readonly egress?: unknown;
    readonly template: {
      readonly spec: {
        readonly hostNetwork?: boolean;
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

const documents = parseAllDocuments(MANIFEST);
const resources = documents.map((document) => document.toJS() as Resource);
const resource = (kind: string): Resource => {
  const found = resources.find((one) => one.kind === kind);
  assert.ok(found !== undefined, kind);
  return found;
};
const pod = resource("DaemonSet").spec.template.spec;
const container = (name: string): Container => {
  const found = pod.containers.find((one) => one.name === name);
  assert.ok(found !== undefined, name);
  return found;
};

function settingOf(unit: string, name: string): string {
  return new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
}

const unitCapabilities = settingOf(UNIT, "CapabilityBoundingSet")
  .split(" ")
  .map((name) => name.replace("CAP_", ""))
  .toSorted();

test("the manifest is YAML without a fault, and has what it takes", () => {
  assert.deepEqual(
    documents.flatMap(({ errors }) => errors.map(({ message }) => message)),
    [],
  );
  assert.deepEqual(
    resources.map(({ kind }) => kind),
    ["Namespace", "ConfigMap", "NetworkPolicy", "DaemonSet"],
  );
});

test("what the layer keeps in a container is what its unit gives it", () => {
  const [, kept = ""] = /^KEPT=(.*)$/m.exec(read("warden.sh")) ?? [];
  const names = kept.split(",").map((name) => BY_NUMBER[name] ?? name.toUpperCase());
  assert.deepEqual(names.toSorted(), unitCapabilities);
});

test("the warden's container is given what is kept and what the entry needs, each with the reason that the code has", () => {
  const { capabilities, ...rest } = container("warden").securityContext;
  assert.deepEqual(capabilities.drop, ["ALL"]);
  assert.deepEqual(capabilities.add?.toSorted(), [...unitCapabilities, ...FOR_THE_ENTRY].toSorted());
  assert.deepEqual(capabilities.add?.slice(-FOR_THE_ENTRY.length), FOR_THE_ENTRY);
  assert.deepEqual([rest.privileged, rest.allowPrivilegeEscalation, rest.readOnlyRootFilesystem], [false, false, true]);
  for (const name of unitCapabilities) {
    const reason = KEPT_CAPABILITIES[name.toLowerCase() as keyof typeof KEPT_CAPABILITIES];
    assert.ok(MANIFEST.includes(`- ${name} # ${reason}\n`), `${name}: ${reason}`);
  }
});

test("the hive's container has no privilege, and sees its folder and the door alone", () => {
  const { securityContext, volumeMounts } = container("hive");
  const { capabilities, runAsNonRoot, runAsUser, ...rest } = securityContext;
  assert.deepEqual(capabilities, { drop: ["ALL"] });
  assert.equal(runAsNonRoot, true);
  assert.deepEqual([rest.privileged, rest.allowPrivilegeEscalation, rest.readOnlyRootFilesystem], [false, false, true]);
  assert.deepEqual(
    volumeMounts.map(({ mountPath }) => mountPath),
    ["/var/lib/swarms/hive", "/run/swarms"],
  );
  assert.match(read("Containerfile"), new RegExp(`--uid ${runAsUser} .* swarms-hive$`, "m"));
});

test("the hive is started as its unit starts it", () => {
  const [, command = ""] = /^exec (.*)$/m.exec(read("hive.sh")) ?? [];
  assert.equal(command, settingOf(HIVE_UNIT, "ExecStart"));
});

test("the hive is held to the bounds of its unit, where a runtime sets none", () => {
  const script = read("hive.sh");
  /** Bytes of each letter of dash(1)'s ulimit, and the setting of systemd.exec(5) that says the same. */
  const units = {
    v: ["LimitAS", 1024],
    d: ["LimitDATA", 1024],
    f: ["LimitFSIZE", 512],
    n: ["LimitNOFILE", 1],
    c: ["LimitCORE", 512],
  } as const;
  const scale: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30 };
  for (const [letter, [setting, bytes]] of Object.entries(units)) {
    const [, amount = "", suffix = ""] = /^(\d+)([MG]?)$/.exec(settingOf(HIVE_UNIT, setting)) ?? [];
    const [, given = ""] = new RegExp(`ulimit -${letter} (\\d+)`).exec(script) ?? [];
    assert.equal(Number(given) * bytes, Number(amount) * (scale[suffix] ?? 1), setting);
  }
});

test("the libraries that Node is linked with are in the image and in the package, for no base has libatomic", () => {
  const stages = read("Containerfile")
    .split(/^FROM /m)
    .slice(1);
  assert.equal(stages.length, 2);
  for (const stage of stages) assert.match(stage, / libatomic1 /);
  assert.match(read("../deb.sh"), /^Depends: .*\blibatomic1\b/m);
});

test("nobody in the pod may speak over the network, and it has its own", () => {
  const { policyTypes, ingress, egress } = resource("NetworkPolicy").spec;
  assert.deepEqual([policyTypes, ingress, egress], [["Ingress", "Egress"], undefined, undefined]);
  assert.equal(pod.hostNetwork ?? false, false);
});

test("every volume that is mounted is there, and each is used", () => {
  const mounted = pod.containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
  assert.deepEqual([...new Set(mounted)].toSorted(), pod.volumes.map(({ name }) => name).toSorted());
});

test("as they are installed, both configurations observe, within no scope, and hold by the schema", () => {
  for (const text of [resource("ConfigMap").data["swarms.yaml"] ?? "", read("../swarms.yaml")]) {
    const config = configSchema.parse(parse(text));
    assert.equal(config.mode, "observe");
    assert.deepEqual(config.scope, []);
    // What is commented out is right as well: the sample lines are made real.
    const sample = text.replaceAll(/^# ?((?:  .*|(?:workloads|protect|colonies|rules):.*))$/gm, "$1");
    assert.notEqual(sample, text);
    configSchema.parse(parse(sample));
  }
});

test("the image runs without privileges unless it is asked to, and everything that it copies is there", () => {
  const lines = read("Containerfile").split("\n");
  assert.ok(lines.includes("USER 64077:64077"));
  const copied = lines.flatMap((line) => /^COPY (packaging\/.*) \S+$/.exec(line)?.[1]?.split(" ") ?? []);
  assert.ok(copied.length > 0);
  for (const path of copied) read(join("../..", path));
});
