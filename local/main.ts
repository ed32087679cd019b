/**
 * `npm start`: the whole stack on this machine, until Ctrl-C.
 * @module
 */
import { once } from 'node:events';
import { build } from 'vite';
import { ArgumentError, HELP, parseLocalArgs } from './args.ts';
import { banner, speedLine } from './banner.ts';
import { startStack } from './stack.ts';
import { Terminal } from './terminal.ts';

async function main(args: string[]): Promise<void> {
  const options = parseLocalArgs(args);
  if (options.help) return void process.stdout.write(HELP);

  const terminal = new Terminal(process.stdout);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stop.signal.aborted) terminal.print('stopping');
      stop.abort();
    });
  }

  terminal.print('starting: page, Redis, services');
  const page = build({ configFile: 'dashboard/vite.config.ts', logLevel: 'warn' });
  page.catch(() => undefined); // it is awaited below
  await using stack = await startStack({
    ...options,
    dir: process.env['LOCAL_DIR'] ?? '.local',
    redisUrl: process.env['REDIS_URL'] || undefined,
    listenHost: process.env['LISTEN_HOST'] || '127.0.0.1',
    print: (name, line) => terminal.line(name, line),
  });
  await page;
  const address = `http://localhost:${stack.parts.find(({ service }) => service === 'dashboard')?.port}`;
  terminal.print(banner(stack, options));
  const timer = setInterval(async () => terminal.status(await speedLine(address)), 1000);
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
