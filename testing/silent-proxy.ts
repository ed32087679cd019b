/**
 * A TCP proxy that can lose traffic without telling either side, as a cut network or an expired NAT entry does.
 * @module
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SilentProxy extends AsyncDisposable {
  port: number;
  /** Connections that are open now go silent for good, without FIN or RST. New ones work. */
  swallow: () => void;
  /** Cuts the network: open connections go silent for good, and new ones until `restore`. */
  cut: () => void;
  /** Resolves when a client has sent `text` and the server has got it; that connection goes silent right after. */
  swallowAfter: (text: string) => Promise<void>;
  /** Ends a cut. Connections made during it start to work, as if a lost SYN had been repeated. */
  restore: () => void;
}

/** Listens on 127.0.0.1 (port 0 = any free one) and forwards to a port there. */
export async function startSilentProxy(to: number, port = 0): Promise<SilentProxy> {
  const sockets = new Set<Socket>();
  const held = new Set<Socket>();
  const links = new Set<Link>();
  let isCut = false;
  let awaited: { text: string; seen: () => void } | undefined;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      sockets.delete(socket);
      held.delete(socket);
    });
  };
  const link = (client: Socket) => {
    const server = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    keep(server);
    const made = new Link(client, server);
    links.add(made);
    client.on('data', (chunk: Buffer) => {
      if (awaited === undefined || !chunk.includes(awaited.text)) return;
      made.silence();
      links.delete(made);
      awaited.seen();
      awaited = undefined;
    });
    client.on('close', () => links.delete(made));
  };
  const proxy = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    keep(client);
    if (isCut) held.add(client);
    else link(client);
  });
  const swallow = () => {
    for (const it of links) it.silence();
    links.clear();
  };
  await once(proxy.listen(port, '127.0.0.1'), 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    swallow,
    cut() {
      isCut = true;
      swallow();
    },
    swallowAfter: (text) =>
      new Promise((resolve) => {
        awaited = { text, seen: () => resolve() };
      }),
    restore() {
      isCut = false;
      for (const client of held) link(client);
      held.clear();
    },
    async [Symbol.asyncDispose]() {
      const closed = once(proxy, 'close');
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Two sockets joined until they fall silent. */
class Link {
  readonly #ends: [Socket, Socket];
  #silent = false;

  constructor(client: Socket, server: Socket) {
    this.#ends = [client, server];
    this.#join(client, server);
    this.#join(server, client);
  }

  #join(from: Socket, to: Socket): void {
    from.pipe(to);
    from.on('close', () => {
      if (!this.#silent) to.destroy();
    });
  }

  /** Whatever still arrives is acknowledged and dropped. */
  silence(): void {
    this.#silent = true;
    for (const end of this.#ends) end.unpipe().resume();
  }
}
