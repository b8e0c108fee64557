import { formatNumber } from '../../ui/text/format.ts';

export const messages = {
  title: 'A rehearsal on the sandbox',
  lead: 'A rotation and a leak, with a test key on a platform that runs on this computer alone. What you see is what a real platform answers; nothing you do here can hurt anything.',
  step: (at: number, of: number) => `Step ${formatNumber(at)} of ${formatNumber(of)}`,
  state: { done: 'Done', now: 'Now', later: 'Later' },
  steps: {
    create: {
      title: 'A test key',
      text: 'The sandbox makes a key, and it goes into the vault without being shown.',
      action: 'Create a test key',
      done: (name: string) => `${name} is in the vault, in dev.`,
    },
    test: {
      title: 'It works',
      text: 'One question to the platform with the new key: who am I?',
      action: 'Ask with the key',
      done: 'The platform accepted the key.',
    },
    rotate: {
      title: 'Rotation',
      text: 'A new value is made, proved and stored, and only then is the old one revoked. No moment without a key that works.',
      action: 'Rotate the key',
      done: 'The key has a new value. The old one was tried again, and refused.',
    },
    leak: {
      title: 'A leak',
      text: 'Imagine that the key was pasted into a public chat. First it is revoked; only then does one look at what it did.',
      action: 'Revoke it now',
      done: (seconds: string) => `Contained in ${seconds}. Whoever has the value gets 401.`,
    },
    look: {
      title: 'What it did',
      text: 'The log says who had the key and when. For a real leak this is what you go through next.',
      action: 'Finish, and forget the test key',
    },
  },
  seconds: (ms: number) => `${formatNumber(Math.max(1, Math.round(ms / 100)) / 10)} s`,
  working: {
    create: 'Starting the sandbox and asking it for a key…',
    test: 'Asking…',
    rotate: 'Rotating; each step is proved before the next…',
    leak: 'Revoking, and checking that the platform refuses the key…',
    look: 'Tidying up…',
  },
  proof: 'What was proved',
  again: 'Try again',
  leave: 'Go on later',
  finished: 'That was a rotation and a leak. A live key goes the same way.',
};
