/**
 * A TCP proxy that can drop traffic without closing connections, like a network partition or an expired NAT entry.
 * @module
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SilentProxy extends AsyncDisposable {
  port: number;
  /** Drops all further traffic of open connections, without FIN or RST. New connections work. */
  swallow: () => void;
  /** Partitions the network: drops all further traffic of open connections, and stalls new ones until `restore`. */
  cut: () => void;
  /** Forwards traffic until a client sends `text`, forwards that, then drops the rest of that connection and resolves. */
  swallowAfter: (text: string) => Promise<void>;
  /** Forwards new connections to another port; those that are open stay as they are. */
  repoint: (port: number) => void;
  /** Ends a partition. Connections stalled by it start to work, as if a lost SYN had been retransmitted. */
  restore: () => void;
}

/** Listens on 127.0.0.1 (port 0: any free port) and forwards to another port there. */
export async function startSilentProxy(targetPort: number, port = 0): Promise<SilentProxy> {
  const sockets = new Set<Socket>();
  const held = new Set<Socket>();
  /** Each silences the connection that it belongs to. */
  const links = new Set<() => void>();
  let isCut = false;
  let awaited: { text: string; resolve: () => void } | undefined;

  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      sockets.delete(socket);
      held.delete(socket);
    });
  };
  let target = targetPort;
  const connectToTarget = (client: Socket) => {
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    track(server);
    const silence = forward(client, server);
    links.add(silence);
    client.on('data', (chunk: Buffer) => {
      if (awaited === undefined || !chunk.includes(awaited.text)) return;
      silence();
      links.delete(silence);
      awaited.resolve();
      awaited = undefined;
    });
    client.on('close', () => links.delete(silence));
  };
  const proxy = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    track(client);
    if (isCut) held.add(client);
    else connectToTarget(client);
  });
  const swallow = () => {
    for (const silence of links) silence();
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
        awaited = { text, resolve };
      }),
    repoint(port) {
      target = port;
    },
    restore() {
      isCut = false;
      for (const client of held) connectToTarget(client);
      held.clear();
    },
    async [Symbol.asyncDispose]() {
      if (!proxy.listening) return;
      const closed = once(proxy, 'close');
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Forwards data between two sockets. Returns what ends that: from then on, incoming data is acknowledged and dropped. */
function forward(client: Socket, server: Socket): () => void {
  let isSilent = false;
  const pass = (from: Socket, to: Socket) => {
    from.pipe(to);
    from.on('close', () => {
      if (!isSilent) to.destroy();
    });
  };
  pass(client, server);
  pass(server, client);
  return () => {
    isSilent = true;
    for (const end of [client, server]) end.unpipe().resume();
  };
}
