/**
 * A collector that is down costs no speed.
 * @module
 */
import { onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { expectUsualStop, outageSettings, untilMinerWarns } from '../support/collector-outage.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

/** Resolves to the port of a server that accepts connections and never responds. */
async function startSilentServer(): Promise<number> {
  const proxy = await startSilentProxy(0);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  proxy.cut();
  return proxy.port;
}

test.each([
  ['refuses connections', freePort],
  ['does not respond', startSilentServer],
])('if the collector %s, the miner is as fast as ever', async (_name, getPort) => {
  await using stack = await startStackProcess({ env: outageSettings(await getPort()) });
  await untilMinerWarns(stack);
  await until('the speed is as usual', async () => ((await stack.frame())?.speed ?? 0) > 3);
  await expectUsualStop(stack);
});
