/**
 * Users' notes on the plot.
 * @module
 */
import type { RedisClient } from '@dockercoins/common/queue/redis';
import { z } from 'zod';
import { keys } from '@dockercoins/common/contract';

/** How many notes are kept, and how long each may be. */
const MAX_NOTES = 50;
const MAX_LENGTH = 80;

const request = z.object({ text: z.string().trim().min(1).max(MAX_LENGTH) });

/** KEYS: notes; ARGV: text, number of notes to keep. */
const ADD_NOTE = `
  local at = tonumber(redis.call('TIME')[1])
  redis.call('LPUSH', KEYS[1], cjson.encode({ at = at, text = ARGV[1] }))
  redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)`;

/**
 * Adds a note at the current second, by Redis' clock.
 * @param body `{"text": "…"}`
 * @returns undefined, or what was expected if the body is invalid; then nothing was added
 */
export async function addNote(redis: RedisClient, body: unknown): Promise<string | undefined> {
  const { data } = request.safeParse(body);
  if (data === undefined) {
    return `expected {"text": "…"} with 1 to ${MAX_LENGTH} characters, got ${JSON.stringify(body ?? null).slice(0, 200)}`;
  }
  await redis.eval(ADD_NOTE, 1, keys.notes, data.text, MAX_NOTES);
  return undefined;
}
