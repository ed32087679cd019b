/**
 * The Chromium installed on this machine.
 * @module
 */
import { chromium, type Browser } from 'playwright-core';
import { findProgram, programs } from '../local/programs.mjs';

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
  const { names } = programs.chromium;
  const program = findProgram(names);
  if (program !== undefined) return program;
  throw new Error(`none of ${names.join(', ')} is in PATH; set CHROMIUM`);
}
