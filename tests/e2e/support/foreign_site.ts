// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Somebody else's web server. Its port answers as two origins that are strangers to each other: http://localhost and http://127.0.0.1.
 * `/` embeds the widget by the one script tag, under a policy that allows the chat server and nothing else; `/empty` embeds nothing.
 */
export class ForeignSite {
  #chat = "";

  private constructor(private readonly listener: Server) {
    listener.on("request", (request, response) => {
      const plain = new URL(request.url ?? "/", "http://site").pathname === "/empty";
      const chat = this.#chat;
      const policy = [
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'",
        `script-src ${chat}; frame-src 'self' ${chat}; connect-src ${chat.replace("http", "ws")}`,
      ].join("; ");
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.setHeader("Content-Security-Policy", policy);
      response.end(page(plain ? "" : `<script async src="${chat}/widget.js" data-site="demo"></script>`));
    });
  }

  static open(): ForeignSite {
    // The port is there at once; who connects before the listener is ready waits.
    return new ForeignSite(createServer().listen(0));
  }

  /** The chat server that its pages embed. */
  embed(chatOrigin: string): void {
    this.#chat = chatOrigin;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }
  get localhost(): string {
    return `http://localhost:${this.port}`;
  }
  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): void {
    this.listener.close();
    this.listener.closeAllConnections();
  }
}

function page(tag: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A site</title><link rel="icon" href="data:,">${tag}</head>
<body><main><h1>A site of somebody else</h1><p>It embeds a chat by one line.</p></main></body></html>`;
}
