import { type ReactElement, useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { countText, instantText } from '../formats/index.ts';
import { type Clock, useClock, useTheme } from '../preferences/index.ts';
import { type ChartContent, stacked, stepOf } from './chart-series.ts';

interface ChartCanvasProps extends ChartContent {
  readonly heightPx: number;
}

/** Draws a chart with uPlot, anew whenever what it shows or its colours change. */
export function ChartCanvas(props: ChartCanvasProps): ReactElement {
  const { label, heightPx, timesMs, series, shape = 'bars', unit } = props;
  const host = useRef<HTMLDivElement>(null);
  const [clock] = useClock();
  const [theme] = useTheme();
  const brush = useRef(props.onBrush);
  useEffect(() => {
    brush.current = props.onBrush;
  });
  const canBrush = props.onBrush !== undefined;
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const content = { label, timesMs, series, shape, ...(unit === undefined ? {} : { unit }) };
    const chart = draw(element, content, { clock, heightPx, brush: canBrush ? brush : undefined });
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: heightPx }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [label, heightPx, timesMs, series, shape, unit, clock, theme, canBrush]);
  return (
    <div
      ref={host}
      className="chart-canvas"
      role="img"
      aria-label={label}
      data-brush={canBrush || undefined}
      data-stack={shape === 'bars' || undefined}
    />
  );
}

interface Drawing {
  readonly clock: Clock;
  readonly heightPx: number;
  readonly brush: { readonly current: ChartContent['onBrush'] } | undefined;
}

function draw(element: HTMLElement, content: ChartContent, drawing: Drawing): UPlot {
  const { timesMs, series, shape } = content;
  const isStack = shape !== 'lines';
  const colours = colourReader(element);
  const rows = isStack ? stacked(series, timesMs.length) : series.map(({ values }) => [...values]);
  const plotted = series.map((one, at): UPlot.Series => {
    const colour = colours(one.tone);
    return {
      label: one.label,
      stroke: colour,
      width: isStack ? 0 : 1.5,
      ...(isStack ? { fill: colour, paths: bars() } : {}),
      points: { show: false },
      // What is drawn is the sum; what is said is the series' own.
      value: (_plot, _value, _series, index) =>
        valueText(index === null ? undefined : series[at]?.values[index], content.unit),
    };
  });
  // The highest of a stack is drawn first, so that those below it cover it.
  if (isStack) plotted.reverse();
  const data: UPlot.AlignedData = [
    timesMs.map((time) => time / 1000),
    ...(isStack ? rows.toReversed() : rows),
  ];
  return new UPlot(
    optionsOf(element, drawing, colours, plotted, isStack ? stepOf(timesMs) : 0),
    data,
    element,
  );
}

function optionsOf(
  element: HTMLElement,
  { clock, heightPx, brush }: Drawing,
  colours: (name: string) => string,
  series: readonly UPlot.Series[],
  barMs: number,
): UPlot.Options {
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: colours('ink-faint'), font, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: heightPx,
    padding: [8, 16, 0, 0],
    ...(clock === 'utc'
      ? { tzDate: (seconds: number) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') }
      : {}),
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: brush !== undefined, y: false, setScale: false },
    },
    legend: { live: true, markers: { width: 0 } },
    scales: {
      // The last bar begins at the last time, and takes its room behind it.
      x: { range: (_plot, min, max) => [min, max + barMs / 1000] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.08)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 80,
        size: 24,
        gap: 6,
        values: (_plot, ticks, _axis, _space, stepSeconds) =>
          ticks.map((tick) => tickText(new Date(tick * 1000), clock, stepSeconds)),
      },
      {
        ...axis,
        grid: { stroke: colours('line'), width: 1 },
        size: 48,
        gap: 8,
        space: 36,
        values: (_plot, ticks) =>
          ticks.map((tick) => (Number.isInteger(tick) ? countText(tick) : String(tick))),
      },
    ],
    series: [{ value: (_plot, seconds: number | null) => timeText(seconds, clock) }, ...series],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 3) return;
          const [from, to] = [left, left + width].map((at) => plot.posToVal(at, 'x') * 1000);
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          if (from !== undefined && to !== undefined) brush?.current?.(from, to);
        },
      ],
    },
  };
}

function bars(): UPlot.Series.PathBuilder {
  const build = UPlot.paths.bars;
  if (build === undefined) throw new TypeError('the chart library draws no bars');
  return build({ size: [0.82, 40], align: 1, gap: 1 });
}

function colourReader(element: HTMLElement): (name: string) => string {
  const probe = element.ownerDocument.createElement('span');
  element.append(probe);
  const known = new Map<string, string>();
  const read = (name: string): string => {
    const variable = ['success', 'denied', 'error', 'throttled'].includes(name)
      ? `${name}-fill`
      : toneNames.get(name);
    probe.style.color = `var(--${variable ?? name})`;
    return getComputedStyle(probe).color;
  };
  return (name) => {
    const colour = known.get(name) ?? read(name);
    known.set(name, colour);
    return colour;
  };
}

const toneNames: ReadonlyMap<string, string> = new Map([['faint', 'control-line']]);

/** The time of day; at midnight, and where days are far apart, the day. */
function tickText(at: Date, clock: Clock, stepSeconds: number): string {
  const { day, time } = instantText(at, clock);
  if (stepSeconds >= 86_400 || time === '00:00:00') return day.slice(5);
  return stepSeconds < 60 ? time : time.slice(0, 5);
}

function timeText(seconds: number | null, clock: Clock): string {
  if (seconds === null) return '–';
  const { day, time, zone } = instantText(new Date(seconds * 1000), clock);
  return `${day} ${time} ${zone}`;
}

function valueText(value: number | null | undefined, unit: string | undefined): string {
  if (value === null || value === undefined) return '–';
  const text = Number.isInteger(value) ? countText(value) : value.toFixed(2);
  return unit === undefined ? text : `${text} ${unit}`;
}
