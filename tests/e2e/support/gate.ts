// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** An attempt to connect may have begun during the outage and fail after it. */
const AFTERMATH_MS = 5000;

/** The network between one person's browser and the server: a port of its own that can be cut and restored. */
export class Gate {
  readonly #sockets = new Set<Socket>();
  #cut = false;
  #restoredAt = 0;

  private constructor(
    private readonly listener: Server,
    private readonly target: number,
  ) {
    listener.on("connection", (socket) => this.#join(socket));
  }

  /** Opens a port that leads to `target`. */
  static async open(target: number): Promise<Gate> {
    const listener = createServer({ noDelay: true }).listen(0, "127.0.0.1");
    await once(listener, "listening");
    return new Gate(listener, target);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  /** Whether what the browser says now may still be about the outage. */
  get isTroubled(): boolean {
    return this.#cut || Date.now() - this.#restoredAt < AFTERMATH_MS;
  }

  /** Breaks every connection and refuses new ones, as a lost network does. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.#cut = false;
    this.#restoredAt = Date.now();
  }

  close(): void {
    this.cut();
    this.listener.close();
  }

  #join(client: Socket): void {
    if (this.#cut) return void client.destroy();
    const server = connect({ port: this.target, host: "127.0.0.1", noDelay: true });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
