// While `isCut` is true, no WebSocket can connect to the gateway.
const Real = WebSocket;
window.sockets = [];
window.WebSocket = class extends Real {
  constructor(url, protocols) {
    super(window.isCut ? `${url}nowhere` : url, protocols);
    window.sockets.push(this);
  }
};
