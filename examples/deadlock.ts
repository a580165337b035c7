// The dining philosophers: each takes the fork at his left, and then waits for the one at his
// right.
//
// A program like this hangs. Here the philosopher whose wait would close the circle is told so, by
// a DeadlockError that names everybody in it; he puts his fork down, and all the others eat.
import { print } from 'heddle';
import { DeadlockError, Event, RLock, Thread } from 'heddle/threading';

const names = ['Plato', 'Kant', 'Hume', 'Arendt', 'Weil'];
const forks = names.map((_, i) => new RLock({ name: `fork ${i + 1}` }));
const seated = names.map(() => new Event());

// What became of him: 'ate', or why he did not.
function dine(i: number): string {
  const [left, right] = [forks[i], forks[(i + 1) % forks.length]] as [RLock, RLock];
  try {
    return left.with(() => {
      (seated[i] as Event).set();
      for (const other of seated) other.wait();
      return right.with(() => 'ate');
    });
  } catch (error) {
    if (!(error instanceof DeadlockError)) throw error;
    print('in the circle:', error.cycle.length / 2, 'philosophers and as many forks');
    return error.message;
  }
}

const dinner = names.map((name, i) => new Thread({ target: dine, args: [i], name }).start());
const outcomes = dinner.map((philosopher) => philosopher.result());
const hungry = outcomes.filter((outcome) => outcome !== 'ate');
print(outcomes.length - hungry.length, 'ate;', hungry.length, 'did not:');
for (const why of hungry) print(why.replaceAll(', which', ',\n  which'));
