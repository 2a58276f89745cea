// SPDX-License-Identifier: Apache-2.0
import { HISTORY_MS } from "./figures";

const WIDTH = 120;
const HEIGHT = 28;

/** A curve over the last half hour without axes. `label` says in words what it shows; `least` keeps small values small. */
export function Sparkline(props: {
  ms: readonly number[];
  values: readonly number[];
  least: number;
  label: string;
  tone: "waiting" | "oldest";
}) {
  const { ms, values, least, label, tone } = props;
  const line = sparkPath(ms, values, least);
  return (
    <svg class={`spark spark-${tone}`} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <line class="spark-ground" x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
      {line && (
        <>
          <path class="spark-fill" d={line.area} />
          <path class="spark-line" d={line.stroke} />
        </>
      )}
    </svg>
  );
}

/** The paths of a curve whose newest point is at the right edge. Undefined below two points, and where all is 0. */
export function sparkPath(ms: readonly number[], values: readonly number[], least: number): { stroke: string; area: string } | undefined {
  const newest = ms.at(-1);
  if (newest === undefined || ms.length < 2 || !values.some((value) => value > 0)) return undefined;
  const top = Math.max(least, ...values);
  const x = (at: number) => WIDTH * (1 - (newest - (ms[at] ?? 0)) / HISTORY_MS);
  const y = (value: number) => HEIGHT - 1 - (HEIGHT - 3) * (value / top);
  const points = values.map((value, at) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`);
  const stroke = `M${points.join("L")}`;
  return { stroke, area: `${stroke}L${WIDTH} ${HEIGHT - 1}L${x(0).toFixed(1)} ${HEIGHT - 1}Z` };
}
