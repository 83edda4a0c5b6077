import { ConfigError, type Env, parseConfig, type SettingName } from '../../src/config/config.ts';

/** @throws Error when there is nothing wrong with them */
export const faultsOf = (env: Env, required: readonly SettingName[] = []): ConfigError => {
  try {
    parseConfig(env, required);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the settings were taken');
};
