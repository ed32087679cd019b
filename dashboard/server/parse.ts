/**
 * Parsers for what other processes wrote to Redis. Malformed entries count as missing, so that a single one
 * does not hide all the others.
 * @module
 */
import type { z } from 'zod';
import { coin, minerReport, producerReport } from '@dockercoins/common/reports';
import { note, point } from '../frame/point.ts';

function parser<T>(schema: z.ZodType<T>): (text: string | undefined) => T | undefined {
  return (text = '') => {
    try {
      return schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined; // not JSON
    }
  };
}

export const parseReport = parser(minerReport);
export const parseProducer = parser(producerReport);
export const parseNote = parser(note);
export const parseCoin = parser(coin);
export const parsePoint = parser(point);
