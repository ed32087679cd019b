import { html } from 'hono/html';
import { showFigure } from './prediction/prediction.ts';
import type { BarGroup } from './step.ts';

/** Beyond this many bars in a group, there is only room for the value of the highest one. */
const FEW = 4;

/** Returns groups of bars with a common scale, side by side; the prediction of each group is a line across it. */
export function barChart(groups: BarGroup[]): ReturnType<typeof html> {
  const values = groups.flatMap(({ bars, expected = 0 }) => [
    expected,
    ...bars.map(({ value }) => value),
  ]);
  const top = 1.1 * Math.max(...values.filter(Number.isFinite), 0) || 1;
  const share = (value: number) => `${(100 * (value / top)).toFixed(1)}%`;
  return html`<div class="groups">
    ${groups.map(({ title, unit, bars, expected }) => {
      const highest = Math.max(...bars.map(({ value }) => value));
      const isShown = (value: number) => bars.length <= FEW || value === highest;
      return html`<figure class="chart">
        <figcaption>${title}${unit === '' ? '' : `, ${unit}`}</figcaption>
        <div class="bars">
          ${bars.map(
            ({ label, value }) =>
              html`<div class="bar">
                <div class="column">
                  ${isShown(value) ? html`<span class="value" style="bottom: ${share(value)}">${showFigure(value, '')}</span>` : ''}
                  <i style="height: ${share(value)}"></i>
                </div>
                <span>${label}</span>
              </div>`,
          )}
          ${expected === undefined ? '' : html`<div class="level"><b style="bottom: ${share(expected)}"></b></div>`}
        </div>
      </figure>`;
    })}
  </div>`;
}
