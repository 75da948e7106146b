import * as z from 'zod';

// First in every function: compiling a schema pays off after thousands of parses, a cold start parses each once.
z.config({ jitless: true });
