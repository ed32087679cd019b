/**
 * Chromium as the system has it.
 * @module
 */
import { chromium, type Browser } from 'playwright-core';
import { findProgram } from '../local/programs.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Starts the Chromium that CHROMIUM names, or the first one in PATH. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? findChromium(),
    // Root may not use the sandbox; the other flags keep it from calling out.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  });
}

function findChromium(): string {
  const found = findProgram(NAMES);
  if (found !== undefined) return found;
  throw new Error(`none of ${NAMES.join(', ')} is in PATH; set CHROMIUM`);
}
