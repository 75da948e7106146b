/** What must be ended, in the order in which it was begun. */
export interface Stops {
  add(stop: () => unknown): void;
  /** Ends all, the last first, each once; a failure does not keep the others. Throws the first failure at the end. */
  run(): Promise<void>;
}

export function createStops(): Stops {
  const stops: (() => unknown)[] = [];
  let running: Promise<void> | undefined;

  async function runAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
      try {
        await stop();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  return {
    add: (stop) => void stops.push(stop),
    run: () => (running ??= runAll()),
  };
}
