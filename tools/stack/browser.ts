/**
 * The Chromium installed on this machine.
 * @module
 */
import { chromium, type Browser, type BrowserServer } from 'playwright-core';
import { findProgram, programs } from '../../local/programs.mjs';

/**
 * Chromium 156 loads two pages for the suggestions of the address bar into each window, also without a screen, which takes about
 * 2 s of CPU time. It also keeps a renderer in reserve, which the next page cannot use, as that has a profile of its own. Only
 * the last list of features counts, so this one repeats those of Playwright's that concern us: HTTP stays HTTP, pages are
 * painted at once, and the browser makes no requests of its own.
 */
const DISABLED = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'SpareRendererForSitePerProcess',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'PaintHolding',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'AimEnabled',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PreconnectToSearch',
];

/** Chromium without windows. It uses less CPU time to open a page, so it is preferred where it is installed. */
const HEADLESS_SHELL = 'chromium-headless-shell';

interface BrowserChoice {
  /** Whether tabs must hide one another, as in a window; otherwise, each page counts as visible. */
  windows?: boolean;
}

const options = ({ windows = false }: BrowserChoice = {}) => ({
  executablePath: process.env['CHROMIUM'] || findChromium(windows),
  // The sandbox does not work as root. The other flags prevent network requests of its own.
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    `--disable-features=${DISABLED.join(',')}`,
  ],
});

/** Starts the Chromium at CHROMIUM, or the first one in PATH. @throws {Error} if there is none */
export function startBrowser(choice?: BrowserChoice): Promise<Browser> {
  return chromium.launch(options(choice));
}

/** Starts the same one for several processes of this machine: `chromium.connect(server.wsEndpoint())`. */
export function startBrowserServer(): Promise<BrowserServer> {
  return chromium.launchServer({ ...options(), host: '127.0.0.1' });
}

function findChromium(windows: boolean): string {
  const { names } = programs.chromium;
  const program = findProgram(windows ? names : [HEADLESS_SHELL, ...names]);
  if (program !== undefined) return program;
  throw new Error(`none of ${names.join(', ')} is in PATH; set CHROMIUM`);
}
