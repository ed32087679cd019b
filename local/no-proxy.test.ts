import { expect, test } from 'vitest';
import { noProxyIn } from './no-proxy.mjs';

test.each([
  [{}, 'localhost,127.0.0.1,::1,[::1]'],
  [{ NO_PROXY: 'a.example' }, 'a.example,localhost,127.0.0.1,::1,[::1]'],
  [{ NO_PROXY: 'a.example', no_proxy: 'b.example' }, 'b.example,localhost,127.0.0.1,::1,[::1]'],
  [{ LISTEN_HOST: '192.0.2.7' }, 'localhost,127.0.0.1,::1,[::1],192.0.2.7'],
])('with %j, no proxy is used for %s', (env, hosts) => {
  expect(noProxyIn(env)).toEqual({ NO_PROXY: hosts, no_proxy: hosts });
});
