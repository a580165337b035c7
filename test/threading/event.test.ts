import { Event } from 'heddle/threading';
import { eventContract } from '../contracts/event.contract.ts';
import { threads } from '../contracts/world.ts';

eventContract({ name: 'Event', make: (options) => new Event(options), world: threads });
