/** What must be ended, in the order in which it was begun. */
export interface Stops {
  add(stop: () => unknown): void;
  /** Ends all, the last first, each once; a failure does not keep the others, and is thrown at the end. */
  run(): Promise<void>;
}

export function createStops(): Stops {
  const stops = new AsyncDisposableStack();
  let running: Promise<void> | undefined;
  return {
    add: (stop) => stops.defer(async () => void (await stop())),
    run: () => (running ??= stops.disposeAsync()),
  };
}
