import { contextBridge, ipcRenderer } from 'electron';
import { callName, EVENT_NAME } from './ipc-names.ts';

/** The names of the contract, put in when this file is built: the schemas stay in the core (electron.vite.config.ts). */
declare const __WINDOW_CHANNELS__: readonly string[];
declare const __EVENT_NAMES__: readonly string[];

type Listener = (event: unknown) => void;

const listeners = new Map<string, Set<Listener>>();
for (const name of __EVENT_NAMES__) listeners.set(name, new Set());

ipcRenderer.on(EVENT_NAME, (_event, name: string, event: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(event);
});

const bridge: Record<string, unknown> = {
  host: 'electron',
  on: (name: string, listener: Listener) => {
    listeners.get(name)?.add(listener);
    return () => {
      listeners.get(name)?.delete(listener);
    };
  },
};

for (const channel of __WINDOW_CHANNELS__) {
  const [namespace = '', method = ''] = channel.split('.');
  const methods = (bridge[namespace] ?? {}) as Record<string, unknown>;
  methods[method] = (request: unknown) => ipcRenderer.invoke(callName(channel), request);
  bridge[namespace] = methods;
}

// SECURITY: these functions are all that the page gets; neither ipcRenderer nor a free choice of channel
// (test/e2e/electron-window.spec.ts).
contextBridge.exposeInMainWorld('keymolt', bridge);
