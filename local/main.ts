/**
 * `npm start`: the whole stack on this machine, until Ctrl-C.
 * @module
 */
import { once } from 'node:events';
import { readEnv } from '@dockercoins/common/env';
import { ArgumentError, HELP, parseLocalArgs } from './args.ts';
import { fastSettings } from './fast.ts';
import { banner, speedLine } from './banner.ts';
import { settings } from './config.ts';
import { buildPage, preparePage, servePage } from './page.ts';
import { startStack } from './stack.ts';
import { Terminal } from './terminal.ts';

async function main(args: string[]): Promise<void> {
  const options = parseLocalArgs(args);
  if (options.help) return void process.stdout.write(HELP);

  const config = readEnv(settings, process.env);
  const terminal = new Terminal(process.stdout);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1);
      terminal.print('stopping; once more ends it at once');
      stop.abort();
    });
  }

  terminal.print('starting: page, Redis, services');
  await preparePage();
  await using stack = await startStack({
    ...options,
    // In front of the dashboard, the page with hot reload takes its port.
    ports: options.dev ? { ...options.ports, dashboard: 0 } : options.ports,
    dir: config.LOCAL_DIR,
    redisUrl: config.REDIS_URL,
    listenHost: config.LISTEN_HOST,
    env: options.fast ? fastSettings(process.env) : {},
    print: (name, line) => terminal.line(name, line),
  });
  let address = `http://localhost:${stack.parts.find(({ service }) => service === 'dashboard')?.port}`;
  await using cleanUp = new AsyncDisposableStack();
  if (!options.dev) {
    await buildPage();
  } else {
    const { dashboard } = options.ports;
    cleanUp.use(await servePage(dashboard, config.LISTEN_HOST, address));
    address = `http://localhost:${dashboard}`;
  }
  terminal.print(banner(stack, address, options.scale.miner));
  const showSpeed = async () => terminal.status(await speedLine(address));
  const timer = setInterval(() => void showSpeed(), 1000);
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  clearInterval(timer);
  terminal.status('');
}

try {
  await main(process.argv.slice(2));
  process.exit();
} catch (err) {
  process.stderr.write(`\n${(err as Error).message}\n`);
  if (err instanceof ArgumentError) process.stderr.write(`\n${HELP}`);
  process.exit(1);
}
