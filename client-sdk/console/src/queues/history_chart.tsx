// SPDX-License-Identifier: Apache-2.0
// Loaded only with the queue page.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { settings } from "../settings";
import { useStore } from "../store";
import { locale } from "../texts";
import { HISTORY_MS, type Series } from "./figures";

const HEIGHT_PX = 200;
/** A scale of its own for few, so that one waiting customer is no mountain. */
const LEAST_TOP = 4;
/** Appended to a colour of the palette, which is written as #rrggbb. */
const FILL_ALPHA = "24";

/** The two curves. Colours are the theme's; sizes follow the place that there is. */
export function HistoryChart({ series }: { series: Series }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>();
  const { theme } = useStore(settings);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const draw = () => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsFor(element), series, element);
    };
    draw();
    const observer = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    observer.observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    return () => {
      dark.removeEventListener("change", draw);
      observer.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [theme]);
  useEffect(() => chart.current?.setData(series), [series]);
  return <div ref={place} class="chart-place" />;
}

function optionsFor(element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const waiting = colour("--sb-warning-text");
  const font = `12px ${colour("--sb-font")}`;
  const axis: uPlot.Axis = {
    stroke: colour("--sb-text-muted"),
    font,
    grid: { stroke: colour("--sb-border"), width: 1 },
    ticks: { show: false },
  };
  const clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: (_, __, newest) => [newest - HISTORY_MS / 1000, newest] },
      y: { range: (_, __, most) => [0, Math.max(LEAST_TOP, most * 1.15)] },
    },
    axes: [
      { ...axis, size: 28, grid: { show: false }, space: 80, values: (_, seconds) => seconds.map((one) => clock.format(one * 1000)) },
      { ...axis, size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
    ],
    series: [
      {},
      { stroke: waiting, fill: `${waiting}${FILL_ALPHA}`, width: 2, points: { show: false } },
      { stroke: colour("--sb-success-text"), width: 2, dash: [6, 4], points: { show: false } },
    ],
  };
}
