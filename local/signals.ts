/**
 * What asks a command to stop.
 * @module
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `onSignal` for every signal that asks to stop, until the result is disposed of. Once `stopping` is aborted, SIGHUP is
 * ignored: a closed terminal sends it more than once, and nobody asks for anything by that.
 */
export function onStopSignals(stopping: AbortSignal, onSignal: () => void): Disposable {
  const listener = (signal: NodeJS.Signals) => {
    if (signal === 'SIGHUP' && stopping.aborted) return;
    onSignal();
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}

/** Calls `onClosed`, maybe more than once, when the terminal or pipe of our output is closed, and lets this process go on. */
export function onClosedOutput(onClosed: () => void): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onClosed);
}
