import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import type { StatusDocument } from "../core/status.ts";
import { MOST_WORKLOADS } from "./metrics-readings.ts";
import { METRICS, renderMetrics } from "./metrics.ts";
import { busyStatus, guardAsking } from "./status.fixture.ts";

const PACKAGING = new URL("../../packaging/", import.meta.url);
const counts = { delivered: 9, waiting: 2, waitingBytes: 700, dropped: 1, dead: 0, retries: 3 };
const STATUS: StatusDocument = {
  ...busyStatus,
  guard: guardAsking,
  outputs: [
    { name: "siem", to: "webhook", ...counts, trouble: "HTTP 503" },
    { name: "log", to: "file", ...counts },
  ],
};

interface Family {
  readonly name: string;
  help: string;
  type: string;
  readonly samples: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Prometheus's text format 0.0.4 as its documentation has it; what does not fit is an error. */
function families(text: string): Family[] {
  assert.ok(text.endsWith("\n"), "the last line ends too");
  const found: Family[] = [];
  for (const line of text.slice(0, -1).split("\n")) {
    const head = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    const family = found.at(-1);
    if (head?.[1] === "HELP") found.push({ name: head[2] ?? "", help: head[3] ?? "", type: "", samples: [] });
    else if (head?.[1] === "TYPE") {
      assert.equal(family?.name, head[2], line);
      if (family !== undefined) family.type = head[3] ?? "";
    } else {
      const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? assert.fail(line);
      assert.equal(sample[1], family?.name, `${line}: samples stand together below their own HELP`);
      const pairs = [...(sample[2] ?? "").matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/g)];
      assert.equal(pairs.map(([whole]) => whole).join(""), sample[2] ?? "", line);
      family?.samples.push({
        labels: Object.fromEntries(pairs.map(([, name, value]) => [name, value])),
        value: Number(sample[3]),
      });
    }
  }
  return found;
}

test("every metric has HELP, TYPE, and a name as Prometheus's conventions want it", () => {
  const names = METRICS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, "each once");
  for (const { name, type, help } of METRICS) {
    assert.match(name, /^swarms_[a-z][a-z0-9_]*$/);
    assert.equal(name.endsWith("_total"), type === "counter", `${name}: counters, and only they, end in _total`);
    assert.ok(/^[A-Z0-9].{9,}\.$/.test(help) && !/[\n\\]/.test(help), `${name}: HELP is a sentence`);
    assert.doesNotMatch(name, /_(ns|ms|us|millis|kb|mb|percent)(_|$)|_(count|sum|bucket)$/, `${name}: base units`);
    assert.doesNotMatch(name, /(_[a-z]+)\1$/, `${name}: a unit once`);
    const unit = /_(seconds|bytes|ratio|per_second)$/.exec(name)?.[1];
    if (unit === "bytes") assert.match(help, /bytes|memory|Size/i, `${name}: HELP names the unit`);
  }
});

test("what is answered is the text format, each family once, whatever names processes and groups chose", () => {
  const hostile = ['a"b\\c\nd', "# HELP x y", "{}", "\u001b[2J", "é 🐝"];
  const workloads = hostile.map((name) => ({ ...(STATUS.workloads[0] ?? assert.fail()), name }));
  for (const status of [STATUS, busyStatus, { ...STATUS, workloads }]) {
    const found = families(renderMetrics(status));
    assert.equal(new Set(found.map(({ name }) => name)).size, found.length);
    for (const { name, help, type, samples } of found) {
      assert.ok(help !== "" && (type === "counter" || type === "gauge") && samples.length > 0, name);
      const keys = samples.map(({ labels }) => JSON.stringify(labels));
      assert.equal(new Set(keys).size, keys.length, `${name}: no series twice`);
      for (const { value } of samples) assert.ok(Number.isFinite(value), name);
      if (type === "counter") for (const { value } of samples) assert.ok(value >= 0, name);
    }
  }
});

test("labels are few and bounded, however many groups there are", () => {
  const [one = assert.fail()] = STATUS.workloads;
  const workloads = Array.from({ length: 3000 }, (_, index) => ({ ...one, name: `/docker/${index}` }));
  const declared = STATUS.workloads.filter(({ kind }) => kind !== "unknown");
  const found = families(renderMetrics({ ...STATUS, workloads: [...workloads, ...declared] }));
  const allowed =
    "agent arrangement alarm code colony events kind mode outcome output pheromone program sensor to version where workload";
  for (const { name, samples } of found) {
    assert.ok(samples.length <= MOST_WORKLOADS, `${name}: ${samples.length} series`);
    for (const { labels } of samples)
      for (const label of Object.keys(labels)) assert.ok(allowed.split(" ").includes(label), `${name}: ${label}`);
  }
  const cores = found.find(({ name }) => name === "swarms_workload_cpu_cores");
  const told = new Set(cores?.samples.map(({ labels }) => labels["workload"]));
  for (const { name } of declared) assert.ok(told.has(name), `${name} was declared, so it is told`);
  const left = found.find(({ name }) => name === "swarms_workloads_left_out")?.samples[0]?.value;
  assert.equal(left, 3000 + declared.length - MOST_WORKLOADS);
});

