// SPDX-License-Identifier: Apache-2.0
// The one place that knows the WebSocket API. Anything that opens a socket like this can stand in for it.

/** What a transport tells about its socket. After `close` nothing follows. */
export interface SocketHandlers {
  open(): void;
  message(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

/** An opened or opening socket. `close` may be called at any time and more than once. */
export interface Socket {
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

/** Opens a socket with one subprotocol. Never calls a handler before it has returned. */
export type Transport = (url: string, subprotocol: string, handlers: SocketHandlers) => Socket;

/** The part of the WebSocket API that is used; the browser's class and the one of the npm package `ws` both have it. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

/** A class whose objects are WebSockets. */
export type WebSocketClass = new (url: string, subprotocol: string) => WebSocketLike;

/**
 * A transport over a WebSocket class. Without argument it takes `globalThis.WebSocket`, which browsers have, and Node from 22 on;
 * for older Node hand in the class of the package `ws`. Throws when there is none.
 */
export function webSocketTransport(webSocketClass?: WebSocketClass): Transport {
  const chosen = webSocketClass ?? (globalThis as { WebSocket?: WebSocketClass }).WebSocket;
  if (!chosen) throw new TypeError("this platform has no WebSocket: pass webSocketTransport(WebSocket) of the npm package ws");
  return (url, subprotocol, handlers) => {
    const socket = new chosen(url, subprotocol);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => handlers.open();
    socket.onmessage = (event: { data: string | ArrayBuffer }) =>
      handlers.message(typeof event.data === "string" ? event.data : new Uint8Array(event.data));
    // An error is always followed by close, which carries what there is to know.
    socket.onerror = () => {};
    socket.onclose = (event: { code: number; reason: string }) => handlers.close(event.code, event.reason);
    return {
      send: (data) => socket.send(data),
      close: (code, reason) => socket.close(code, reason),
    };
  };
}
