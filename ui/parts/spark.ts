import { html, type VNode } from "../html.ts";

const [WIDTH, HEIGHT] = [60, 16];

/** The last minute in the size of a word; its top is the largest value in sight, a tenth of a core at least. */
export function Spark({ values }: { readonly values: readonly number[] }): VNode {
  const top = Math.max(0.1, ...values);
  const step = WIDTH / Math.max(1, 59);
  const from = WIDTH - (values.length - 1) * step;
  const points = values.map(
    (value, at) => `${(from + at * step).toFixed(1)},${(HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1)}`,
  );
  return html`<svg class="spark" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} width=${WIDTH} height=${HEIGHT} aria-hidden="true">
    <polyline points=${points.join(" ")} />
  </svg>`;
}
