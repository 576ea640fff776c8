// Loaded into node.exe under Wine alone: Wine 8 cannot connect a socket whose keep-alive is on already. Windows can.
const { Socket } = require('node:net');

const { setKeepAlive } = Socket.prototype;
Socket.prototype.setKeepAlive = function (...args) {
  if (!this.connecting) return setKeepAlive.apply(this, args);
  return this.once('connect', () => setKeepAlive.apply(this, args));
};
