/**
 * Imported before any schema is made: by default, zod tries whether it may compile them, which the content security policy reports.
 * @module
 */
import { z } from 'zod';

z.config({ jitless: true });