test("units are told once, and what only grows is a counter", () => {
  const names = new Set(METRICS.map(({ name }) => name));
  for (const name of [
    "swarms_workload_memory_bytes",
    "swarms_workload_runq_delay_p99_seconds",
    "swarms_workload_runq_count_per_second",
    "swarms_workload_memory_oom_kills_total",
    "swarms_host_io_read_bytes_per_second",
  ])
    assert.ok(names.has(name), name);
});

test("outputs are told with what was lost, waits and is wrong", () => {
  const lines = renderMetrics(STATUS).split("\n");
  for (const line of [
    'swarms_output_delivered_total{output="siem",to="webhook"} 9',
    'swarms_output_dropped_total{output="siem",to="webhook"} 1',
    'swarms_output_waiting_bytes{output="siem",to="webhook"} 700',
    'swarms_output_troubled{output="siem",to="webhook"} 1',
    'swarms_output_troubled{output="log",to="file"} 0',
  ])
    assert.ok(lines.includes(line), line);
});

/** Names of metrics in a PromQL expression: what is not a function, a keyword, a label or a string. */
function metricsIn(expression: string): string[] {
  const bare = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, "");
  return bare.match(/\bswarms_[a-z0-9_]+/g) ?? [];
}

/** Labels that an expression asks of a metric. */
function labelsIn(expression: string): [metric: string, label: string][] {
  return [...expression.matchAll(/\b(swarms_[a-z0-9_]+)\{([^}]*)\}/g)].flatMap(([, metric = "", inside = ""]) =>
    [...inside.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]): [string, string] => [metric, label]),
  );
}

function assertKnown(expression: string, where: string): void {
  const known = new Map(families(renderMetrics(STATUS)).map(({ name, samples }) => [name, samples]));
  const names = metricsIn(expression);
  assert.ok(names.length > 0, `${where}: ${expression}`);
  for (const name of names)
    assert.ok(
      METRICS.some((each) => each.name === name),
      `${where}: there is no ${name}`,
    );
  for (const [metric, label] of labelsIn(expression)) {
    const has = known.get(metric)?.some(({ labels }) => label in labels) ?? true;
    assert.ok(["job", "instance"].includes(label) || has, `${where}: ${metric} has no label ${label}`);
  }
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

test("the alerts ask for metrics and labels that there are, and say what to do", () => {
  const file = parse(readFileSync(new URL("prometheus/alerts.yaml", PACKAGING), "utf8")) as {
    groups: { name: string; rules: Rule[] }[];
  };
  const rules = file.groups.flatMap((group) => group.rules);
  assert.ok(rules.length >= 8);
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, expr, labels, annotations, ...rest } of rules) {
    assertKnown(expr, alert);
    assert.match(alert, /^Swarms[A-Z][A-Za-z]+$/);
    assert.ok(["critical", "warning", "info"].includes(labels.severity), alert);
    assert.ok(annotations.summary.length > 10 && annotations.description.length > 20, alert);
    assert.match(rest.for ?? "0m", /^\d+[smh]$/);
    for (const [, label = ""] of `${annotations.summary}${annotations.description}`.matchAll(/\$labels\.([a-z_]+)/g))
      assert.ok(expr.includes(label) || renderMetrics(STATUS).includes(`${label}="`) || label === "instance", alert);
  }
});

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos?: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

test("the dashboard's panels ask for metrics and labels that there are, and do not lie upon each other", () => {
  const path = new URL("grafana/swarms.json", PACKAGING);
  const dashboard = JSON.parse(readFileSync(path, "utf8")) as {
    panels: Panel[];
    uid: string;
    templating: { list: { name: string }[] };
  };
  assert.equal(dashboard.uid, "swarms-layer");
  assert.deepEqual(
    dashboard.templating.list.map(({ name }) => name),
    ["datasource", "instance"],
  );
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
  const taken = new Set<string>();
  for (const { title, type, gridPos, targets = [] } of dashboard.panels) {
    const { x, y, w, h } = gridPos ?? assert.fail(title);
    assert.ok(x + w <= 24, title);
    for (let row = y; row < y + h; row++)
      for (let column = x; column < x + w; column++) {
        assert.ok(!taken.has(`${row} ${column}`), `${title} lies upon another`);
        taken.add(`${row} ${column}`);
      }
    if (type !== "row") assert.ok(targets.length > 0, title);
    for (const { expr } of targets) assertKnown(expr, title);
  }
});

test("what is packaged for others to watch with is here", () => {
  assert.deepEqual(readdirSync(new URL("grafana/", PACKAGING)), ["swarms.json"]);
  const packed = readdirSync(new URL("prometheus/", PACKAGING)).filter((name) => !name.endsWith(".test.ts"));
  assert.deepEqual(packed, ["alerts.yaml", "swarms-metrics", "swarms-metrics.service", "swarms-metrics.timer"]);
});
