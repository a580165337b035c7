import { Event } from 'heddle/multiprocessing';
import { eventContract } from '../contracts/event.contract.ts';
import { processes } from '../contracts/process-world.ts';

eventContract({ name: 'Event', make: (options) => new Event(options), world: processes });
