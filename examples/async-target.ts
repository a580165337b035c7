// A target may be asynchronous, and the main thread may wait without blocking its event loop.
import { print, sleepAsync } from 'heddle';
import { Thread } from 'heddle/threading';
import { seconds } from './pace.ts';

async function fetchAll(names: readonly string[]): Promise<string> {
  const pages = names.map(async (name) => {
    await sleepAsync(seconds(0.5)); // what a server takes
    return `<${name}>`;
  });
  return (await Promise.all(pages)).join('');
}

let turns = 0;
const ticking = setInterval(() => (turns += 1), 5);

const thread = new Thread({ target: fetchAll, args: [['warp', 'weft', 'heddle']] }).start();
print('ended within 10 ms:', await thread.joinAsync({ timeout: '10ms' }));
print('ended:', await thread.joinAsync());
print('result:', await thread.resultAsync());
print('the event loop went on:', turns > 0);

clearInterval(ticking);
