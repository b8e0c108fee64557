/**
 * Electron's fuses as our packages have them, by their names in `@electron/fuses` (`FuseV1Options`). Data alone: the
 * packaging flips them and reads them back (test/unit/app/fuses.test.ts checks that none is left to chance).
 * SECURITY: item 19 of Electron's checklist.
 */
export const FUSES = {
  // With these our signed program would run anybody's script with our rights. The CLI has a Node of its own.
  RunAsNode: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableCookieEncryption: true,
  // The code that runs is the code that was packaged.
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  // The page is served under a scheme of its own; file: needs no rights.
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true,
} as const;
