import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** Certificates for tests, made on the spot: Node can read X.509 but not write it, so this is the little of ASN.1 it takes. */

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const name = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
const time = (at: Date): Buffer =>
  der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), der(0x04, value));

export interface TestCertificate {
  readonly pem: string;
  readonly keyPem: string;
  readonly key: KeyObject;
  readonly commonName: string;
}

export function makeCertificate(options: {
  readonly commonName: string;
  /** Without: signs itself. */
  readonly issuer?: TestCertificate;
  readonly isAuthority?: boolean;
  readonly dnsName?: string | readonly string[];
  readonly ipv4?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}): TestCertificate {
  const { commonName, issuer, isAuthority = false, dnsName, ipv4 } = options;
  const day = 86_400_000;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const names = [
    ...(dnsName === undefined ? [] : [dnsName].flat().map((each) => der(0x82, Buffer.from(each)))),
    ...(ipv4 === undefined ? [] : [der(0x87, Buffer.from(ipv4.split('.').map(Number)))]),
  ];
  const extensions = [
    extension('551d13', isAuthority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence()),
    ...(names.length === 0 ? [] : [extension('551d11', sequence(...names))]),
  ];
  const unsigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    name(issuer?.commonName ?? commonName),
    sequence(
      time(options.notBefore ?? new Date(Date.now() - day)),
      time(options.notAfter ?? new Date(Date.now() + day)),
    ),
    name(commonName),
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = createSign('sha256')
    .update(unsigned)
    .sign(issuer?.key ?? privateKey);
  const certificate = sequence(unsigned, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  const base64 = certificate.toString('base64').replace(/.{64}(?!$)/g, '$&\n');
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    key: privateKey,
    commonName,
  };
}
