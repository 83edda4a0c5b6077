/** Of SESSION_SECRET: whoever guesses it can sign in as anyone. */
const SHORTEST_SECRET = 32;

/** Reads the settings with these names. @throws Error that names all that are missing, or what is wrong */
export const readSettings = <Name extends string>(
  names: readonly Name[],
  env: NodeJS.ProcessEnv = process.env,
): Record<Name, string> => {
  const missing = names.filter(name => !env[name]);
  if (missing.length > 0) {
    throw new Error(`Missing settings: ${missing.join(', ')}. See .env.example.`);
  }
  if (env.SESSION_SECRET !== undefined && env.SESSION_SECRET.length < SHORTEST_SECRET) {
    throw new Error(`SESSION_SECRET must have at least ${SHORTEST_SECRET} characters.`);
  }
  return Object.fromEntries(names.map(name => [name, env[name]])) as Record<Name, string>;
};
