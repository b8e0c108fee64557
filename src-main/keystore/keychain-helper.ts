/**
 * The program of the process that talks to the operating system's keychain, one request a process. It is text and not a
 * file, so that it needs no place in a build.
 * SECURITY: a process of its own, because a call into libsecret may hang for ever in a thread that nobody can end, and
 * because the passphrase of a keychain prompt is nothing for ours. Values travel over pipes, never as arguments.
 *
 * argv: the path of the keychain module. stdin: one line of JSON {operation, service, account}, then the value's bytes.
 * stdout: `0` and the stored bytes, `1` (nothing stored, or done), or `2` and why it failed.
 */
export const KEYCHAIN_HELPER = `
'use strict';
const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk));
process.stdin.on('end', () => {
  const input = Buffer.concat(chunks);
  const end = input.indexOf(10);
  const { operation, service, account } = JSON.parse(input.toString('utf8', 0, end));
  answer(operation, service, account, input.subarray(end + 1)).catch((error) => {
    process.stdout.write('2' + (error && error.message ? error.message : 'unknown failure'));
  });
});
async function answer(operation, service, account, value) {
  const keychain = require(process.argv[1]);
  if (operation === 'set') await keychain.setPassword(service, account, value.toString('base64'));
  if (operation === 'remove') await keychain.deletePassword(service, account);
  if (operation === 'probe') {
    await keychain.setPassword(service, account, value.toString('base64'));
    const found = await keychain.getPassword(service, account);
    await keychain.deletePassword(service, account);
    if (found !== value.toString('base64')) throw new Error('it answered something else than was stored');
  }
  const stored = operation === 'find' ? await keychain.getPassword(service, account) : null;
  if (stored === null) process.stdout.write('1');
  else process.stdout.write(Buffer.concat([Buffer.from('0'), Buffer.from(stored, 'base64')]));
}
`;
