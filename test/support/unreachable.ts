/**
 * A port that does not respond to SYN, so connections are neither accepted nor refused, as if its host were down.
 * @module
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens but never accepts: the kernel drops SYNs once the backlog is full. */
const LISTENER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** More connections than any system allows in a backlog of 1. */
const FILLERS = 8;

export interface Unreachable extends AsyncDisposable {
  port: number;
}

/** Starts an unreachable port on 127.0.0.1. */
export async function startUnreachable(): Promise<Unreachable> {
  const listener = new Worker(LISTENER, { eval: true });
  const [port] = (await once(listener, 'message')) as [number];
  const fillers = Array.from({ length: FILLERS }, () => {
    const filler = connect(port, '127.0.0.1');
    filler.on('error', () => undefined);
    return filler;
  });
  await Promise.race(fillers.map((filler) => once(filler, 'connect')));
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      await listener.terminate();
    },
  };
}
