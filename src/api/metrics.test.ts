import assert from "node:assert/strict";
import { test } from "node:test";
import { renderMetrics } from "./metrics.ts";
import { raw, serve } from "./server.fixture.ts";
import { busyStatus, guardAsking } from "./status.fixture.ts";

test("what the guard counted and raised is in the metrics, where there is a guard", () => {
  const text = renderMetrics({ ...busyStatus, guard: guardAsking });
  for (const line of [
    'swarms_guard_decisions_total{outcome="applied"} 3',
    'swarms_guard_refusals_total{code="SW-GUARD-BUDGET"} 7',
    'swarms_guard_alarms{alarm="budget"} 7',
    "swarms_guard_waiting 1",
  ])
    assert.ok(text.split("\n").includes(line), line);
  assert.doesNotMatch(renderMetrics(busyStatus), /swarms_guard/);
});

test("the metrics are Prometheus text in base units", async (t) => {
  const { socket } = await serve(t);
  const { text } = await raw(socket, "GET", "/metrics");
  const lines = text.split("\n");
  for (const line of [
    'swarms_events_total{kind="exec"} 141200',
    'swarms_events_lost_total{where="ring"} 12',
    'swarms_events_lost_by_kind_total{kind="open.write"} 10',
    'swarms_events_merged_total{kind="open.write"} 51000',
    'swarms_events_watched{kind="bind"} 1',
    "swarms_ring_fill_ratio 0.04",
    'swarms_sensor_memory_bytes{sensor="runq"} 2101248',
    'swarms_sensor_cpu_cores{sensor="events"} 0.0021',
    'swarms_sensor_program_missed_total{sensor="runq",program="on_switch"} 3',
    'swarms_sensor_program_runs_per_second{sensor="runq",program="on_switch"} 61300',
    'swarms_workloads{kind="batch"} 2',
    'swarms_intentions{kind="freeze",outcome="observed",code=""} 3',
    'swarms_leases{kind="cpu.idle"} 1',
    "swarms_incidents_open 1",
    "swarms_host_pressure_cpu_some_ratio 0.423",
    "# TYPE swarms_events_total counter",
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.match(
    text,
    /^swarms_workload_runq_delay_p99_seconds\{workload="\/shop\.slice\/redis\.service",kind="latency"\} 0\.0038/m,
  );
  for (const line of lines)
    assert.match(line, /^($|# (HELP|TYPE) |[a-z_0-9]+(\{([a-z_]+="[^"\\]*",?)*\})? [-0-9.e+]+$)/);
  const names = lines.flatMap((line) => (line.startsWith("# TYPE") ? [line.split(" ")[2]] : []));
  assert.equal(new Set(names).size, names.length);
});
