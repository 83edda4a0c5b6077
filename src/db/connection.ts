import pg from 'pg';
import { asBeginning, type SessionSettings } from './session.ts';

/** Of a server that has let us in, and then says nothing. */
const LIMIT = { query_timeout: 5_000 };

/**
 * SQL that gives a session its settings, if it is our own: a pooler hides which process of Postgres's is behind it, and
 * hands that to others after each transaction (PgBouncer's transaction pooling), with whatever was set there. One
 * message; the time-out that the role or the database has for a statement does not count for it.
 */
const settling = (processId: number, settings: SessionSettings): string => {
  const own = `pg_catalog.pg_backend_pid() = ${processId}`;
  const given = Object.entries(settings).map(
    ([name, value]) => `(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)})`,
  );
  return `begin; set local statement_timeout = 0;
    select ${own} as is_own, (select pg_catalog.count(pg_catalog.set_config(name, value, false))
      from (values ${given.join(', ')}) as given(name, value) where ${own}) as set;
    commit`;
};

/**
 * Connections that have these settings in each statement, whatever stands between us and Postgres. It asks for them
 * after it has connected, since poolers refuse a startup message that names them, or let them fall without a word.
 *
 * Where the session is not our own, nothing is set in it, prepared in it or kept in it: each transaction begins with
 * the settings, and a statement that stands alone is made one. With `pipeline` that costs no further round trip.
 */
export const settledClient = (settings: SessionSettings): (new () => pg.Client) =>
  class SettledClient extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super(config);
      // Unheard, a connection that breaks would end the process. What was asked fails, too, and is told by whoever
      // asked; pg-pool tells of those that are idle.
      this.on('error', () => undefined);
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: Connected): void;
    override connect(callback?: Connected): Promise<pg.Client> | undefined {
      const connecting = super.connect().then(() => this.#settle());
      if (callback === undefined) return connecting;
      const told = callback as (error: Error | null, client?: pg.Client) => void;
      connecting.then(client => told(null, client), told);
      return undefined;
    }

    async #settle(): Promise<pg.Client> {
      try {
        const text = settling(processIdOf(this), settings);
        const answers: unknown = await this.query({ text, ...LIMIT });
        if (!isOwn(answers)) this.query = inTransactions(this, settings);
        return this;
      } catch (error) {
        void this.end(); // Else it would stay: whoever connects hears only that it failed.
        throw error;
      }
    }
  };

/** Of several statements in one message there are several answers. */
const isOwn = (answers: unknown): boolean =>
  Array.isArray(answers) && answers.some(({ rows: [row] }) => row?.is_own === true);

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/** The process of Postgres's that the server says is ours; 0: it said none. */
const processIdOf = (client: pg.Client): number =>
  'processID' in client && typeof client.processID === 'number' ? client.processID : 0;

type Asked = string | pg.QueryConfig;
type Answered = (error: Error | null, result?: pg.QueryResult) => void;

/** `query` of a connection whose session is not ours from one transaction to the next. */
const inTransactions = (client: pg.Client, settings: SessionSettings): pg.Client['query'] => {
  const query = client.query.bind(client);
  const beginning = asBeginning(settings);
  let isOpen = false;

  const ask = (asked: Asked, values?: unknown[]): Promise<pg.QueryResult> => {
    const text = typeof asked === 'string' ? asked : asked.text;
    switch (text) {
      case 'begin':
        isOpen = true;
        return query(beginning);
      case 'commit':
      case 'rollback':
        isOpen = false;
        return query(text);
      default:
        return isOpen ? query(unprepared(asked), values) : alone(asked, values);
    }
  };

  const alone = async (asked: Asked, values?: unknown[]): Promise<pg.QueryResult> => {
    const [begun, answered, ended] = await Promise.allSettled([
      query(beginning),
      query(unprepared(asked), values),
      query('commit'),
    ]);
    if (begun.status === 'rejected') throw begun.reason;
    if (answered.status === 'rejected') throw answered.reason;
    if (ended.status === 'rejected') throw ended.reason;
    return answered.value;
  };

  // As pg has it: with a callback, which pg-pool gives it, or with a promise.
  const either = (asked: Asked, values?: unknown[], callback?: Answered) => {
    const answer = ask(asked, values);
    if (callback === undefined) return answer;
    answer.then(result => callback(null, result), callback);
    return undefined;
  };
  return either as pg.Client['query'];
};

/** A prepared statement would stay behind, where the next transaction doesn't find it, and others do. */
const unprepared = (asked: Asked): Asked => {
  if (typeof asked === 'string') return asked;
  const { name: _, ...unnamed } = asked;
  return unnamed;
};
