import { writeFileSync } from 'node:fs';
import { permissionsPage } from '../infra/stack/page.ts';
import { PAGES } from './pages.ts';

const pages = { ...PAGES, 'docs/permissions.md': permissionsPage }; // held by test/infra/stack.test.ts: the CDK takes seconds to load
for (const [file, make] of Object.entries(pages)) writeFileSync(file, make());
