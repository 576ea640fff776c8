// Only the modules of undici that a request needs, since its index also loads fetch, caches, mocks and WebSocket.
declare module 'undici/lib/core/connect.js' {
  import type { buildConnector } from 'undici';

  const build: (options: buildConnector.BuildOptions) => buildConnector.connector;
  export default build;
}
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
declare module 'undici/lib/dispatcher/proxy-agent.js' {
  export { ProxyAgent as default } from 'undici';
}
declare module 'undici/lib/api/api-connect.js' {
  import type { Dispatcher } from 'undici';

  function connect(this: Dispatcher, options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>;
  export default connect;
}
