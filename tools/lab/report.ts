/**
 * The report: one HTML file that needs no network.
 * @module
 */
import { html, raw } from 'hono/html';
import { showExpected, showFigure, showTolerance, type Check } from './prediction/prediction.ts';
import type { StepResult } from './run.ts';
import { barChart } from './bar-chart.ts';
import { lineChart } from './line-chart.ts';
import { STYLE } from './report-style.ts';

type Html = ReturnType<typeof html>;

const STACKS: Record<string, string> = {
  processes: 'the processes of npm start',
  compose: 'containers of Docker Compose',
};

/**
 * Resolves to the page. All text is escaped.
 * @param kind of the deployment
 * @param selected number of steps to run; fewer have results if the lab was interrupted
 */
export async function renderReport(
  kind: string,
  selected: number,
  results: StepResult[],
): Promise<string> {
  const passed = results.filter(({ pass }) => pass).length;
  const interruption =
    results.length < selected ? ` Interrupted: ${results.length} of ${selected} steps ran.` : '';
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>The DockerCoins experiment</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>The DockerCoins experiment</h1>
          <p>
            Predicted, then measured, with ${STACKS[kind] ?? kind}.
            <span class="verdict ${passed === selected ? 'pass' : 'fail'}">
              ${passed} of ${selected} steps are as predicted.${interruption}
            </span>
          </p>
          <p class="key">
            <span><i></i>measured</span>
            <span><i class="dashed"></i>predicted</span>
            <span><i class="wash"></i>tolerance</span>
          </p>
        </header>
        ${overview(results)} ${speedsChart(results)} ${results.map(card)}
      </body>
    </html>`;
  return String(page);
}

const verdict = (pass: boolean): Html =>
  html`<span class="verdict ${pass ? 'pass' : 'fail'}">${pass ? '✓ pass' : '✗ fail'}</span>`;

function overview(results: StepResult[]): Html {
  const row = (name: string, check: Check, isFirst: boolean) =>
    html`<tr>
      <td>${isFirst ? html`<a href="#${name}">${name}</a>` : ''}</td>
      <td>${check.what}</td>
      <td>${showExpected(check)}</td>
      <td>${showFigure(check.measured, check.unit)}</td>
      <td>${showTolerance(check)}</td>
      <td>${verdict(check.pass)}</td>
    </tr>`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>step</th>
          <th>figure</th>
          <th>expected</th>
          <th>measured</th>
          <th>tolerance</th>
          <th>verdict</th>
        </tr>
      </thead>
      <tbody>
        ${results.map(({ name, checks }) => checks.map((check, index) => row(name, check, index === 0)))}
      </tbody>
    </table>
  </div>`;
}

/** The speeds with delays, side by side; without delays, the others would be too small to see. */
function speedsChart(results: StepResult[]): Html {
  const groups = results.flatMap(({ name, checks }) =>
    checks.flatMap(({ what, unit, expected, measured, tolerance }) =>
      what === 'speed' && typeof measured === 'number' && tolerance?.max !== undefined
        ? [
            {
              title: name,
              unit,
              bars: [{ label: '', value: measured }],
              expected: Number(expected),
            },
          ]
        : [],
    ),
  );
  return groups.length < 2 ? html`` : html`<div class="card">${barChart(groups)}</div>`;
}

function card(result: StepResult): Html {
  const { name, question, commands, reason, checks, pass, error, notes, bars } = result;
  return html`<section class="card" id="${name}">
    <header>
      <h2>${question}</h2>
      ${verdict(pass)}
    </header>
    <div class="columns">
      <div>
        ${commands.length === 0 ? '' : html`<pre>${commands.map((command) => `$ ${command}`).join('\n')}</pre>`}
        <p class="reason">${reason}</p>
        <dl>${checks.map(figure)}</dl>
        ${error === undefined ? '' : html`<p class="fail">${error}</p>`}
        ${notes.map((note) => html`<p class="small">${note}</p>`)}
      </div>
      <div>${bars.length > 0 ? barChart(bars) : speedChart(result)}</div>
    </div>
  </section>`;
}

const figure = (check: Check): Html =>
  html`<dt>${check.what}</dt>
    <dd>
      <span class="figure ${check.pass ? '' : 'fail'}"
        >${showFigure(check.measured, check.unit)}</span
      >
      <span class="small"> expected: ${showExpected(check)} (${showTolerance(check)}) </span>
    </dd>`;

function speedChart({ checks, history, marks }: StepResult): Html {
  const start = history[0]?.at ?? 0;
  const speed = checks.find(({ what }) => what === 'speed');
  return lineChart({
    title: 'hashes/s over time',
    points: history.map(({ at, speed: y }) => ({ x: at - start, y })),
    expected: typeof speed?.expected === 'number' ? speed.expected : undefined,
    tolerance: speed?.tolerance,
    marks: marks.map(({ at, label }) => ({ x: at - start, label })),
  });
}
