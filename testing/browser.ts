/**
 * The Chromium installed on this machine.
 * @module
 */
import { chromium, type Browser } from 'playwright-core';
import { findProgram } from '../local/programs.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Starts the Chromium at CHROMIUM, or the first one in PATH. @throws {Error} if there is none */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? findChromium(),
    // The sandbox does not work as root. The other flags prevent network requests of its own.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  });
}

function findChromium(): string {
  const program = findProgram(NAMES);
  if (program !== undefined) return program;
  throw new Error(`none of ${NAMES.join(', ')} is in PATH; set CHROMIUM`);
}
