/** The forms in which a value shows up in the output of programs, and from where on a beginning of one is telling. */

export interface MaskedSecret {
  /** Shown instead: `[molt:NAME]`. */
  readonly name: string;
  readonly value: Uint8Array;
  /** What is public of it, such as `mbd_live_`. */
  readonly publicPrefix: string;
}

export interface MaskPattern {
  readonly bytes: Uint8Array;
  /** Which secret it belongs to. */
  readonly label: number;
  /** A beginning of so many bytes is held back until it is decided. */
  readonly heldFrom: number;
}

/** Anything shorter stands in ordinary words too: masking it would blacken them, and tell it. */
export const MIN_MASKED_BYTES = 8;
/** CLI.md, "run, exactly": how much of a key past its public part, and of an encoded form, is worth holding back. */
const TELLING_CHARACTERS = 4;
const TELLING_ENCODED_CHARACTERS = 8;
/**
 * So much in a row of a value past its public part is masked by itself: its tail in a log line, its lines where
 * something wrapped it, its pieces between colours.
 */
const FRAGMENT_BYTES = 12;
/** A longer value is a file rather than a key, and much of it is no secret. */
const MAX_FRAGMENTED_BYTES = 4096;

export const patternsOf = ({ value, publicPrefix }: MaskedSecret, label: number): MaskPattern[] => {
  const bytes = Buffer.from(value);
  const text = bytes.toString('utf8');
  const publicLength = text.startsWith(publicPrefix) ? Buffer.byteLength(publicPrefix) : 0;
  const plain = [
    text,
    text.toUpperCase(),
    text.toLowerCase(),
    jsonEscaped(text),
    asciiJsonEscaped(text),
    encodeURIComponent(text),
  ];
  const encoded = [
    ...base64Alignments(bytes),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    percentEncoded(bytes),
    percentEncoded(bytes).toLowerCase(),
  ];
  const patterns = [
    ...plain.map((form) => ({ form, heldFrom: publicLength + TELLING_CHARACTERS })),
    ...encoded.map((form) => ({ form, heldFrom: TELLING_ENCODED_CHARACTERS })),
  ];
  const seen = new Set<string>();
  const whole = patterns.flatMap(({ form, heldFrom }) => {
    if (seen.has(form) || form.length < MIN_MASKED_BYTES) return [];
    seen.add(form);
    return [{ bytes: Buffer.from(form, 'utf8'), label, heldFrom }];
  });
  const fragments = fragmentsOf(bytes.subarray(publicLength));
  return [
    ...whole,
    ...fragments.map((form) => ({ bytes: form, label, heldFrom: TELLING_ENCODED_CHARACTERS })),
  ];
};

/** Every place such a piece can begin: where they overlap, all of it is covered. */
const fragmentsOf = (secret: Buffer): Buffer[] =>
  secret.length <= FRAGMENT_BYTES || secret.length > MAX_FRAGMENTED_BYTES
    ? []
    : Array.from({ length: secret.length - FRAGMENT_BYTES + 1 }, (_, at) =>
        secret.subarray(at, at + FRAGMENT_BYTES),
      );

const jsonEscaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** As JSON is written by programs that keep to ASCII, such as Python's. */
const asciiJsonEscaped = (text: string): string =>
  jsonEscaped(text).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const percentEncoded = (bytes: Buffer): string =>
  [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/**
 * Inside a longer text that is encoded as a whole (RFC 4648), a value begins at one of three places of a 4-character
 * group. Characters that hold bits of its neighbours differ from case to case, so they are left out.
 */
const base64Alignments = (bytes: Buffer): string[] =>
  [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    const own = encoded.slice(first, last);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
