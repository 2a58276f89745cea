// SPDX-License-Identifier: Apache-2.0
import WebSocket from "ws";
import { CustomerClient, type CustomerConversation, memoryStorage, webSocketTransport } from "@switchboard/sdk";
import { jsonCodec } from "@switchboard/sdk/json";

/** A customer without a page, where a test needs one more of them than it looks at. */
export class Visitor {
  private constructor(
    readonly client: CustomerClient,
    readonly chat: CustomerConversation,
  ) {}

  /** Asks a question; the departments and topics are named by their ids. */
  static async ask(url: string, question: { department: string; topic?: string; name?: string; text: string }): Promise<Visitor> {
    const transport = webSocketTransport(WebSocket);
    const client = new CustomerClient({ url, site: "demo", codec: jsonCodec, transport, storage: memoryStorage(), client: "e2e-visitor" });
    await client.start();
    return new Visitor(client, await client.startConversation(question));
  }

  stop(): void {
    this.client.stop();
  }
}
