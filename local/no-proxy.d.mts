/** Types of no-proxy.mjs, which must run on a Node.js that cannot run TypeScript. */
export function noProxyIn(env: NodeJS.ProcessEnv): { NO_PROXY: string; no_proxy: string };
