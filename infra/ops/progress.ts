const WIDTH = 30;
const LINES = 10;

export const say = (line: string): unknown => process.stderr.write(`${line}\n`);

/** Of `total` accounts, as a bar on a terminal, else as some ten lines. */
export function progressBar(total: number): { show: (read: number, reading: number) => void; end: () => void } {
  let told = -1;
  return {
    show(read: number, reading: number): void {
      const share = Math.min(1, read / Math.max(1, total));
      const again = reading > 1 ? `, reading ${reading}` : '';
      const text = `Accounts read: ${read} of ${Math.max(read, total)}${again}`;
      const step = Math.floor(share * LINES) + reading * (LINES + 1);
      if (process.stderr.isTTY) process.stderr.write(`\r${bar(share)} ${text}`);
      else if (step !== told || read === total) say(text);
      told = step;
    },
    end(): void {
      if (process.stderr.isTTY) say('');
    },
  };
}

function bar(share: number): string {
  const full = Math.round(share * WIDTH);
  return `[${'█'.repeat(full)}${'·'.repeat(WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}
