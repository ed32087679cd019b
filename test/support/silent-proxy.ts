/**
 * A TCP proxy whose connections can go silent: no data, no reset, as if a cable were cut or a NAT entry had expired.
 * @module
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SilentProxy extends AsyncDisposable {
  port: number;
  /** No connection, old or new, carries data until `restore`. Then all go on where they were. */
  silence: () => void;
  /** Open connections never carry data again. New ones work. */
  silenceOld: () => void;
  restore: () => void;
  /** Resolves when a client has sent `text`: the server gets it, and after that the connection is silent. */
  cutAfter: (text: string) => Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
}

/** Forwards a free port of 127.0.0.1 to `port` there. */
export async function startSilentProxy(port: number): Promise<SilentProxy> {
  const pairs = new Set<Pair>();
  const dead = new Set<Pair>();
  let silent = false;
  let cut: { text: string; done: () => void } | undefined;

  const hold = ({ client, server }: Pair) => [client, server].forEach((socket) => socket.pause());
  const go = ({ client, server }: Pair) => [client, server].forEach((socket) => socket.resume());

  const proxy = createServer({ noDelay: true }, (client) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    const pair = { client, server };
    pairs.add(pair);
    const close = () => {
      client.destroy();
      server.destroy();
      pairs.delete(pair);
      dead.delete(pair);
    };
    for (const socket of [client, server]) socket.on('error', close).on('close', close);
    client.on('data', (chunk) => {
      server.write(chunk);
      if (cut === undefined || !chunk.includes(cut.text)) return;
      dead.add(pair);
      hold(pair);
      cut.done();
      cut = undefined;
    });
    server.on('data', (chunk) => client.write(chunk));
    if (silent) hold(pair);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    silence() {
      silent = true;
      pairs.forEach(hold);
    },
    silenceOld() {
      for (const pair of pairs) {
        dead.add(pair);
        hold(pair);
      }
    },
    restore() {
      silent = false;
      for (const pair of pairs) if (!dead.has(pair)) go(pair);
    },
    cutAfter: (text) =>
      new Promise((resolve) => {
        cut = { text, done: () => resolve() };
      }),
    async [Symbol.asyncDispose]() {
      proxy.close();
      for (const { client } of pairs) client.destroy();
      await once(proxy, 'close');
    },
  };
}
