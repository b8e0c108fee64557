export declare const buildForTestRuntime: () => void;
