import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { clockTime } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { store } from "../store.ts";

const HEIGHT_PX = 150;
const SERIES = [
  { name: "cpu", colour: "--demand" },
  { name: "memory", colour: "--latency" },
  { name: "io", colour: "--calm" },
] as const;
const LEAST_SECONDS = 60;
/** Points drawn: more than that many pixels show nothing more. */
const DRAWN = 600;

/** Pressure of the last minutes; its numbers stand in the top bar, so that nobody needs the picture. */
export function PressurePlot(): VNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    let plot = make(current);
    const fit = new ResizeObserver(() => plot.setSize({ width: current.clientWidth, height: HEIGHT_PX }));
    fit.observe(current);
    const draw = (): void => plot.setData(data());
    const end = store.subscribe(draw);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const recolour = (): void => {
      plot.destroy();
      plot = make(current);
    };
    dark.addEventListener("change", recolour);
    return () => {
      end();
      fit.disconnect();
      dark.removeEventListener("change", recolour);
      plot.destroy();
    };
  }, []);
  return html`<div class="plot">
    <div ref=${box} role="img" aria-label="pressure of CPU, memory and storage over the last minutes"></div>
    <p class="legend">
      ${SERIES.map(({ name }) => html`<span key=${name} class=${`series ${name}`}><i></i>${name}</span>`)}
    </p>
  </div>`;
}

function data(): uPlot.AlignedData {
  const points = store.points.latest(DRAWN);
  const line = (of: (point: (typeof points)[number]) => number | undefined): (number | null)[] =>
    points.map((point) => of(point) ?? null);
  return [
    points.map(({ atMs }) => atMs / 1000),
    line(({ cpu }) => cpu),
    line(({ memory }) => memory),
    line(({ io }) => io),
  ];
}

function make(box: HTMLElement): uPlot {
  const colours = getComputedStyle(document.documentElement);
  const colour = (name: string): string => colours.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--dim"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui",
  };
  return new uPlot(
    {
      width: box.clientWidth,
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        // Of one point alone it would make years.
        x: { range: (_plot, low, high) => [Math.min(low, high - LEAST_SECONDS), high] },
        y: { range: (_plot, _low, high) => [0, Math.max(0.1, Math.min(1, high * 1.1))] },
      },
      axes: [
        { ...axis, space: 80, values: (_plot, ticks) => ticks.map((tick) => clockTime(tick * 1000)) },
        { ...axis, size: 44, values: (_plot, ticks) => ticks.map((tick) => `${Math.round(tick * 100)} %`) },
      ],
      series: [
        {},
        ...SERIES.map(({ name, colour: of }) => ({
          label: name,
          stroke: colour(of),
          width: 1.5,
          points: { show: false },
          spanGaps: true,
        })),
      ],
    },
    data(),
    box,
  );
}
