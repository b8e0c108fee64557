import { z } from 'zod';

// The page's policy forbids code from strings, and zod would compile its schemas so. To be imported before any schema.
z.config({ jitless: true });
