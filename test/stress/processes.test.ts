// As processes.long.ts, with fewer.
import { processChurn } from './churns.ts';

processChurn(10, 5, 100_000);
