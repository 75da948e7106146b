import '../../lib/runtime/jitless.ts';
import { composeDoor } from './compose.ts';

export const handler = composeDoor(process.env);
