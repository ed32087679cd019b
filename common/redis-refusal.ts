/**
 * Replies with which Redis refuses commands, in words, and what to do about them.
 * @module
 */

export interface Refusal {
  /** First word of the reply: `OOM`. */
  code: string;
  /** Why, with Redis as the subject: "it is full". */
  text: string;
  /** What to do, as a sentence with names and commands in backticks. */
  advice: string;
}

const LOGIN = {
  text: 'it requires a login',
  advice: () => 'Set the user and password in `REDIS_URL`, or `REDIS_PASSWORD`.',
};

/** `command` returns a command of Redis as users type it, in backticks. */
const REFUSALS: Record<
  string,
  { text: string; advice: (command: (text: string) => string) => string }
> = {
  OOM: {
    text: 'it is full',
    advice: (command) => `Raise its \`maxmemory\`, or delete the wallet: ${command('DEL wallet')}.`,
  },
  READONLY: {
    text: 'it is a read-only replica',
    advice: () => 'Set `REDIS_URL` to the master, or to the sentinels, which know the master.',
  },
  NOPERM: {
    text: 'its user lacks a permission',
    advice: () => 'Give the user in `REDIS_URL` the permissions that docs/security.md lists.',
  },
  NOAUTH: LOGIN,
  WRONGPASS: { ...LOGIN, text: 'it rejects the login' },
  MISCONF: {
    text: 'it cannot save its data to disk',
    advice: () => 'Look for the reason in the log of Redis. Often, the disk is full.',
  },
  LOADING: {
    text: 'it is still reading its data from disk',
    advice: () => 'Wait until it has read them.',
  },
  CLUSTERDOWN: {
    text: 'a node of its cluster is down',
    advice: () => 'Start that node, or make a replica take its place.',
  },
  NOREPLICAS: {
    text: 'too few of its replicas are connected',
    advice: () => 'Start the replicas, or lower `min-replicas-to-write`.',
  },
  MASTERDOWN: {
    text: 'it is a replica that has lost its master',
    advice: () => 'Start the master, or set `REDIS_URL` to the server that has replaced it.',
  },
};

/**
 * The code at the head of a reply. Before 7.0, Redis puts more in front of it if the command ran in a script:
 * `ERR Error running script (call to f_87a0…): @user_script:1: @user_script: 1: -OOM command not allowed …`.
 */
const CODE = new RegExp(
  `^(?:(?:ERR Error running script .*)?@user_script: ?\\d+: -)?(${Object.keys(REFUSALS).join('|')})\\b`,
);

/** A script's command that the user may not run: Redis, then Valkey. Neither gives the code. */
const DENIED_IN_SCRIPT = /The user executing the script can't|ACL failure in script/;

/**
 * Returns why Redis refused a command; undefined if the error is not in the table above.
 * @param cli program for the commands in the advice, for example `valkey-cli`; without it, they are those of Redis alone
 */
export function refusalOf({ message }: Pick<Error, 'message'>, cli?: string): Refusal | undefined {
  const code = CODE.exec(message)?.[1] ?? (DENIED_IN_SCRIPT.test(message) ? 'NOPERM' : '');
  const refusal = REFUSALS[code];
  if (refusal === undefined) return undefined;
  const command = (text: string) => `\`${cli === undefined ? text : `${cli} ${text}`}\``;
  return { code, text: refusal.text, advice: refusal.advice(command) };
}
