import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const THROWN_ERRORS = {
  selector: "ThrowStatement > NewExpression[callee.name='Error']",
  message: 'Throw an AppError (expected, has a code) or a BugError (src-shared/errors).',
};

const WORDS = '/\\p{L}{2,}/u';
const SAID =
  '/^(alt|description|hint|label|lead|message|placeholder|title|nothingFound|aria-label|aria-description|aria-roledescription|aria-valuetext)$/';
const OUTSIDE_OF_MESSAGES =
  'What a person reads or hears belongs into a messages.ts, ready for another language.';
/** Words in the markup: between tags, in what is said of an element, and in a notice. */
const WORDS_IN_CODE = [
  `JSXText[value=${WORDS}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > Literal[value=${WORDS}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > ConditionalExpression > Literal.consequent[value=${WORDS}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > ConditionalExpression > Literal.alternate[value=${WORDS}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > LogicalExpression > Literal.right[value=${WORDS}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${WORDS}]`,
  `JSXAttribute[name.name=${SAID}] > Literal[value=${WORDS}]`,
  `JSXAttribute[name.name=${SAID}] > JSXExpressionContainer > Literal[value=${WORDS}]`,
  `JSXAttribute[name.name=${SAID}] > JSXExpressionContainer > ConditionalExpression > Literal[value=${WORDS}]`,
  `JSXAttribute[name.name=${SAID}] > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${WORDS}]`,
  `Property[key.name=${SAID}] > Literal.value[value=${WORDS}]`,
  `Property[key.value='aria-label'] > Literal.value[value=${WORDS}]`,
  `Property[key.name=${SAID}] > TemplateLiteral > TemplateElement[value.raw=${WORDS}]`,
].map((selector) => ({ selector, message: OUTSIDE_OF_MESSAGES }));

export default tseslint.config(
  { ignores: ['out/**', 'out-test/**', 'node_modules/**', '.cache/**'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'src-shared/tsconfig.json',
          'src-main/tsconfig.json',
          'src-main/preload/tsconfig.json',
          'src-renderer/tsconfig.json',
          'test/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Numbers are safe in templates; objects are what prints as [object Object] or leaks.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // Index signatures are read with brackets, as noPropertyAccessFromIndexSignature asks.
      '@typescript-eslint/dot-notation': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src-*/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-syntax': ['error', THROWN_ERRORS],
    },
  },
  {
    files: ['src-renderer/**/*.tsx', 'src-renderer/ui/theme/theme.ts'],
    rules: {
      'no-restricted-syntax': ['error', THROWN_ERRORS, ...WORDS_IN_CODE],
    },
  },
  {
    files: ['src-renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: hooks.configs.recommended.rules,
  },
  {
    files: ['test/**/*.{ts,tsx}', 'scripts/**'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
      },
    },
  },
);
