/**
 * Requests between the parts of the stack, and from its commands to it, avoid the proxy in the environment.
 * @module
 */

/** IPv6 in both spellings, because clients disagree. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1', '[::1]'];

/** Returns the variables that exclude this machine, and `LISTEN_HOST`, from the use of a proxy; both spellings are in use. */
export function noProxyIn(env) {
  const existing = env.no_proxy || env.NO_PROXY;
  const hosts = [existing, ...THIS_MACHINE, env.LISTEN_HOST].filter(Boolean).join(',');
  return { NO_PROXY: hosts, no_proxy: hosts };
}
