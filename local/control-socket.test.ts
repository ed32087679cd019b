import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Control } from './commands/client.ts';
import { socketPath } from './control-socket.ts';

const LONG = `/${'x'.repeat(120)}`;

test('the socket is in the folder of the stack', () => {
  expect(socketPath('.local')).toBe(join('.local', 'control.sock'));
  const longest = 'x'.repeat(90);
  expect(socketPath(longest)).toBe(join(longest, 'control.sock'));
});

test('a folder whose path is too long for a socket is rejected, by npm start and the commands for it', () => {
  const message = /^LOCAL_DIR is (27|31) bytes too long for the path of a socket: \/x+$/;
  expect(() => socketPath(LONG)).toThrow(message);
  expect(() => new Control(LONG)).toThrow(message);
});
