import { expect, test } from 'vitest';
import { handedSocket } from './handed-socket.ts';

test('a socket that is handed to this process is taken, one for another process is not', () => {
  expect(handedSocket({ LISTEN_PID: '71', LISTEN_FDS: '1' }, 71)).toEqual({ fd: 3 });
  expect(handedSocket({ LISTEN_PID: '70', LISTEN_FDS: '1' }, 71)).toBeUndefined();
  expect(handedSocket({ LISTEN_FDS: '1' }, 71)).toBeUndefined();
  expect(handedSocket({}, 71)).toBeUndefined();
  expect(handedSocket({ LISTEN_PID: '71', LISTEN_FDS: '0' }, 71)).toBeUndefined();
  expect(handedSocket({ LISTEN_PID: '71', LISTEN_FDS: 'some' }, 71)).toBeUndefined();
});

test('several sockets are refused with the cure, since clients of all but one would wait for ever', () => {
  expect(() => handedSocket({ LISTEN_PID: '71', LISTEN_FDS: '2' }, 71)).toThrow('one ListenStream');
});
