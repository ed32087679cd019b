/**
 * `npm start`: runs the whole stack on this machine until Ctrl-C.
 * @module
 */
import { once } from 'node:events';
import { hostOf, shownHostOf } from './address.ts';
import { MAX_REPLICAS, OPTIONS, parseLocalArgs } from './args.ts';
import { banner, speedLine } from './banner.ts';
import { readLocalConfig, settingsText, warnOfUnknown } from './config.ts';
import { callsForRunningStack, type Command } from './commands.ts';
import { createControlApp } from './control-app.ts';
import { serveControl } from './control-socket.ts';
import { fastSettings } from './fast.ts';
import { freePort } from './free-port.ts';
import { onKeys } from './keys.ts';
import { Logs } from './logs.ts';
import { ArgumentError } from './options.ts';
import { buildPage, checkPage, preparePage, servePage } from './page.ts';
import { checkBundles } from './plan.ts';
import { onClosedOutput, onStopSignals } from './signals.ts';
import { startStack } from './stack.ts';
import { Terminal } from './terminal.ts';

async function main(args: string[]): Promise<void> {
  process.title = 'supervisor'; // otherwise, `top` shows "node-MainThread"
  const { LOCAL_DIR, LISTEN_HOST, redis, queues, overrides } = readLocalConfig(process.env);
  const options = parseLocalArgs(args, overrides);

  const terminal = new Terminal(process.stdout);
  const logs = new Logs();
  const stop = new AbortController();
  const beginStop = () => {
    if (stop.signal.aborted) process.exit(1);
    terminal.print('stopping; press Ctrl-C again to quit immediately');
    stop.abort();
  };
  onStopSignals(stop.signal, beginStop);
  // Stop if the parent process has died or closed our output.
  process.on('disconnect', () => stop.abort());
  if (process.send !== undefined && !process.connected) stop.abort();
  onClosedOutput(() => stop.abort());

  if (overrides.PAGE_DIR !== undefined) {
    if (options.dev)
      throw new ArgumentError('--dev serves the page from its sources: unset PAGE_DIR');
    await checkPage(overrides.PAGE_DIR);
  }
  if (overrides.SERVICES_DIR !== undefined) {
    if (options.dev) throw new ArgumentError('--dev runs the sources: unset SERVICES_DIR');
    checkBundles(overrides.SERVICES_DIR);
  }
  for (const warning of warnOfUnknown(process.env)) terminal.print(warning);
  terminal.print('starting Redis and the services');
  await preparePage();
  await using stack = await startStack({
    ...options,
    // With --dev, Vite listens on the dashboard's port and proxies to the dashboard.
    ports: options.dev ? { ...options.ports, dashboard: 0 } : options.ports,
    dir: LOCAL_DIR,
    redis,
    listenHost: LISTEN_HOST,
    overrides,
    env: options.fast ? fastSettings(process.env) : {},
    print: (name, line) => {
      logs.add(name, line);
      terminal.line(name, line);
    },
    stopping: stop.signal,
  });
  const { replicas } = stack;
  let port = replicas.of('dashboard')[0]?.instance.port;
  await using cleanUp = new AsyncDisposableStack();
  if (options.dev) {
    const backend = `http://${hostOf(LISTEN_HOST)}:${port}`;
    port = options.ports.dashboard || (await freePort());
    cleanUp.use(await servePage(port, LISTEN_HOST, backend));
  } else if (overrides.PAGE_DIR === undefined) {
    await buildPage();
  }
  const dashboard = `http://${shownHostOf(LISTEN_HOST)}:${port}`;
  const { signal: stopping } = stop;
  const control = createControlApp({ stack, dashboard, queues, overrides, logs, stopping });
  try {
    cleanUp.use(await serveControl(control, LOCAL_DIR));
  } catch (err) {
    terminal.print(
      `not available: ${callsForRunningStack().join(', ')}: ${(err as Error).message}`,
    );
  }
  const changeMiners = (by: number) => {
    const miner = Math.min(Math.max(0, replicas.scale.miner + by), MAX_REPLICAS);
    replicas.rescale({ miner }).catch((err: unknown) => terminal.print((err as Error).message));
  };
  const keys = onKeys(process.stdin, {
    '+': () => changeMiners(1),
    '-': () => changeMiners(-1),
    q: beginStop,
    '\u0003': beginStop, // Ctrl-C
  });
  if (keys !== undefined) cleanUp.use(keys);
  terminal.print(
    banner({ stack, dashboard, listenHost: LISTEN_HOST, hasKeys: keys !== undefined }),
  );
  const showSpeed = async () => terminal.status(await speedLine(dashboard));
  const timer = setInterval(() => void showSpeed(), 1000);
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  clearInterval(timer);
  terminal.status('');
}

export const command: Command = {
  options: OPTIONS,
  get notes() {
    return settingsText();
  },
  async run(args) {
    await main(args);
    process.exit();
  },
};
