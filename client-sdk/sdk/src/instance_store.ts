// SPDX-License-Identifier: Apache-2.0
// A client instance - the random id that numbers messages - with its unsent messages, kept over page loads. A later page takes
// over what a dead page left, instance and numbers included, so that nothing is sent twice. The lock makes sure it is dead.
import { type KeyValueStorage, type Locks, randomInstance } from "./environment";
import type { SavedQueue, UnsentMessage } from "./unsent_queue";

/** More texts than this are not kept over a page load; storage of a page is small. */
const KEPT_MESSAGES = 500;

export class InstanceStore {
  #queues: Record<string, SavedQueue>;

  private constructor(
    readonly instance: bigint,
    private readonly storage: KeyValueStorage | undefined,
    private readonly key: string,
    queues: Record<string, SavedQueue>,
  ) {
    this.#queues = queues;
  }

  /** Takes over the unsent messages of a page that is gone, or begins a new instance. Never rejects. */
  static async open(scope: string, storage: KeyValueStorage, locks: Locks | undefined, random: () => number): Promise<InstanceStore> {
    const prefix = `switchboard:${scope}:unsent:`;
    if (!locks) return new InstanceStore(randomInstance(random), undefined, "", {});
    for (const key of storage.keys().filter((name) => name.startsWith(prefix))) {
      const queues = parse(storage.get(key));
      if (!queues) {
        storage.remove(key);
      } else if (await locks.hold(key)) {
        return new InstanceStore(BigInt(key.slice(prefix.length)), storage, key, queues);
      }
    }
    const instance = randomInstance(random);
    const key = prefix + instance;
    const own = await locks.hold(key);
    return new InstanceStore(instance, own ? storage : undefined, key, {});
  }

  /** What was left for a conversation. */
  saved(conversationId: string): SavedQueue | undefined {
    return this.#queues[conversationId];
  }

  /** Conversations with unsent messages. */
  conversations(): string[] {
    return Object.keys(this.#queues);
  }

  save(conversationId: string, queue: SavedQueue): void {
    if (queue.messages.length > 0) this.#queues[conversationId] = { ...queue, messages: queue.messages.slice(0, KEPT_MESSAGES) };
    else if (conversationId in this.#queues) delete this.#queues[conversationId];
    else return;
    this.#write();
  }

  #write(): void {
    if (!this.storage) return;
    try {
      if (Object.keys(this.#queues).length === 0) this.storage.remove(this.key);
      else this.storage.set(this.key, JSON.stringify(this.#queues));
    } catch {
      // The quota is used up: this page still sends everything, only a reload would forget it.
    }
  }
}

function parse(text: string | undefined): Record<string, SavedQueue> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value !== "object" || value === null) return undefined;
    const queues = Object.entries(value).filter(([, queue]) => isSavedQueue(queue));
    return queues.length > 0 ? (Object.fromEntries(queues) as Record<string, SavedQueue>) : undefined;
  } catch {
    return undefined;
  }
}

function isSavedQueue(value: unknown): value is SavedQueue {
  const queue = value as Partial<SavedQueue> | null;
  return (
    typeof queue === "object" &&
    queue !== null &&
    Number.isInteger(queue.next) &&
    Array.isArray(queue.messages) &&
    queue.messages.every(isUnsentMessage)
  );
}

function isUnsentMessage(value: unknown): value is UnsentMessage {
  const message = value as Partial<UnsentMessage> | null;
  return typeof message?.text === "string" && Number.isInteger(message.number) && typeof message.kind === "string";
}
