// The short form of mix.stress.ts.
import { everythingMixed } from './mix.ts';

everythingMixed('10');
