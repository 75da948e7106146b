import { scaleBand, scaleLinear, scalePoint } from 'd3-scale';
import { line } from 'd3-shape';
import { type Html, markup } from './html.ts';
import type { NightCount } from './manifest.ts';

/** A drawing with the same in words; colours are the page's, so that it is right in light, dark and print. */
export interface Chart {
  title: string;
  note: string;
  drawing: Html;
}

/** Units of the drawing; about pixels on a phone. */
const WIDTH = 360;
const ROW = 36;
/** More bars nobody reads. */
const MOST_BARS = 10;

/** A bar for each name, its label above it, its number behind it. `sorted`: the longest first, the least put together. */
export function bars(title: string, counts: ReadonlyMap<string, number>, note = '', sorted = true): Chart {
  const all = sorted ? [...counts].sort(([, a], [, b]) => b - a) : [...counts];
  const rest = all.slice(MOST_BARS);
  const others: typeof all = [[`${rest.length} others`, rest.reduce((sum, [, n]) => sum + n, 0)]];
  const shown = rest.length > 1 ? [...all.slice(0, MOST_BARS), ...others] : all;
  const x = scaleLinear([0, Math.max(1, ...shown.map(([, n]) => n))], [0, WIDTH - 60]);
  const y = scaleBand(
    shown.map((_, index) => index),
    [0, shown.length * ROW],
  ).padding(0);
  const parts = shown.map(([name, n], index) => {
    const top = y(index) ?? 0;
    const width = n === 0 ? 0 : Math.max(2, x(n));
    return markup`<text x="0" y="${top + 14}">${name}</text><rect class="bar" x="0" y="${top + 19}" width="${round(width)}" height="11" rx="2"/>
<text class="n" x="${round(width + 6)}" y="${top + 29}">${n}</text>`;
  });
  return { title, note, drawing: svg(shown.length * ROW, words(title, shown), parts) };
}

const HEIGHT = 200;

/** How many people there are, above; who came and went each night, below. */
export function overTime(title: string, nights: readonly NightCount[], note: string): Chart {
  const most = Math.max(1, ...nights.flatMap(({ joined, left }) => [joined, left]));
  const x = scalePoint(
    nights.map((_, index) => index),
    [16, WIDTH - 16],
  );
  const people = nights.map(({ people: n }) => n);
  const y = scaleLinear([Math.min(...people), Math.max(...people) + 1], [82, 26]).nice(3);
  const height = scaleLinear([0, most], [0, 34]);
  const at = (index: number): number => round(x(index) ?? 0);
  const path = line<number>(
    (_, index) => at(index),
    (n) => round(y(n)),
  )(people);
  const thick = Math.max(1, Math.min(12, 240 / nights.length));
  const flow = nights.map(({ joined, left }, index) => {
    const left0 = round(at(index) - thick / 2);
    return markup`<rect class="joined" x="${left0}" y="${round(140 - height(joined))}" width="${thick}" height="${round(height(joined))}"/>
<rect class="left" x="${left0}" y="140" width="${thick}" height="${round(height(left))}"/>`;
  });
  const [first, last] = [nights[0], nights.at(-1)];
  const sum = (of: 'joined' | 'left'): number => nights.reduce((all, night) => all + night[of], 0);
  const said = `${title}: ${first?.people} people on ${first?.date}, ${last?.people} on ${last?.date}; ${sum('joined')} joined, ${sum('left')} left.`;
  const drawing = svg(HEIGHT, said, [
    markup`<text x="0" y="12">people</text><path class="line" d="${path ?? ''}"/>
<text class="n" x="${at(0)}" y="${round(y(first?.people ?? 0) - 6)}">${first?.people}</text>
<text class="n end" x="${at(nights.length - 1) + 8}" y="${round(y(last?.people ?? 0) - 6)}">${last?.people}</text>
<text x="0" y="102">▲ joined, ${sum('joined')}</text><line class="axis" x1="0" x2="${WIDTH}" y1="140" y2="140"/>${flow}
<text x="0" y="${HEIGHT - 20}">▼ left, ${sum('left')}</text><text class="end" x="${WIDTH}" y="${HEIGHT - 1}">${last?.date}</text><text x="0" y="${HEIGHT - 1}">${first?.date}</text>`,
  ]);
  return { title, note, drawing };
}

function svg(height: number, said: string, parts: readonly Html[]): Html {
  return markup`<svg viewBox="0 0 ${WIDTH} ${Math.max(1, height)}" role="img" aria-label="${said}">${parts}</svg>`;
}

function words(title: string, counts: readonly (readonly [string, number])[]): string {
  return `${title}: ${counts.map(([name, n]) => `${name} ${n}`).join(', ') || 'nobody'}.`;
}

const round = (n: number): number => Math.round(n * 10) / 10;
