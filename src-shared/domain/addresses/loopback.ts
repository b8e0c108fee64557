const DOTTED = /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/**
 * Whether a host, as written in an address (IPv6 in brackets or not), is this machine itself.
 * SECURITY: other spellings of 127.0.0.1 (`127.1`, `0x7f000001`, `0177.0.0.1`) are not taken for loopback,
 * nor are names that merely end in or resolve to it.
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name === '::1') return true;
  const octets = DOTTED.exec(name);
  return octets?.slice(1).every((octet) => !/^0\d/.test(octet) && Number(octet) <= 255) ?? false;
}
