// CPython's EventTests, for Event.
import { Event } from 'heddle/threading';
import { threads } from '../contracts/world.ts';
import { eventTests } from './event-tests.suite.ts';

eventTests({ name: 'Event', make: (options) => new Event(options), world: threads });
