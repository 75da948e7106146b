import { writeFileSync } from 'node:fs';
import { PAGES } from './pages.ts';

for (const [file, make] of Object.entries(PAGES)) writeFileSync(file, make());
