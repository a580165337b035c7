// A thousand processes one after another, and fifty at once.
import { processChurn } from './churns.ts';

processChurn(1000, 50, 900_000);
