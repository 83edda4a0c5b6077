/** Reads the settings with these names. @throws Error that names all that are missing */
export const readSettings = <Name extends string>(
  names: readonly Name[],
  env: NodeJS.ProcessEnv = process.env,
): Record<Name, string> => {
  const missing = names.filter(name => !env[name]);
  if (missing.length > 0) {
    throw new Error(`Missing settings: ${missing.join(', ')}. See .env.example.`);
  }
  return Object.fromEntries(names.map(name => [name, env[name]])) as Record<Name, string>;
};
