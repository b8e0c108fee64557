import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTemplateReferences } from '../../../../src-shared/domain/references/reference-template.ts';

const found = (text: string) => findTemplateReferences(text).map(({ reference, line }) => [reference, line]);

describe('a template', () => {
  it('has references in double braces, blanks or none around them', () => {
    expect(found('{{molt://dev/a}}\n\n x {{  molt://dev/b/key_id\t}}{{ molt://c/d }}')).toEqual([
      ['molt://dev/a', 1],
      ['molt://dev/b/key_id', 3],
      ['molt://c/d', 3],
    ]);
  });

  it.each(['', 'molt://dev/a', '{ molt://dev/a }', '{{ x molt://dev/a }}', '{{ .Name }}', '{{', '{{{{}}'])(
    'has none in %j',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );

  it('says where something only looks like one', () => {
    for (const wrong of ['{{ molt://', '{{ molt://a', '{{ molt://a b }}', '{{ molt://a\n}}', '{{molt://{}}}'])
      expect(() => found(`\n\n${wrong}`)).toThrow(/line 3/);
  });

  it('comes back whole when its places are put together again', () => {
    const piece = fc.oneof(
      fc.constantFrom('{{', '}}', '\n', ' ', 'molt://', '{{ molt://dev/a }}', '{{molt://b/c/key_id}}'),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        let places;
        try {
          places = findTemplateReferences(text);
        } catch {
          return;
        }
        for (const { reference, start, end, line } of places) {
          expect(text.slice(start, end).replace(/[{}\s]/g, '')).toBe(reference);
          expect(line).toBe(text.slice(0, start).split('\n').length);
        }
      }),
    );
  });

  it('of a mebibyte of braces is read at once', () => {
    expect(found('{{ '.repeat(350_000))).toEqual([]);
    expect(found('{{ molt://dev/a }}\n'.repeat(50_000))).toHaveLength(50_000);
  });
});
