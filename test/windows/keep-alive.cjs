// Loaded into node.exe only under Wine: Wine 8 cannot connect a socket with keep-alive, which Windows can.
const { Socket } = require('node:net');

const { setKeepAlive } = Socket.prototype;
Socket.prototype.setKeepAlive = function (...args) {
  if (!this.connecting) return setKeepAlive.apply(this, args);
  return this.once('connect', () => setKeepAlive.apply(this, args));
};
